// SPDX-License-Identifier: Apache-2.0
import { beforeEach, expect, it, vi } from "vitest";
import { CallHere, callElsewhere, type TabLocks, watchOtherTab } from "./call_here.ts";

/** As browsers have them: one queue for all; who asks later waits behind who waits already. */
function tabLocks(): TabLocks {
  const held: string[] = [];
  const queue: Array<{ mode: string; grant: () => void }> = [];
  const serve = () => {
    for (let next = queue[0]; next; next = queue[0]) {
      if (held.includes("exclusive") || (next.mode === "exclusive" && held.length > 0)) return;
      queue.shift();
      held.push(next.mode);
      next.grant();
    }
  };
  const request = async (
    _name: string,
    { mode, signal }: { mode: string; signal?: AbortSignal },
    use: () => unknown,
  ) => {
    await new Promise<void>((grant, refuse) => {
      const asked = { mode, grant };
      queue.push(asked);
      signal?.addEventListener("abort", () => {
        if (queue.includes(asked)) queue.splice(queue.indexOf(asked), 1);
        refuse(signal.reason);
        serve();
      });
      serve();
    });
    await use();
    held.splice(held.indexOf(mode), 1);
    serve();
  };
  return {
    request,
    query: async () => ({
      held: held.map((mode) => ({ name: "visavis.call", mode })),
      pending: queue.map(({ mode }) => ({ name: "visavis.call", mode })),
    }),
  } as unknown as TabLocks;
}

let locks: TabLocks;
beforeEach(() => {
  locks = tabLocks();
});

/** A lock is given back a moment after it is let go. */
const nobodyCalls = () => vi.waitFor(async () => expect(await callElsewhere(locks)).toBe(false));

it("other tabs know of a running call, until it is over", async () => {
  const here = new CallHere(locks);
  expect(await callElsewhere(locks)).toBe(false);
  here.follow(true);
  here.follow(true);
  expect(await callElsewhere(locks)).toBe(true);
  here.follow(false);
  await nobodyCalls();
});

it("a call that was taken over is known as long as the tab that took it has it", async () => {
  const [old, fresh] = [new CallHere(locks), new CallHere(locks)];
  old.follow(true);
  fresh.follow(true);
  old.follow(false);
  expect(await callElsewhere(locks)).toBe(true);
  fresh.follow(false);
  await nobodyCalls();
});

it("a browser that cannot tell has no other tab", async () => {
  const mute = { query: () => Promise.reject(new Error("refused")) } as unknown as TabLocks;
  expect(await callElsewhere(mute)).toBe(false);
});

/** What a tab learns that stands by; `pass` ends the pause that it makes. */
function standBy() {
  const learnt: string[] = [];
  const pauses: Array<() => void> = [];
  const stop = new AbortController();
  const pause = () => new Promise<void>((go) => pauses.push(go));
  watchOtherTab(stop.signal, pause, (other) => learnt.push(other), locks).catch(() =>
    learnt.push("told to stop"),
  );
  const pass = async () => {
    await vi.waitFor(() => expect(pauses).not.toEqual([]));
    for (const go of pauses.splice(0)) go();
  };
  return { learnt, pass, stop: () => stop.abort() };
}

it("a tab that stands by learns when the call has left the other", async () => {
  const here = new CallHere(locks);
  here.follow(true);
  const { learnt, pass } = standBy();
  here.follow(false);
  await pass();
  await vi.waitFor(() => expect(learnt).toEqual(["called"]));
});

it("a reload is no end, nor is it when a third tab takes the call", async () => {
  const here = new CallHere(locks);
  here.follow(true);
  const { learnt, pass } = standBy();
  here.follow(false);
  const again = new CallHere(locks);
  again.follow(true);
  await pass();
  // It waits behind the call again, and so has looked.
  const waiting = async () => (await locks.query()).pending?.some(({ mode }) => mode === "exclusive");
  await vi.waitFor(async () => expect(await waiting()).toBe(true));
  expect(learnt).toEqual([]);
  again.follow(false);
  await pass();
  await vi.waitFor(() => expect(learnt).toEqual(["called"]));
});

it("a tab that stands by goes on watching: the other may take the next call", async () => {
  const here = new CallHere(locks);
  here.follow(true);
  const { learnt, pass } = standBy();
  here.follow(false);
  await pass();
  await vi.waitFor(() => expect(learnt).toEqual(["called"]));
  here.follow(true);
  await pass();
  await vi.waitFor(() => expect(learnt).toEqual(["called", "calls"]));
  here.follow(false);
  await pass();
  await vi.waitFor(() => expect(learnt).toEqual(["called", "calls", "called"]));
});

it("a tab that was told to take the call waits for nobody any more", async () => {
  const here = new CallHere(locks);
  here.follow(true);
  const { learnt, stop } = standBy();
  stop();
  await vi.waitFor(() => expect(learnt).toEqual(["told to stop"]));
  const own = new CallHere(locks);
  own.follow(true);
  here.follow(false);
  expect(await callElsewhere(locks)).toBe(true);
});
