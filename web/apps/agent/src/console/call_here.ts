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
  // Shared ones wait only behind a tab that stands by, for a moment; an exclusive one is of such a tab.
  const asked = [...(held?.held ?? []), ...(held?.pending ?? [])];
  return asked.some(({ name, mode }) => name === NAME && mode === "shared");
}

/** For a tab that stands by: once no other has a running call any more. Rejects by `signal`, or where the browser cannot tell. */
async function callLeft(
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

/** The other way round: once another tab has a running call again. */
async function callBegun(
  signal: AbortSignal,
  pause: (ms: number) => Promise<void>,
  locks?: TabLocks,
): Promise<void> {
  do {
    await pause(RELOAD_MS);
    signal.throwIfAborted();
  } while (!(await callElsewhere(locks)));
}

/** For as long as a tab stands by: says whether another has a call, each time that changes. Ends as callLeft rejects. */
export async function watchOtherTab(
  signal: AbortSignal,
  pause: (ms: number) => Promise<void>,
  say: (other: "calls" | "called") => void,
  locks = browserLocks(),
): Promise<void> {
  for (;;) {
    await callLeft(signal, pause, locks);
    say("called");
    await callBegun(signal, pause, locks);
    say("calls");
  }
}
