// SPDX-License-Identifier: Apache-2.0
import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { beforeAll, describe, expect, it } from "vitest";
import { ShortcutsDialog } from "../dialogs/shortcuts_dialog.tsx";
import { setPrefs, usePrefs } from "../lib/prefs.ts";
import { defaultKeymap, rebind } from "../lib/shortcuts.ts";
import { type Asked, contactOf, me, show } from "../testkit.tsx";
import { noMedia } from "./media_view.ts";
import type { ConsoleState } from "./state.ts";
import { openDialog, useUi } from "./ui.ts";
import { useKeys } from "./use_keys.ts";

function Keys() {
  useKeys();
  return (
    <>
      <textarea aria-label="Message" />
      {["queue", "centre", "side"].map((name) => (
        <section key={name} data-pane={name} tabIndex={-1} aria-label={name} />
      ))}
    </>
  );
}

const media = { c1: { ...noMedia, microphone: "on" as const, camera: "on" as const } };
const calling = { contacts: [contactOf()], media };
const at = (state: Partial<ConsoleState> = calling): Promise<Asked[]> => show(<Keys />, { me, ...state });
const alt = (letter: string, more: object = {}) => {
  const press = { code: `Key${letter}`, key: letter.toLowerCase(), altKey: true, ...more };
  return !fireEvent.keyDown(document.activeElement ?? document.body, press); // whether somebody took it
};
const offer = { contact: contactOf({ id: "c2", state: "offered" }), offered_at: 1, expires_at: 20_001 };
const ui = () => useUi.getState();

describe("keys at work", () => {
  it("take what rings first, also while one writes, and show it", async () => {
    const asked = await at({ offers: [offer, { ...offer, contact: contactOf({ id: "c3" }) }] });
    screen.getByRole("textbox", { name: "Message" }).focus();
    expect(alt("A")).toBe(true);
    expect(asked).toEqual([{ name: "offer.accept", data: { contact_id: "c2" } }]);
    expect(ui().chosen).toBe("c2");
  });

  it("have nothing to take where nothing rings", async () => {
    const asked = await at();
    alt("A");
    expect(asked).toEqual([]);
  });

  it("switch microphone, camera and hold of the running call", async () => {
    const asked = await at();
    for (const letter of ["M", "V", "H"]) alt(letter);
    expect(asked).toEqual([
      { name: "setMicrophone", data: false },
      { name: "setCamera", data: false },
      { name: "contact.hold", data: { contact_id: "c1", on: true } },
    ]);
  });

  it("switch them back", async () => {
    const off = { c1: { ...noMedia, microphone: "off" as const, camera: "off" as const } };
    const asked = await at({ contacts: [contactOf({ hold: { on: true } })], media: off });
    for (const letter of ["M", "V", "H"]) alt(letter);
    expect(asked.map(({ data }) => data)).toEqual([true, true, { contact_id: "c1", on: false }]);
  });

  it("reach the running call while a chat is shown, and its camera only where it has one", async () => {
    const chat = contactOf({ id: "c9", channel: "chat" });
    const asked = await at({ contacts: [contactOf({ channel: "audio" }), chat], media });
    useUi.setState({ chosen: "c9" });
    for (const letter of ["M", "V"]) alt(letter);
    expect(asked).toEqual([{ name: "setMicrophone", data: false }]);
  });

  it("ask before they end, and end nothing themselves", async () => {
    const asked = await at();
    expect(alt("E")).toBe(true);
    expect(ui().confirmEnd).toBe(true);
    expect(asked).toEqual([]);
  });

  it("neither end nor hand on what is over already", async () => {
    await at({ contacts: [contactOf({ state: "wrapup" })], media: {} });
    for (const letter of ["E", "T"]) alt(letter);
    expect([ui().confirmEnd, ui().dialog]).toEqual([false, undefined]);
  });

  it("open what they name", async () => {
    await at();
    const press = (code: string, more: object) => fireEvent.keyDown(document.body, { code, ...more });
    alt("T");
    expect(ui().dialog).toBe("transfer");
    openDialog(undefined);
    press("KeyK", { ctrlKey: true });
    expect(ui().dialog).toBe("search");
    openDialog(undefined);
    press("Slash", { key: "?", shiftKey: true });
    expect(ui().dialog).toBe("shortcuts");
  });

  it("leave the question mark to who writes it", async () => {
    await at();
    fireEvent.keyDown(screen.getByRole("textbox"), { code: "Slash", key: "?", shiftKey: true });
    expect(ui().dialog).toBeUndefined();
  });
});

describe("keys that are not meant", () => {
  it("do nothing behind a dialog, but take what rings and mute", async () => {
    const asked = await at({ ...calling, offers: [offer] });
    openDialog("settings");
    expect(["H", "V", "E", "T"].map((letter) => alt(letter))).toEqual([false, false, false, false]);
    expect(asked).toEqual([]);
    alt("M");
    alt("A");
    expect(asked.map(({ name }) => name)).toEqual(["setMicrophone", "offer.accept"]);
    expect(ui()).toMatchObject({ dialog: "settings", confirmEnd: false });
  });

  it("do nothing while one is held down, nor where somebody else took them", async () => {
    const asked = await at();
    alt("M", { repeat: true });
    const message = screen.getByRole("textbox");
    message.addEventListener("keydown", (event) => event.preventDefault());
    fireEvent.keyDown(message, { code: "KeyM", altKey: true });
    expect(asked).toEqual([]);
  });

  it("do nothing while they are switched off", async () => {
    const asked = await at();
    setPrefs({ shortcuts: false });
    expect(alt("M")).toBe(false);
    expect(asked).toEqual([]);
  });

  it("are gone with the screen", async () => {
    const asked = await at();
    cleanup();
    alt("M");
    expect(asked).toEqual([]);
  });
});

describe("F6", () => {
  // A window without a layout has no offsetParent.
  beforeAll(() => {
    Object.defineProperty(HTMLElement.prototype, "offsetParent", {
      configurable: true,
      get(this: HTMLElement) {
        return this.hidden ? null : this.parentElement;
      },
    });
  });
  const f6 = (shiftKey = false) =>
    fireEvent.keyDown(document.activeElement ?? document.body, { code: "F6", shiftKey });
  const focused = () => document.activeElement?.getAttribute("data-pane");

  it("walks through the panes that are in sight, and back with Shift", async () => {
    await at();
    const walk = (...shifts: boolean[]) =>
      shifts.map((shift) => {
        f6(shift);
        return focused();
      });
    expect(walk(false, false, false, false)).toEqual(["queue", "centre", "side", "queue"]);
    expect(walk(true, true)).toEqual(["side", "centre"]);
    screen.getByRole("region", { name: "side" }).hidden = true;
    expect(walk(false)).toEqual(["queue"]);
  });
});

describe("changing a key", () => {
  const row = (name: string) => screen.getByRole("button", { name: new RegExp(`^${name}: `) });
  const work = (
    <>
      <Keys />
      <ShortcutsDialog />
    </>
  );

  it("takes the next keys, which work at once; the old ones do not", async () => {
    const asked = await show(work, calling);
    const mute = row("Microphone on/off");
    fireEvent.click(mute);
    fireEvent.keyDown(mute, { code: "AltLeft", key: "Alt", altKey: true });
    expect(mute.textContent).toBe("Press the new keys …");
    fireEvent.keyDown(mute, { code: "KeyJ", key: "j", altKey: true });
    await waitFor(() => expect(mute.textContent).toBe("Alt+J"));
    expect(asked).toEqual([]);
    alt("M");
    alt("J");
    expect(asked).toEqual([{ name: "setMicrophone", data: false }]);
  });

  it("swaps with who had the keys, and is called off by Escape", async () => {
    await show(work, calling);
    const hold = row("Hold and resume");
    fireEvent.click(hold);
    fireEvent.keyDown(hold, { code: "KeyM", key: "m", altKey: true });
    expect(usePrefs.getState().keymap).toEqual(rebind(defaultKeymap, "hold", "Alt+KeyM"));
    await waitFor(() => expect(row("Microphone on/off").textContent).toBe("Alt+H"));
    fireEvent.click(hold);
    fireEvent.keyDown(hold, { code: "Escape", key: "Escape" });
    expect(hold.textContent).toBe("Alt+M");
    fireEvent.click(screen.getByRole("button", { name: "Reset all" }));
    expect(usePrefs.getState().keymap).toEqual(defaultKeymap);
  });

  it("leaves all of them to those who switch them off", async () => {
    const asked = await show(work, calling);
    fireEvent.click(screen.getByRole("switch", { name: "Use shortcuts" }));
    alt("M");
    expect(asked).toEqual([]);
  });
});
