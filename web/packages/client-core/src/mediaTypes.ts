// SPDX-License-Identifier: Apache-2.0
import type { QualityWord } from "@visavis/protocol";
import type { PictureViewers } from "./pictureSize.ts";

export type MediaKind = "audio" | "video";

export type MediaPhase =
  | "idle" // nothing negotiated yet
  | "connecting" // first connection under way
  | "connected"
  | "reconnecting" // was connected; being mended
  | "failed" // gave up for now; tries again with the next connection or network change
  | "closed";

/** What one other participant sends us. Sound and picture are separate streams so that each plays by itself. */
export interface RemoteMedia {
  participantId: string;
  audio?: MediaStream;
  video?: MediaStream;
  screen?: MediaStream;
  /** Whoever shows a picture says how large: see watchPicture. */
  viewers: PictureViewers;
}

export interface DirectionStats {
  /** 0 to 1, over the last interval. */
  audioLoss: number;
  videoLoss: number;
  audioKbps: number;
  videoKbps: number;
  fps: number;
  width: number;
  height: number;
}

export interface MediaStats {
  word: QualityWord;
  rttMs: number;
  up: DirectionStats;
  down: DirectionStats;
  /** Audio of the last interval, 0 to 1: what our microphone gave, and the loudest of what came in. */
  inputLevel: number;
  outputLevel: number;
}

export type MediaProblem =
  | "silent_microphone" // the microphone is on but gives digital silence
  | "frozen_camera" // our camera is on but gives no new pictures
  | "remote_video_missing" // their camera is on but no picture arrives: one-way video
  | "remote_audio_missing" // their microphone is on but no packet arrives
  | "video_paused"; // our picture was given up so that the sound keeps going

export interface MediaState {
  phase: MediaPhase;
  /** Local clock. */
  since: number;
  remotes: readonly RemoteMedia[];
  stats: MediaStats | undefined;
  problems: readonly MediaProblem[];
}

export const emptyDirection: DirectionStats = {
  audioLoss: 0,
  videoLoss: 0,
  audioKbps: 0,
  videoKbps: 0,
  fps: 0,
  width: 0,
  height: 0,
};
