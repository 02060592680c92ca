// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { actionOf, actions, comboLabel, comboOf, defaultKeymap, type KeyPress, rebind } from "./shortcuts.ts";

const press = (code: string, change: Partial<KeyPress> = {}): KeyPress => ({
  code,
  key: "",
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  ...change,
});

describe("comboOf", () => {
  it("goes by the physical key, so that Alt+A is found where it types å", () => {
    expect(comboOf(press("KeyA", { key: "å", altKey: true }))).toBe("Alt+KeyA");
  });
  it("waits while only modifiers are down", () => {
    expect(comboOf(press("AltLeft", { altKey: true }))).toBeUndefined();
    expect(comboOf(press("ShiftRight", { shiftKey: true }))).toBeUndefined();
  });
  it("takes the question mark wherever the layout has it", () => {
    expect(comboOf(press("Slash", { key: "?", shiftKey: true }))).toBe("?");
    expect(comboOf(press("Minus", { key: "?", shiftKey: true }))).toBe("?");
  });
  it("treats ⌘ like Ctrl", () => {
    expect(comboOf(press("KeyK", { metaKey: true }))).toBe("Ctrl+KeyK");
  });
});

describe("actionOf", () => {
  it("finds every action by its default keys", () => {
    expect(actionOf(press("KeyA", { altKey: true }), defaultKeymap, false)).toBe("accept");
    expect(actionOf(press("KeyM", { altKey: true }), defaultKeymap, false)).toBe("mute");
    expect(actionOf(press("KeyV", { altKey: true }), defaultKeymap, false)).toBe("camera");
    expect(actionOf(press("KeyH", { altKey: true }), defaultKeymap, false)).toBe("hold");
    expect(actionOf(press("KeyT", { altKey: true }), defaultKeymap, false)).toBe("transfer");
    expect(actionOf(press("F6"), defaultKeymap, false)).toBe("panes");
  });
  it("does not take a question mark out of a message, but mutes while typing", () => {
    const question = press("Slash", { key: "?", shiftKey: true });
    expect(actionOf(question, defaultKeymap, true)).toBeUndefined();
    expect(actionOf(question, defaultKeymap, false)).toBe("help");
    expect(actionOf(press("KeyM", { altKey: true }), defaultKeymap, true)).toBe("mute");
  });
  it("ignores a plain letter and a letter with more modifiers", () => {
    expect(actionOf(press("KeyA", { key: "a" }), defaultKeymap, false)).toBeUndefined();
    expect(actionOf(press("KeyA", { altKey: true, ctrlKey: true }), defaultKeymap, false)).toBeUndefined();
  });
  it("keeps a bare letter that someone chose out of text fields", () => {
    const keymap = rebind(defaultKeymap, "mute", "KeyM");
    expect(actionOf(press("KeyM", { key: "m" }), keymap, true)).toBeUndefined();
    expect(actionOf(press("KeyM", { key: "m" }), keymap, false)).toBe("mute");
  });
});

describe("rebind", () => {
  it("never leaves two actions on the same keys", () => {
    const keymap = rebind(defaultKeymap, "mute", defaultKeymap.hold);
    expect(keymap.mute).toBe("Alt+KeyH");
    expect(keymap.hold).toBe("Alt+KeyM");
    expect(new Set(actions.map((action) => keymap[action])).size).toBe(actions.length);
  });
  it("is no change for the same keys", () => {
    expect(rebind(defaultKeymap, "mute", defaultKeymap.mute)).toEqual(defaultKeymap);
  });
});

describe("comboLabel", () => {
  it("names what is printed on the keys", () => {
    expect(comboLabel("Alt+KeyM")).toBe("Alt+M");
    expect(comboLabel("Ctrl+Shift+Digit1")).toBe("Ctrl+Shift+1");
    expect(comboLabel("Alt+KeyM", true)).toBe("⌥+M");
  });
});
