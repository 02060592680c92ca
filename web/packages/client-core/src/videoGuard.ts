// SPDX-License-Identifier: Apache-2.0
import type { QualityWord } from "@visavis/protocol";

/** Below this the smallest picture and the sound do not fit together. */
const TOO_LITTLE_KBPS = 90;
const PATIENCE_MS = 5000;
const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 60_000;

/** Audio first: decides when our picture gives way to the sound, and when to try it again. */
export class VideoGuard {
  #lowSince: number | undefined;
  #pausedAt: number | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  reset(): void {
    this.#lowSince = undefined;
    this.#pausedAt = undefined;
    this.#pauseMs = FIRST_PAUSE_MS;
  }

  /** `availableKbps` is the browser's estimate, undefined where we send no picture. Returns whether to pause it. */
  update(availableKbps: number | undefined, word: QualityWord, now: number): boolean {
    if (this.#pausedAt !== undefined) {
      if (now - this.#pausedAt < this.#pauseMs || word === "bad") return true;
      this.#pausedAt = undefined;
      this.#lowSince = undefined;
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
      return false;
    }
    const low = availableKbps !== undefined && availableKbps < TOO_LITTLE_KBPS && word !== "good";
    if (!low) {
      this.#lowSince = undefined;
      if (word === "good" && (availableKbps ?? 0) > 4 * TOO_LITTLE_KBPS) this.#pauseMs = FIRST_PAUSE_MS;
      return false;
    }
    this.#lowSince ??= now;
    if (now - this.#lowSince < PATIENCE_MS) return false;
    this.#pausedAt = now;
    return true;
  }
}
