// SPDX-License-Identifier: Apache-2.0
// What the screens need of a contact's media. Pure: made from client-core's states.
import type {
  LocalMediaState,
  MediaPhase,
  MediaProblem,
  MediaState,
  MediaStats,
  RemoteMedia,
} from "@visavis/client-core";
import type { ContactView } from "@visavis/protocol";

export type MediaNotice =
  | MediaProblem
  | "headset_unplugged"
  | "microphone_lost"
  | "camera_lost"
  | "microphone_denied"
  | "camera_denied"
  | "no_camera"
  | "no_microphone"
  | "device_busy"
  | "insecure_page";

export interface MediaView {
  phase: MediaPhase;
  microphone: "on" | "off" | "none";
  camera: "on" | "off" | "none";
  local?: MediaStream;
  remotes: readonly RemoteMedia[];
  stats?: MediaStats;
  notices: readonly MediaNotice[];
}

export const noMedia: MediaView = {
  phase: "idle",
  microphone: "none",
  camera: "none",
  remotes: [],
  notices: [],
};

/** What was last measured still holds: there is a connection, and something comes in over it. */
export function mediaFlows({ phase, stats }: Pick<MediaView, "phase" | "stats">): boolean {
  return phase === "connected" && !!stats && stats.down.audioKbps + stats.down.videoKbps > 0;
}

function deviceNotices(local: LocalMediaState): MediaNotice[] {
  const found: MediaNotice[] = [];
  const { audio, video, notice } = local;
  if (audio.failure === "insecure" || video.failure === "insecure") return ["insecure_page"];
  if (audio.failure === "denied" || audio.failure === "policy") found.push("microphone_denied");
  if (audio.failure === "missing") found.push("no_microphone");
  if (audio.failure === "in_use" || audio.failure === "unknown") found.push("device_busy");
  if (video.failure === "denied" || video.failure === "policy") found.push("camera_denied");
  if (video.failure === "missing") found.push("no_camera");
  if (video.failure === "in_use" && !found.includes("device_busy")) found.push("device_busy");
  if (notice?.code === "microphone_changed" || notice?.code === "speaker_changed")
    found.push("headset_unplugged");
  if (notice?.code === "microphone_lost" || notice?.code === "camera_lost") found.push(notice.code);
  return found;
}

function kindState(kind: LocalMediaState["audio"]): "on" | "off" | "none" {
  if (kind.muted) return "off";
  return kind.track ? "on" : "none";
}

export function mediaView(
  state: MediaState,
  local: LocalMediaState,
  stream: MediaStream | undefined,
): MediaView {
  return {
    phase: state.phase,
    microphone: kindState(local.audio),
    camera: kindState(local.video),
    local: stream,
    remotes: state.remotes,
    stats: state.stats,
    notices: [...state.problems, ...deviceNotices(local)],
  };
}

let kept: MediaStream | undefined;
/** One stream object per track, so that the own picture does not restart at every change. */
export function localStream(track: MediaStreamTrack | null): MediaStream | undefined {
  if (!track) {
    kept = undefined;
  } else if (kept?.getVideoTracks()[0] !== track) {
    kept = new MediaStream([track]);
  }
  return kept;
}

/** Which devices the ringing and running contacts need. */
export function callNeeds(contacts: readonly ContactView[]): { audio: boolean; video: boolean } {
  const calls = contacts.filter(
    (c) => c.channel !== "chat" && (c.state === "offered" || c.state === "active"),
  );
  return { audio: calls.length > 0, video: calls.some((c) => c.channel === "video") };
}
