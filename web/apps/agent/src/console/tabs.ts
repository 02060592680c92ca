// SPDX-License-Identifier: Apache-2.0
// Two tabs of one browser: a tab with a running call holds a lock that the others can see, and that the browser itself
// takes back when the tab is closed, reloaded or dies.
const NAME = "visavis.call";

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
    // Shared: whoever takes the call over has the lock at once, not only when the tab before has let go.
    this.#locks?.request(NAME, { mode: "shared" }, () => over).catch(() => undefined);
  }
}

/** Whether another tab has a running call. */
export async function callElsewhere(locks = browserLocks()): Promise<boolean> {
  const held = await locks?.query().catch(() => undefined);
  return held?.held?.some(({ name }) => name === NAME) ?? false;
}
