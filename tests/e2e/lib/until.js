// SPDX-License-Identifier: Apache-2.0
// Polls a condition with a generous bound: browser tests wait for what a person would see, never for the clock.

/** Resolves with the first truthy result; rejects after `within` ms, telling what was awaited and seen last. */
export async function until(what, condition, { within = 20_000, every = 50 } = {}) {
  const deadline = Date.now() + within;
  let last;
  for (;;) {
    try {
      last = await condition();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`waited ${within} ms for: ${what} (last seen: ${last?.stack ?? JSON.stringify(last)})`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
