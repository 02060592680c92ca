// SPDX-License-Identifier: Apache-2.0
// One ticker for every timer on the page, so that they all change in the same frame.
import { useSyncExternalStore } from "react";

let offset = 0;
let current = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function tick() {
  current = Date.now() + offset;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  if (!timer) {
    current = Date.now() + offset;
    timer = setInterval(tick, 500);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Server time minus this machine's, in milliseconds: clocks of call-centre PCs are often minutes off. */
export function setClockOffset(ms: number): void {
  offset = ms;
}

export function serverNow(): number {
  return Date.now() + offset;
}

/** Server time, renewed twice a second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => current);
}

/** This machine's time, renewed twice a second. */
export function useLocalNow(): number {
  return useNow() - offset;
}
