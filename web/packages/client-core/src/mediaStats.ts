// SPDX-License-Identifier: Apache-2.0
// Reads RTCStatsReports into the few figures that people and the state machines need. Pure: tests feed it plain objects.
import type { QualityWord } from "@visavis/protocol";
import { type DirectionStats, emptyDirection, type MediaKind, type MediaStats } from "./mediaTypes.ts";

/** The fields we read of RTCStats, by type; browsers leave some out. */
export interface StatsEntry {
  id: string;
  type: string;
  timestamp: number;
  kind?: MediaKind;
  bytesSent?: number;
  bytesReceived?: number;
  packetsSent?: number;
  packetsReceived?: number;
  packetsLost?: number;
  fractionLost?: number;
  framesDecoded?: number;
  framesEncoded?: number;
  framesPerSecond?: number;
  frameWidth?: number;
  frameHeight?: number;
  roundTripTime?: number;
  currentRoundTripTime?: number;
  nominated?: boolean;
  state?: string;
  audioLevel?: number;
  totalAudioEnergy?: number;
  totalSamplesDuration?: number;
  availableOutgoingBitrate?: number;
  trackIdentifier?: string;
  mid?: string;
}

export interface StatsSnapshot {
  at: number;
  entries: Map<string, StatsEntry>;
}

export interface StatsResult extends MediaStats {
  /** Per receiving mid: pictures decoded or packets received since the last look. */
  received: Map<string, { kind: MediaKind; packets: number; frames: number }>;
  /** False where the browser does not say which m-line a figure belongs to. */
  midsKnown: boolean;
  framesEncoded: number;
  /** Energy of our microphone since the last look; undefined where the browser does not say. */
  inputEnergy: number | undefined;
  availableKbps: number | undefined;
}

export function snapshotOf(report: Iterable<[string, unknown]> | RTCStatsReport, at: number): StatsSnapshot {
  const entries = new Map<string, StatsEntry>();
  (report as Map<string, StatsEntry>).forEach((entry, id) => {
    entries.set(id, entry);
  });
  return { at, entries };
}

const delta = (now: number | undefined, before: number | undefined): number =>
  Math.max(0, (now ?? 0) - (before ?? 0));

function ofType(snapshot: StatsSnapshot, type: string): StatsEntry[] {
  return [...snapshot.entries.values()].filter((entry) => entry.type === type);
}

function addOutbound(
  up: DirectionStats,
  entry: StatsEntry,
  before: StatsEntry | undefined,
  seconds: number,
): void {
  const kbps = (delta(entry.bytesSent, before?.bytesSent) * 8) / 1000 / seconds;
  if (entry.kind === "audio") up.audioKbps += kbps;
  else {
    up.videoKbps += kbps;
    // Simulcast: the largest layer that is being sent is what people see.
    if ((entry.frameWidth ?? 0) > up.width && kbps > 0) {
      up.width = entry.frameWidth ?? 0;
      up.height = entry.frameHeight ?? 0;
      up.fps = entry.framesPerSecond ?? 0;
    }
  }
}

function addInbound(
  down: DirectionStats,
  entry: StatsEntry,
  before: StatsEntry | undefined,
  seconds: number,
): void {
  const received = delta(entry.packetsReceived, before?.packetsReceived);
  const lost = delta(entry.packetsLost, before?.packetsLost);
  const loss = received + lost > 0 ? lost / (received + lost) : 0;
  const kbps = (delta(entry.bytesReceived, before?.bytesReceived) * 8) / 1000 / seconds;
  if (entry.kind === "audio") {
    down.audioKbps += kbps;
    down.audioLoss = Math.max(down.audioLoss, loss);
  } else {
    down.videoKbps += kbps;
    down.videoLoss = Math.max(down.videoLoss, loss);
    if ((entry.frameWidth ?? 0) > down.width && received > 0) {
      down.width = entry.frameWidth ?? 0;
      down.height = entry.frameHeight ?? 0;
      down.fps = entry.framesPerSecond ?? 0;
    }
  }
}

/** In words: what a person would call the connection. Sound decides; a poor picture alone is never "bad". */
export function qualityWord(rttMs: number, up: DirectionStats, down: DirectionStats): QualityWord {
  const audioLoss = Math.max(up.audioLoss, down.audioLoss);
  const videoLoss = Math.max(up.videoLoss, down.videoLoss);
  if (audioLoss > 0.15 || rttMs > 800) return "bad";
  if (audioLoss > 0.04 || videoLoss > 0.08 || rttMs > 350) return "weak";
  return "good";
}

/** Round trip of the selected pair; several pairs may be listed. */
function roundTrip(snapshot: StatsSnapshot): { rttMs: number; availableKbps: number | undefined } {
  const pairs = ofType(snapshot, "candidate-pair").filter(
    (pair) => pair.nominated && pair.state === "succeeded",
  );
  const pair = pairs.find((candidate) => candidate.currentRoundTripTime !== undefined);
  const available = pairs.find((candidate) => candidate.availableOutgoingBitrate !== undefined);
  return {
    rttMs: Math.round((pair?.currentRoundTripTime ?? 0) * 1000),
    availableKbps:
      available?.availableOutgoingBitrate === undefined
        ? undefined
        : available.availableOutgoingBitrate / 1000,
  };
}

export function readStats(now: StatsSnapshot, before: StatsSnapshot): StatsResult {
  const seconds = Math.max(0.2, (now.at - before.at) / 1000);
  const up = { ...emptyDirection };
  const down = { ...emptyDirection };
  const received: StatsResult["received"] = new Map();
  let midsKnown = true;
  let framesEncoded = 0;
  let outputLevel = 0;
  for (const entry of ofType(now, "outbound-rtp")) {
    const previous = before.entries.get(entry.id);
    addOutbound(up, entry, previous, seconds);
    framesEncoded += delta(entry.framesEncoded, previous?.framesEncoded);
  }
  for (const entry of ofType(now, "inbound-rtp")) {
    const previous = before.entries.get(entry.id);
    addInbound(down, entry, previous, seconds);
    outputLevel = Math.max(outputLevel, entry.audioLevel ?? 0);
    if (entry.mid === undefined) midsKnown = false;
    else if (entry.kind)
      received.set(entry.mid, {
        kind: entry.kind,
        packets: delta(entry.packetsReceived, previous?.packetsReceived),
        frames: delta(entry.framesDecoded, previous?.framesDecoded),
      });
  }
  for (const entry of ofType(now, "remote-inbound-rtp")) {
    if (entry.kind === "audio") up.audioLoss = Math.max(up.audioLoss, entry.fractionLost ?? 0);
    else up.videoLoss = Math.max(up.videoLoss, entry.fractionLost ?? 0);
  }
  const source = ofType(now, "media-source").find((entry) => entry.kind === "audio");
  const earlier = source && before.entries.get(source.id);
  const { rttMs, availableKbps } = roundTrip(now);
  return {
    word: qualityWord(rttMs, up, down),
    rttMs,
    up,
    down,
    inputLevel: source?.audioLevel ?? 0,
    outputLevel,
    received,
    midsKnown,
    framesEncoded,
    inputEnergy:
      source?.totalAudioEnergy === undefined
        ? undefined
        : delta(source.totalAudioEnergy, earlier?.totalAudioEnergy),
    availableKbps,
  };
}
