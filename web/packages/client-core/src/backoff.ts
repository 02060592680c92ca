// SPDX-License-Identifier: Apache-2.0

/**
 * Waiting time before the n-th attempt (n ≥ 1) to reconnect: doubling from 100 ms, with jitter so that the clients of a
 * restarted server do not arrive together. In the first half minute at most 1 s, so that a call is back within 3 s of the
 * server's return; later at most 3 s.
 */
export function backoffMs(attempt: number, downForMs: number, random: number): number {
  const cap = downForMs < 30_000 ? 1000 : 3000;
  const full = Math.min(cap, 100 * 2 ** Math.min(attempt - 1, 10));
  return Math.round(full * (0.5 + random / 2));
}
