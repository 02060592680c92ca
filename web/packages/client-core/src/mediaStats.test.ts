// SPDX-License-Identifier: Apache-2.0
import type { Slot } from "@visavis/protocol";
import { describe, expect, it } from "vitest";
import { qualityWord, readStats, snapshotOf } from "./mediaStats.ts";
import { emptyDirection } from "./mediaTypes.ts";
import { MediaWatch } from "./mediaWatch.ts";
import { VideoGuard } from "./videoGuard.ts";

interface Sample {
  sent?: number;
  frames?: number;
  received?: number;
  lost?: number;
  decoded?: number;
  energy?: number;
  available?: number;
  rtt?: number;
}

function report(sample: Sample): Array<[string, unknown]> {
  return [
    ["oa", { id: "oa", type: "outbound-rtp", kind: "audio", bytesSent: 1000 }],
    [
      "ov",
      {
        id: "ov",
        type: "outbound-rtp",
        kind: "video",
        bytesSent: sample.sent ?? 0,
        framesEncoded: sample.frames,
        frameWidth: 1280,
        frameHeight: 720,
        framesPerSecond: 30,
      },
    ],
    [
      "ia",
      {
        id: "ia",
        type: "inbound-rtp",
        kind: "audio",
        mid: "0",
        packetsReceived: sample.received ?? 0,
        packetsLost: sample.lost ?? 0,
        audioLevel: 0.2,
      },
    ],
    [
      "iv",
      {
        id: "iv",
        type: "inbound-rtp",
        kind: "video",
        mid: "1",
        packetsReceived: sample.received ?? 0,
        framesDecoded: sample.decoded ?? 0,
        bytesReceived: 0,
      },
    ],
    [
      "ms",
      {
        id: "ms",
        type: "media-source",
        kind: "audio",
        totalAudioEnergy: sample.energy ?? 0,
        audioLevel: 0.1,
      },
    ],
    ["ri", { id: "ri", type: "remote-inbound-rtp", kind: "video", fractionLost: 0.02 }],
    [
      "dead",
      { id: "dead", type: "candidate-pair", nominated: true, state: "failed", currentRoundTripTime: 9 },
    ],
    [
      "cp",
      {
        id: "cp",
        type: "candidate-pair",
        nominated: true,
        state: "succeeded",
        currentRoundTripTime: sample.rtt ?? 0.04,
        availableOutgoingBitrate: (sample.available ?? 2000) * 1000,
      },
    ],
  ];
}

const asMap = (sample: Sample) => new Map(report(sample));

describe("readStats", () => {
  it("reads rates, loss and delay of the last interval only", () => {
    const before = snapshotOf(asMap({ sent: 0, received: 1000, lost: 100, frames: 10 }), 0);
    const now = snapshotOf(
      asMap({ sent: 250_000, received: 1090, lost: 110, frames: 70, energy: 0.5 }),
      2000,
    );
    const result = readStats(now, before);
    expect(result.up).toMatchObject({
      videoKbps: 1000,
      width: 1280,
      height: 720,
      fps: 30,
      videoLoss: 0.02,
      audioKbps: 0,
    });
    expect(result.down.audioLoss).toBeCloseTo(0.1);
    expect(result.rttMs).toBe(40);
    expect(result.availableKbps).toBe(2000);
    expect(result.framesEncoded).toBe(60);
    expect(result.inputEnergy).toBe(0.5);
    expect(result.received.get("1")).toMatchObject({ kind: "video", packets: 90, frames: 0 });
  });

  it("never goes below zero when counters start again", () => {
    const before = snapshotOf(asMap({ received: 500, frames: 500, sent: 9000 }), 0);
    const result = readStats(snapshotOf(asMap({ received: 5, frames: 2, sent: 10 }), 2000), before);
    expect(result.framesEncoded).toBe(0);
    expect(result.up.videoKbps).toBe(0);
  });
});

describe("qualityWord", () => {
  it("is decided by the sound; a poor picture alone is weak, never bad", () => {
    const lossy = (audioLoss: number, videoLoss = 0) => ({ ...emptyDirection, audioLoss, videoLoss });
    expect(qualityWord(40, lossy(0), lossy(0.01))).toBe("good");
    expect(qualityWord(40, lossy(0), lossy(0, 0.5))).toBe("weak");
    expect(qualityWord(40, lossy(0.06), lossy(0))).toBe("weak");
    expect(qualityWord(40, lossy(0), lossy(0.2))).toBe("bad");
    expect(qualityWord(900, lossy(0), lossy(0))).toBe("bad");
  });
});

describe("MediaWatch", () => {
  const slots: Slot[] = [
    { mid: "0", participant_id: "p", kind: "audio", source: "microphone" },
    { mid: "1", participant_id: "p", kind: "video", source: "camera" },
  ];
  const talking = { live: true, audioOn: true, videoOn: true, expected: slots };

  function watch(samples: Sample[], expectation = talking) {
    const watcher = new MediaWatch();
    return samples.map((sample, i) => watcher.look(asMap(sample), i * 2000, expectation)?.problems);
  }
  const healthy = (i: number): Sample => ({
    frames: i * 50,
    received: i * 100,
    decoded: i * 50,
    energy: i * 0.001,
    sent: i * 9999,
  });

  it("is content with a call that works", () => {
    expect(watch([0, 1, 2, 3, 4, 5].map(healthy)).slice(1)).toEqual([[], [], [], [], []]);
  });

  it("notices a silent microphone after six seconds, and its return at once", () => {
    const silent = (i: number) => ({ ...healthy(i), energy: 0.001 });
    const found = watch([healthy(0), healthy(1), silent(2), silent(3), silent(4), healthy(6)]);
    expect(found.map((problems) => problems?.includes("silent_microphone"))).toEqual([
      undefined,
      false,
      false,
      false,
      true,
      false,
    ]);
  });

  it("notices a picture that does not arrive, and a camera that stands still", () => {
    const stuck = (i: number): Sample => ({ ...healthy(i), decoded: 50, frames: 50 });
    const found = watch([healthy(0), healthy(1), stuck(2), stuck(3)]).at(-1);
    expect(found).toEqual(["frozen_camera", "remote_video_missing"]);
  });

  it("says nothing before the call is live", () => {
    const still = [0, 1, 2, 3, 4, 5].map(() => ({}));
    expect(watch(still, { ...talking, live: false }).at(-1)).toEqual([]);
  });
});

describe("VideoGuard", () => {
  it("gives the picture up after five poor seconds, tries again, and waits longer each time", () => {
    const guard = new VideoGuard();
    const seen: boolean[] = [];
    for (let s = 0; s <= 42; s += 2) seen.push(guard.update(50, "weak", s * 1000));
    const changes = seen.flatMap((paused, i) => (i > 0 && paused !== seen[i - 1] ? [i * 2] : []));
    expect(changes).toEqual([6, 16, 24]);
  });

  it("leaves a slow start with a good connection alone", () => {
    const guard = new VideoGuard();
    expect([0, 4, 8, 12].map((s) => guard.update(60, "good", s * 1000))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it("forgets a short dip", () => {
    const guard = new VideoGuard();
    expect([50, 50, 800, 50, 50].map((kbps, i) => guard.update(kbps, "weak", i * 2000))).not.toContain(true);
  });
});
