// SPDX-License-Identifier: Apache-2.0
import type { Commands, MediaAnswer, MediaSwitch, Slot, TrackState } from "@visavis/protocol";
import { CommandFailure } from "./connection.ts";
import type { Environment } from "./environment.ts";
import type { PictureHeight } from "./localMedia.ts";
import type { MediaKind, MediaPhase, MediaState, RemoteMedia } from "./mediaTypes.ts";
import { MediaWatch } from "./mediaWatch.ts";
import { Peer } from "./peer.ts";
import { ShownPictures } from "./shownPictures.ts";
import { type Readable, Store, type Unsubscribe } from "./store.ts";

/** The part of Connection that media needs. */
export interface MediaSignalling {
  send<K extends "media.offer" | "media.close" | "media.state" | "media.view">(
    type: K,
    data: Commands[K]["data"],
    options?: { volatile?: boolean },
  ): Promise<Commands[K]["reply"]>;
}

export interface MediaSessionOptions {
  environment: Environment;
  contactId: string;
  signalling: MediaSignalling;
  /** Send three sizes of our picture, so that the server can pick one per viewer. */
  simulcast?: boolean;
}

interface LocalKind {
  track: MediaStreamTrack | null;
  muted: boolean;
}

/** A dip shorter than this mends itself; ICE keeps checking the old path meanwhile. */
const DISCONNECTED_PATIENCE_MS = 1500;
/** A connection that has not come up by then is started afresh. */
const CONNECT_TIMEOUT_MS = 8000;
/** An offer that the server leaves unanswered for so long is given up. */
const ANSWER_TIMEOUT_MS = 6000;
const RETRY_MS = [500, 1000, 2000, 5000];
const STATS_EVERY_MS = 2000;

/**
 * Our side of one contact's media: one RTCPeerConnection, offered by us, connected early and silent until `setLive(true)`.
 * It mends itself: an ICE restart while the server knows the session, a new connection where it does not.
 */
export class MediaSession {
  readonly #environment: Environment;
  readonly #options: MediaSessionOptions;
  readonly #state: Store<MediaState>;
  readonly #local: Record<MediaKind, LocalKind> = {
    audio: { track: null, muted: false },
    video: { track: null, muted: false },
  };
  readonly #watch = new MediaWatch();
  readonly #shown: ShownPictures;
  #peer: Peer | undefined;
  /** Made, but not answered yet; replaces #peer when it is. */
  #nextPeer: Peer | undefined;
  #slots: readonly Slot[] = [];
  #remoteOn: (slot: Slot) => boolean = () => true;
  #live = false;
  #negotiating = false;
  #wanted: "none" | "renegotiate" | "restart" | "fresh" = "none";
  #failures = 0;
  #timer: number | undefined;
  #statsTimer: number | undefined;
  #joined = false;
  #height: PictureHeight = 720;
  #reported: { audio?: TrackState; video?: TrackState } = {};
  #stopNetwork: Unsubscribe | undefined;

  constructor(options: MediaSessionOptions) {
    this.#options = options;
    this.#environment = options.environment;
    this.#shown = new ShownPictures(options.environment, (tracks) =>
      options.signalling.send("media.view", { contact_id: options.contactId, tracks }, { volatile: true }),
    );
    this.#state = new Store<MediaState>({
      phase: "idle",
      since: options.environment.now(),
      remotes: [],
      stats: undefined,
      problems: [],
    });
  }

  get state(): Readable<MediaState> {
    return this.#state;
  }

  /** Connects; safe to call again. Do it while waiting or ringing, so that the first picture comes at once on accept. */
  start(): void {
    if (this.#state.get().phase !== "idle") return;
    this.#stopNetwork = this.#environment.onNetwork((event) => {
      if (event !== "offline") this.#want("restart");
    });
    this.#enter("connecting");
    this.#want("fresh");
    this.#statsTimer = this.#environment.setTimeout(() => this.#poll(), STATS_EVERY_MS);
  }

  close(): void {
    if (this.#state.get().phase === "closed") return;
    const started = this.#state.get().phase !== "idle";
    this.#enter("closed");
    this.#stopNetwork?.();
    this.#clearTimer();
    if (this.#statsTimer !== undefined) this.#environment.clearTimeout(this.#statsTimer);
    this.#nextPeer?.close();
    this.#peer?.close();
    this.#shown.close();
    this.#state.update({ remotes: [], stats: undefined, problems: [] });
    if (started)
      this.#options.signalling
        .send("media.close", { contact_id: this.#options.contactId }, { volatile: true })
        .catch(() => undefined);
  }

  // ---- what we send

  /** The captured track, or null where there is none. The caller owns the track and stops it. */
  setTrack(kind: MediaKind, track: MediaStreamTrack | null): void {
    this.#local[kind].track = track;
    this.#applyLocal(kind);
  }

  /** Mutes without renegotiation: the microphone goes silent, the camera's sender is emptied. */
  setMuted(kind: MediaKind, muted: boolean): void {
    this.#local[kind].muted = muted;
    this.#applyLocal(kind);
  }

  /** Lines of our picture; decides how much it may take. */
  setHeight(height: PictureHeight): void {
    this.#height = height;
    this.#peer?.setHeight(height);
    this.#nextPeer?.setHeight(height);
  }

  /** Whoever only rings is no participant: what their devices do is nobody's business yet, and the server takes no word of it. */
  setJoined(joined: boolean): void {
    if (this.#joined === joined) return;
    this.#joined = joined;
    this.#reported = {};
    this.#reportState();
  }

  /** Until live, nothing leaves this device, though the connection stands. */
  setLive(live: boolean): void {
    if (this.#live === live) return;
    this.#live = live;
    this.#applyLocal("audio");
    this.#applyLocal("video");
  }

  // ---- what the server says

  setSlots(slots: readonly Slot[], remoteOn?: (slot: Slot) => boolean): void {
    // With another picture the server forgets how large the one before was shown.
    const moved = JSON.stringify(slots) !== JSON.stringify(this.#slots);
    this.#slots = slots;
    if (remoteOn) this.#remoteOn = remoteOn;
    this.#publishRemotes();
    if (moved) this.#shown.again();
  }

  /** To be called at every `welcome`. */
  onWelcome(resumed: boolean): void {
    const { phase } = this.#state.get();
    if (phase === "idle" || phase === "closed") return;
    if (!resumed) {
      this.#reported = {};
      if (phase === "connected") this.#enter("reconnecting");
      this.#want("fresh");
      this.#reportState();
    } else {
      this.#shown.again();
      if (phase !== "connected") this.#want(phase === "reconnecting" ? "restart" : "fresh");
      else this.#negotiateSoon();
    }
  }

  switchCodec(message: MediaSwitch): void {
    this.#peer?.switchCodec(message.mid, message.codec).then((negotiate) => {
      if (negotiate) this.#want("renegotiate");
    });
  }

  // ---- negotiation

  #want(what: "renegotiate" | "restart" | "fresh"): void {
    const rank = { none: 0, renegotiate: 1, restart: 2, fresh: 3 };
    if (rank[what] > rank[this.#wanted]) this.#wanted = what;
    this.#negotiateSoon();
  }

  #negotiateSoon(): void {
    if (this.#negotiating || this.#wanted === "none" || this.#state.get().phase === "closed") return;
    this.#clearTimer();
    const what = this.#peer || this.#wanted === "fresh" ? this.#wanted : "fresh";
    this.#wanted = "none";
    this.#negotiating = true;
    this.#negotiate(what).then(
      () => this.#negotiated(),
      (error: unknown) => this.#negotiationFailed(error, what === "fresh"),
    );
  }

  async #negotiate(what: "renegotiate" | "restart" | "fresh" | "none"): Promise<void> {
    const fresh = what === "fresh";
    const peer = fresh ? this.#makePeer() : this.#peer;
    if (!peer) return;
    const sdp = await peer.offer(what === "restart");
    const answer = await this.#exchange(sdp, !fresh);
    if (this.#state.get().phase === "closed") return;
    await peer.answer(answer.sdp);
    if (!fresh) return;
    const old = this.#peer;
    this.#peer = peer;
    this.#nextPeer = undefined;
    this.#applyLocal("audio");
    this.#applyLocal("video");
    this.#publishRemotes();
    this.#shown.restart();
    old?.close();
  }

  #exchange(sdp: string, restart: boolean): Promise<MediaAnswer> {
    return new Promise((resolve, reject) => {
      const timer = this.#environment.setTimeout(
        () =>
          reject(new CommandFailure({ code: "timeout", message: "The server did not answer.", retry: true })),
        ANSWER_TIMEOUT_MS,
      );
      this.#options.signalling
        .send("media.offer", { contact_id: this.#options.contactId, sdp, restart }, { volatile: true })
        .then(resolve, reject)
        .finally(() => this.#environment.clearTimeout(timer));
    });
  }

  #makePeer(): Peer {
    this.#nextPeer?.close();
    const peer = new Peer(this.#environment.createPeer(), {
      simulcast: this.#options.simulcast ?? true,
      height: this.#height,
    });
    this.#nextPeer = peer;
    peer.onstate = (state) => {
      if (peer === this.#peer || peer === this.#nextPeer) this.#peerState(state);
    };
    peer.ontracks = () => {
      if (peer === this.#peer) this.#publishRemotes();
    };
    // Tracks go in before the offer, so that the first packet can leave with the handshake's end.
    for (const kind of ["audio", "video"] as const) peer.send(kind, this.#outgoing(kind));
    return peer;
  }

  #negotiated(): void {
    this.#negotiating = false;
    if (this.#state.get().phase === "closed") return;
    if (this.#wanted !== "none") this.#negotiateSoon();
    else if (this.#state.get().phase !== "connected") this.#expectConnection();
  }

  #negotiationFailed(error: unknown, wasFresh: boolean): void {
    this.#negotiating = false;
    if (this.#state.get().phase === "closed") return;
    const offline = error instanceof CommandFailure && error.code === "offline";
    if (offline) {
      // The next welcome calls us again; what was wanted then is decided there.
      this.#wanted = wasFresh ? "fresh" : "restart";
      return;
    }
    this.#failures += 1;
    this.#wanted = "none";
    if (!wasFresh) {
      this.#want("fresh");
      return;
    }
    if (this.#failures >= 3) this.#enter("failed");
    this.#after(RETRY_MS[Math.min(this.#failures - 1, RETRY_MS.length - 1)] ?? 5000, () =>
      this.#want("fresh"),
    );
  }

  #peerState(state: RTCPeerConnectionState): void {
    if (this.#state.get().phase === "closed") return;
    if (state === "connected") {
      this.#clearTimer();
      this.#failures = 0;
      this.#enter("connected");
      this.#reportState();
    } else if (state === "disconnected") {
      this.#enter("reconnecting");
      this.#after(DISCONNECTED_PATIENCE_MS, () => this.#want("restart"));
    } else if (state === "failed") {
      this.#enter(this.#state.get().phase === "connecting" ? "connecting" : "reconnecting");
      this.#want("fresh");
    }
  }

  #expectConnection(): void {
    this.#after(CONNECT_TIMEOUT_MS, () => {
      if (this.#state.get().phase === "connected") return;
      this.#failures += 1;
      if (this.#failures >= 3) this.#enter("failed");
      this.#want("fresh");
    });
  }

  // ---- local tracks

  #outgoing(kind: MediaKind): MediaStreamTrack | null {
    const { track, muted } = this.#local[kind];
    if (!this.#live) return null;
    return kind === "video" && muted ? null : track;
  }

  #applyLocal(kind: MediaKind): void {
    const { track, muted } = this.#local[kind];
    if (kind === "audio" && track) track.enabled = !muted;
    this.#peer?.send(kind, this.#outgoing(kind));
    this.#nextPeer?.send(kind, this.#outgoing(kind));
    this.#reportState();
  }

  #trackState(kind: MediaKind): TrackState {
    const { track, muted } = this.#local[kind];
    if (!track) return muted ? "off" : "none";
    return muted ? "off" : "on";
  }

  #reportState(): void {
    const { phase } = this.#state.get();
    if (!this.#joined || phase === "idle" || phase === "closed") return;
    const audio = this.#trackState("audio");
    const video = this.#trackState("video");
    if (audio === this.#reported.audio && video === this.#reported.video) return;
    this.#reported = { audio, video };
    this.#options.signalling
      .send("media.state", { contact_id: this.#options.contactId, audio, video })
      .catch(() => {
        this.#reported = {};
      });
  }

  // ---- remote tracks

  #publishRemotes(): void {
    const peer = this.#peer;
    const byParticipant = new Map<string, RemoteMedia>();
    const pictures = new Map<string, MediaStream>();
    for (const slot of this.#slots) {
      const stream = slot.participant_id ? peer?.stream(slot.mid) : undefined;
      if (!slot.participant_id || !stream) continue;
      const media = byParticipant.get(slot.participant_id) ?? {
        participantId: slot.participant_id,
        viewers: this.#shown,
      };
      if (slot.kind === "video") pictures.set(slot.mid, stream);
      if (slot.kind === "audio") media.audio = stream;
      else if (slot.source === "screen") media.screen = stream;
      else media.video = stream;
      byParticipant.set(slot.participant_id, media);
    }
    this.#shown.setStreams(pictures);
    const remotes = [...byParticipant.values()];
    const key = (list: readonly RemoteMedia[]) =>
      JSON.stringify(list.map((r) => [r.participantId, r.audio?.id, r.video?.id, r.screen?.id]));
    if (key(remotes) !== key(this.#state.get().remotes)) this.#state.update({ remotes });
  }

  // ---- figures

  #poll(): void {
    if (this.#state.get().phase === "closed") return;
    this.#statsTimer = this.#environment.setTimeout(() => this.#poll(), STATS_EVERY_MS);
    const peer = this.#peer;
    if (!peer || this.#state.get().phase !== "connected") return;
    peer.stats().then(
      (report) => {
        if (this.#state.get().phase !== "connected") return;
        const result = this.#watch.look(report, this.#environment.now(), {
          live: this.#live,
          audioOn: this.#trackState("audio") === "on",
          videoOn: this.#trackState("video") === "on",
          expected: this.#slots.filter(
            (slot) => slot.participant_id && this.#remoteOn(slot) && !this.#shown.unseen(slot.mid),
          ),
        });
        if (!result) return;
        peer.pauseVideo(result.videoPaused);
        this.#state.update({ stats: result.stats, problems: result.problems });
      },
      () => undefined,
    );
  }

  // ---- small helpers

  #enter(phase: MediaPhase): void {
    if (this.#state.get().phase === phase) return;
    if (phase !== "connected") this.#watch.reset();
    this.#state.update({ phase, since: this.#environment.now() });
  }

  #after(ms: number, action: () => void): void {
    this.#clearTimer();
    this.#timer = this.#environment.setTimeout(action, ms);
  }

  #clearTimer(): void {
    if (this.#timer !== undefined) this.#environment.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
