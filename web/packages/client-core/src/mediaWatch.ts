// SPDX-License-Identifier: Apache-2.0
import type { Slot } from "@visavis/protocol";
import { readStats, type StatsResult, type StatsSnapshot, snapshotOf } from "./mediaStats.ts";
import type { MediaProblem, MediaStats } from "./mediaTypes.ts";
import { VideoGuard } from "./videoGuard.ts";

export interface Expectation {
  live: boolean;
  audioOn: boolean;
  videoOn: boolean;
  /** Slots whose owner says that the track is on. */
  expected: readonly Slot[];
}

export interface Findings {
  stats: MediaStats;
  problems: readonly MediaProblem[];
  videoPaused: boolean;
}

/** A fault must last so long before a person is told: shorter ones mend themselves. */
const SILENT_MS = 6000;
const MISSING_MS = 4000;
/** totalAudioEnergy of two seconds: a quiet room gives 1e-5 and more, a switched-off microphone exactly nothing. */
const DIGITAL_SILENCE = 1e-9;

/** Looks at the figures every two seconds and finds what is wrong, with patience. */
export class MediaWatch {
  #before: StatsSnapshot | undefined;
  readonly #since = new Map<MediaProblem, number>();
  readonly #guard = new VideoGuard();

  reset(): void {
    this.#before = undefined;
    this.#since.clear();
    this.#guard.reset();
  }

  look(
    report: Iterable<[string, unknown]> | RTCStatsReport,
    now: number,
    expectation: Expectation,
  ): Findings | undefined {
    const snapshot = snapshotOf(report, now);
    const before = this.#before;
    this.#before = snapshot;
    if (!before) return undefined;
    const stats = readStats(snapshot, before);
    const { live, videoOn } = expectation;
    const videoPaused = this.#guard.update(
      live && videoOn ? stats.availableKbps : undefined,
      stats.word,
      now,
    );
    const suspects = this.#suspects(stats, expectation, videoPaused);
    return { stats, problems: this.#patient(suspects, before.at, now), videoPaused };
  }

  #suspects(
    stats: StatsResult,
    { live, audioOn, videoOn, expected }: Expectation,
    paused: boolean,
  ): Set<MediaProblem> {
    const found = new Set<MediaProblem>();
    if (!live) return found;
    if (audioOn && stats.inputEnergy !== undefined && stats.inputEnergy < DIGITAL_SILENCE)
      found.add("silent_microphone");
    if (videoOn && !paused && stats.framesEncoded === 0) found.add("frozen_camera");
    if (paused) found.add("video_paused");
    for (const slot of stats.midsKnown ? expected : []) {
      const received = stats.received.get(slot.mid);
      if (slot.kind === "video" && (received?.frames ?? 0) === 0) found.add("remote_video_missing");
      if (slot.kind === "audio" && (received?.packets ?? 0) === 0) found.add("remote_audio_missing");
    }
    return found;
  }

  #patient(suspects: Set<MediaProblem>, from: number, now: number): MediaProblem[] {
    for (const problem of [...this.#since.keys()]) if (!suspects.has(problem)) this.#since.delete(problem);
    for (const problem of suspects) if (!this.#since.has(problem)) this.#since.set(problem, from);
    const patience = { silent_microphone: SILENT_MS, video_paused: 0 } as Partial<
      Record<MediaProblem, number>
    >;
    return [...this.#since]
      .filter(([problem, since]) => now - since >= (patience[problem] ?? MISSING_MS))
      .map(([problem]) => problem);
  }
}
