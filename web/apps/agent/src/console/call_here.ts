// SPDX-License-Identifier: Apache-2.0
// Several tabs of one browser: a tab with a running call holds a lock that the others can see, and that the browser
// itself takes back when the tab is closed, reloaded or dies.
const NAME = "visavis.call";
/** A tab that is reloaded has its call again by then. */
const RELOAD_MS = 3000;

export type TabLocks = Pick<LockManager, "request" | "query">;

/** Pages without a secure origin have no locks; they have no camera either. */
const browserLocks = (): TabLocks | undefined => navigator.locks;

export class CallHere {
  readonly #locks: TabLocks | undefined;
  #end: (() => void) | undefined;

  constructor(locks = browserLocks()) {
    this.#locks = locks;
  }

  follow(running: boolean): void {
    if (running === (this.#end !== undefined)) return;
    this.#end?.();
    this.#end = undefined;
    if (!running) return;
    const over = new Promise<void>((resolve) => {
      this.#end = resolve;
    });
    // Shared: whoever takes the call over need not wait until the tab before has let go.
    this.#locks?.request(NAME, { mode: "shared" }, () => over).catch(() => undefined);
  }
}

/** Whether another tab has a running call. */
export async function callElsewhere(locks = browserLocks()): Promise<boolean> {
  const held = await locks?.query().catch(() => undefined);
  return held?.held?.some(({ name }) => name === NAME) ?? false;
}

/** For a tab that stands by: once no other has a running call any more. Rejects by `signal`, or where the browser cannot tell. */
export async function callLeft(
  signal: AbortSignal,
  pause: (ms: number) => Promise<void>,
  locks = browserLocks(),
): Promise<void> {
  if (!locks) throw new Error("no locks");
  do {
    await locks.request(NAME, { mode: "exclusive", signal }, () => undefined);
    await pause(RELOAD_MS);
  } while (await callElsewhere(locks));
  signal.throwIfAborted();
}
