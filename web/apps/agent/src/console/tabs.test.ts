// SPDX-License-Identifier: Apache-2.0
import { expect, it, vi } from "vitest";
import { CallHere, callElsewhere, type TabLocks } from "./call_here.ts";

/** As browsers have them, for shared locks. */
function tabLocks(): TabLocks {
  const held: string[] = [];
  return {
    request: async (name: string, _options: unknown, use: () => Promise<unknown>) => {
      held.push(name);
      await use();
      held.splice(held.indexOf(name), 1);
    },
    query: async () => ({ held: held.map((name) => ({ name })), pending: [] }),
  } as unknown as TabLocks;
}

/** A lock is given back a moment after it is let go. */
const nobodyCalls = (locks: TabLocks) =>
  vi.waitFor(async () => expect(await callElsewhere(locks)).toBe(false));

it("other tabs know of a running call, until it is over", async () => {
  const locks = tabLocks();
  const here = new CallHere(locks);
  expect(await callElsewhere(locks)).toBe(false);
  here.follow(true);
  here.follow(true);
  expect(await callElsewhere(locks)).toBe(true);
  here.follow(false);
  await nobodyCalls(locks);
});

it("a call that was taken over is known as long as the tab that took it has it", async () => {
  const locks = tabLocks();
  const [old, fresh] = [new CallHere(locks), new CallHere(locks)];
  old.follow(true);
  fresh.follow(true);
  old.follow(false);
  expect(await callElsewhere(locks)).toBe(true);
  fresh.follow(false);
  await nobodyCalls(locks);
});

it("a browser that cannot tell has no other tab", async () => {
  const mute = { query: () => Promise.reject(new Error("refused")) } as unknown as TabLocks;
  expect(await callElsewhere(mute)).toBe(false);
});
