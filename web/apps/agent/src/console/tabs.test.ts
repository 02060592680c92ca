// SPDX-License-Identifier: Apache-2.0
import { beforeEach, expect, it, vi } from "vitest";
import { callElsewhere, type TabLocks, ThisTab, watchOtherTab } from "./tabs.ts";

/** As browsers have them: an exclusive lock waits until nobody holds the name. */
function tabLocks(): TabLocks {
  const held: string[] = [];
  const waiting: Array<{ name: string; go: () => void }> = [];
  const freed = () => {
    for (const each of waiting.filter(({ name }) => !held.includes(name))) {
      waiting.splice(waiting.indexOf(each), 1);
      each.go();
    }
  };
  const request = async (
    name: string,
    { mode, signal }: { mode: string; signal?: AbortSignal },
    use: () => unknown,
  ) => {
    if (mode === "exclusive" && held.includes(name)) {
      await new Promise<void>((go, refuse) => {
        waiting.push({ name, go });
        signal?.addEventListener("abort", () => refuse(signal.reason));
      });
    }
    held.push(name);
    await use();
    held.splice(held.indexOf(name), 1);
    freed();
  };
  return {
    request,
    query: async () => ({ held: held.map((name) => ({ name })), pending: [] }),
  } as unknown as TabLocks;
}

let locks: TabLocks;
beforeEach(() => {
  locks = tabLocks();
});

const CALLING = { console: true, call: true };
const IDLE = { console: true, call: false };
const CLOSED = { console: false, call: false };

/** A lock is given back a moment after it is let go. */
const nobodyCalls = () => vi.waitFor(async () => expect(await callElsewhere(locks)).toBe(false));

it("other tabs know of a running call, until it is over", async () => {
  const tab = new ThisTab(locks);
  expect(await callElsewhere(locks)).toBe(false);
  tab.follow(CALLING);
  tab.follow(CALLING);
  expect(await callElsewhere(locks)).toBe(true);
  tab.follow(IDLE);
  await nobodyCalls();
});

it("a call that was taken over is known as long as the tab that took it has it", async () => {
  const [old, fresh] = [new ThisTab(locks), new ThisTab(locks)];
  old.follow(CALLING);
  fresh.follow(CALLING);
  old.follow(CLOSED);
  expect(await callElsewhere(locks)).toBe(true);
  fresh.follow(CLOSED);
  await nobodyCalls();
});

it("a browser that cannot tell has no other tab", async () => {
  const mute = { query: () => Promise.reject(new Error("refused")) } as unknown as TabLocks;
  expect(await callElsewhere(mute)).toBe(false);
});

/** What a tab hears that stands by; `pass` ends the pause that it makes. */
function standBy() {
  const heard: string[] = [];
  const pauses: Array<() => void> = [];
  const stop = new AbortController();
  const other = { callOver: () => heard.push("call over"), gone: () => heard.push("gone") };
  watchOtherTab(other, stop.signal, () => new Promise((go) => pauses.push(go)), locks);
  const pass = async () => {
    await vi.waitFor(() => expect(pauses).not.toEqual([]));
    for (const go of pauses.splice(0)) go();
  };
  return { heard, pass, pauses, stop: () => stop.abort() };
}

it("a tab that stands by hears of the end of the other's call, and leaves it the console", async () => {
  const tab = new ThisTab(locks);
  tab.follow(CALLING);
  const { heard, pauses } = standBy();
  tab.follow(IDLE);
  await vi.waitFor(() => expect(heard).toEqual(["call over"]));
  expect(pauses).toEqual([]);
});

it("a tab that stands by has the console when the other was closed", async () => {
  const tab = new ThisTab(locks);
  tab.follow(CALLING);
  const { heard, pass } = standBy();
  tab.follow(CLOSED);
  await pass();
  await vi.waitFor(() => expect(heard).toEqual(["call over", "gone"]));
});

it("a tab that stands by waits on when the other was only reloaded", async () => {
  const tab = new ThisTab(locks);
  tab.follow(CALLING);
  const { heard, pass } = standBy();
  tab.follow(CLOSED);
  await vi.waitFor(() => expect(heard).toEqual(["call over"]));
  const again = new ThisTab(locks);
  again.follow(CALLING);
  await pass();
  expect(heard).toEqual(["call over"]);
  again.follow(CLOSED);
  await pass();
  await vi.waitFor(() => expect(heard).toEqual(["call over", "gone"]));
});

it("a tab that was told to use the console waits for nobody any more", async () => {
  const tab = new ThisTab(locks);
  tab.follow(CALLING);
  const { heard, pauses, stop } = standBy();
  stop();
  tab.follow(CLOSED);
  await nobodyCalls();
  expect(heard).toEqual([]);
  expect(pauses).toEqual([]);
});
