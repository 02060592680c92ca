// SPDX-License-Identifier: Apache-2.0
// Several tabs of one browser: a tab with the console, and one with a running call, holds a lock that the others can
// see, and that the browser itself takes back when the tab is closed, reloaded or dies.
const CONSOLE = "visavis.console";
const CALL = "visavis.call";
/** A tab that is reloaded is back by then. */
const RELOAD_MS = 3000;

export type TabLocks = Pick<LockManager, "request" | "query">;

/** Pages without a secure origin have no locks; they have no camera either. */
const browserLocks = (): TabLocks | undefined => navigator.locks;

class TabLock {
  readonly #name: string;
  readonly #locks: TabLocks | undefined;
  #end: (() => void) | undefined;

  constructor(name: string, locks: TabLocks | undefined) {
    this.#name = name;
    this.#locks = locks;
  }

  follow(held: boolean): void {
    if (held === (this.#end !== undefined)) return;
    this.#end?.();
    this.#end = undefined;
    if (!held) return;
    const over = new Promise<void>((resolve) => {
      this.#end = resolve;
    });
    // Shared: whoever takes the console over has the lock at once, not only when the tab before has let go.
    this.#locks?.request(this.#name, { mode: "shared" }, () => over).catch(() => undefined);
  }
}

/** What this tab shows the others. */
export class ThisTab {
  readonly #console: TabLock;
  readonly #call: TabLock;

  constructor(locks = browserLocks()) {
    this.#console = new TabLock(CONSOLE, locks);
    this.#call = new TabLock(CALL, locks);
  }

  follow(has: { console: boolean; call: boolean }): void {
    this.#console.follow(has.console);
    this.#call.follow(has.call);
  }
}

async function isHeld(name: string, locks: TabLocks | undefined): Promise<boolean> {
  const held = await locks?.query().catch(() => undefined);
  return held?.held?.some((lock) => lock.name === name) ?? false;
}

/** Whether another tab has a running call. */
export const callElsewhere = (locks = browserLocks()): Promise<boolean> => isHeld(CALL, locks);

export interface OtherTab {
  /** Its call is over, or on its way to a third tab. */
  callOver(): void;
  /** It was closed or died, and no other has the console. */
  gone(): void;
}

/** For a tab that stands by, until `signal`. Says nothing where the browser cannot tell. */
export function watchOtherTab(
  other: OtherTab,
  signal: AbortSignal,
  pause: (ms: number) => Promise<void>,
  locks = browserLocks(),
): void {
  if (!locks) return;
  const letGo = (name: string) => locks.request(name, { mode: "exclusive", signal }, () => undefined);
  const untilGone = async () => {
    do {
      await letGo(CONSOLE);
      await pause(RELOAD_MS);
    } while (await isHeld(CONSOLE, locks));
    if (!signal.aborted) other.gone();
  };
  letGo(CALL).then(
    () => other.callOver(),
    () => undefined,
  );
  untilGone().catch(() => undefined);
}
