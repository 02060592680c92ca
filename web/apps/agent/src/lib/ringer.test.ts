// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { notify, startRinging } from "./ringer.ts";

/** Where each melody was played, and how many tones have sounded. */
let sinks: string[];
let tones: number;

class FakeContext {
  currentTime = 0;
  destination = {};
  #sink = "";
  constructor() {
    sinks.push(this.#sink);
  }
  async setSinkId(id: string): Promise<void> {
    if (id === "unplugged") throw new DOMException("gone", "NotFoundError");
    sinks[sinks.length - 1] = id;
  }
  createOscillator() {
    tones += 1;
    return { type: "", frequency: { value: 0 }, connect: (to: unknown) => to, start() {}, stop() {} };
  }
  createGain() {
    const ramp = () => undefined;
    return {
      gain: { setValueAtTime: ramp, linearRampToValueAtTime: ramp, exponentialRampToValueAtTime: ramp },
      connect: (to: unknown) => to,
    };
  }
  async close(): Promise<void> {}
}

beforeEach(() => {
  sinks = [];
  tones = 0;
  vi.useFakeTimers();
  vi.stubGlobal("AudioContext", FakeContext);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the ring", () => {
  it("sounds on the chosen device, again and again until it is stopped", async () => {
    const stop = startRinging("loudspeaker", 0.7);
    await vi.advanceTimersByTimeAsync(2600);
    expect(sinks).toEqual(["loudspeaker", "loudspeaker"]);
    const heard = tones;
    stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(tones).toBe(heard);
  });

  it("sounds on the default device where the chosen one is unplugged", async () => {
    const stop = startRinging("unplugged", 0.7);
    await vi.advanceTimersByTimeAsync(100);
    stop();
    expect(sinks).toEqual([""]);
    expect(tones).toBeGreaterThan(0);
  });
});

describe("the desktop notification", () => {
  class FakeNotification {
    static permission = "granted";
    static shown: FakeNotification[] = [];
    closed = false;
    onclick: (() => void) | null = null;
    constructor(
      readonly title: string,
      readonly options: NotificationOptions,
    ) {
      FakeNotification.shown.push(this);
    }
    close(): void {
      this.closed = true;
    }
  }
  beforeEach(() => {
    FakeNotification.shown = [];
    FakeNotification.permission = "granted";
    vi.stubGlobal("Notification", FakeNotification);
  });

  it("stays until it is taken away; a click brings the console to the front", () => {
    const focus = vi.spyOn(window, "focus").mockImplementation(() => undefined);
    const away = notify("Incoming video call", "Ada · Statements", "c1");
    const [note] = FakeNotification.shown;
    expect(note).toMatchObject({ title: "Incoming video call", closed: false });
    expect(note?.options).toMatchObject({ body: "Ada · Statements", tag: "c1", requireInteraction: true });
    note?.onclick?.();
    expect(focus).toHaveBeenCalled();
    away();
    expect(note?.closed).toBe(true);
  });

  it("is not tried without permission", () => {
    FakeNotification.permission = "denied";
    notify("Incoming video call", "", "c1")();
    expect(FakeNotification.shown).toEqual([]);
  });
});
