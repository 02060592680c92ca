// SPDX-License-Identifier: Apache-2.0
import type { PictureHeight } from "./localMedia.ts";
import type { MediaKind } from "./mediaTypes.ts";

/** Simulcast: quarter, half and full size; smallest first, as browsers expect. */
const SMALLER_LAYERS: RTCRtpEncodingParameters[] = [
  { rid: "q", scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 500_000 },
];
/** Bits per second that the full picture may take, by its height. */
const FULL_RATE: Record<PictureHeight, number> = { 720: 1_700_000, 1080: 3_500_000 };
/** Receive-only m-lines of each kind beyond the first, so that more people can join without renegotiation. */
const SPARE_SLOTS = 2;

/**
 * One RTCPeerConnection in our m-line order: 0 audio and 1 video both ways, then spare audio and video slots to receive.
 * Knows nothing of contacts, commands or retries.
 */
export class Peer {
  readonly #pc: RTCPeerConnection;
  readonly #streams = new Map<string, MediaStream>();
  readonly #senders: Record<MediaKind, RTCRtpSender>;
  #videoPaused = false;
  #height: PictureHeight;
  onstate: ((state: RTCPeerConnectionState) => void) | null = null;
  ontracks: (() => void) | null = null;

  constructor(pc: RTCPeerConnection, options: { simulcast: boolean; height: PictureHeight }) {
    this.#pc = pc;
    this.#height = options.height;
    const full = { scaleResolutionDownBy: 1, maxBitrate: FULL_RATE[options.height] };
    const audio = pc.addTransceiver("audio", { direction: "sendrecv" });
    const video = pc.addTransceiver("video", {
      direction: "sendrecv",
      sendEncodings: options.simulcast
        ? [...SMALLER_LAYERS.map((layer) => ({ ...layer })), { rid: "f", ...full }]
        : [full],
    });
    this.#senders = { audio: audio.sender, video: video.sender };
    for (const kind of ["audio", "video"] as const)
      for (let i = 0; i < SPARE_SLOTS; i += 1) pc.addTransceiver(kind, { direction: "recvonly" });
    pc.onconnectionstatechange = () => this.onstate?.(pc.connectionState);
    pc.ontrack = () => this.ontracks?.();
  }

  /** An offer, already set as local description. The server needs no candidates of ours: it learns our address. */
  async offer(iceRestart: boolean): Promise<string> {
    await this.#pc.setLocalDescription(await this.#pc.createOffer({ iceRestart }));
    return this.#pc.localDescription?.sdp ?? "";
  }

  async answer(sdp: string): Promise<void> {
    await this.#pc.setRemoteDescription({ type: "answer", sdp });
    await this.#adoptEncodings();
  }

  /** A server without simulcast leaves the first layer only, which would be the smallest: make it the full picture. */
  async #adoptEncodings(): Promise<void> {
    const sender = this.#senders.video;
    const parameters = sender.getParameters();
    const [only, ...more] = parameters.encodings ?? [];
    if (!only || more.length > 0 || only.scaleResolutionDownBy === 1) return;
    only.scaleResolutionDownBy = 1;
    only.maxBitrate = FULL_RATE[this.#height];
    await sender.setParameters(parameters).catch(() => undefined);
  }

  send(kind: MediaKind, track: MediaStreamTrack | null): void {
    const sender = this.#senders[kind];
    if (sender.track === track) return;
    sender.replaceTrack(track).catch(() => undefined);
  }

  /** A taller picture needs a higher rate; the smaller layers keep theirs. */
  setHeight(height: PictureHeight): void {
    if (height === this.#height) return;
    this.#height = height;
    const parameters = this.#senders.video.getParameters();
    const full = parameters.encodings?.at(-1);
    if (!full) return;
    full.maxBitrate = FULL_RATE[height];
    this.#senders.video.setParameters(parameters).catch(() => undefined);
  }

  /** Gives our picture up so that the sound keeps the bandwidth, and takes it back. */
  pauseVideo(paused: boolean): void {
    if (paused === this.#videoPaused) return;
    this.#videoPaused = paused;
    const parameters = this.#senders.video.getParameters();
    for (const encoding of parameters.encodings) encoding.active = !paused;
    this.#senders.video.setParameters(parameters).catch(() => undefined);
  }

  /** Sends with another codec; resolves with true where that needs a new offer. */
  async switchCodec(mid: string, codec: string): Promise<boolean> {
    const transceiver = this.#pc.getTransceivers().find((candidate) => candidate.mid === mid);
    if (!transceiver) return false;
    const mime = `${transceiver.receiver.track.kind}/${codec}`.toLowerCase();
    const parameters = transceiver.sender.getParameters();
    const wanted = parameters.codecs.find((candidate) => candidate.mimeType.toLowerCase() === mime);
    if (wanted) {
      for (const encoding of parameters.encodings) (encoding as { codec?: unknown }).codec = wanted;
      const applied = await transceiver.sender.setParameters(parameters).then(
        () => "codec" in (transceiver.sender.getParameters().encodings[0] ?? {}),
        () => false,
      );
      if (applied) return false;
    }
    const capabilities = RTCRtpReceiver.getCapabilities(transceiver.receiver.track.kind)?.codecs ?? [];
    const first = capabilities.filter((candidate) => candidate.mimeType.toLowerCase() === mime);
    if (first.length === 0) return false;
    transceiver.setCodecPreferences([
      ...first,
      ...capabilities.filter((candidate) => !first.includes(candidate)),
    ]);
    return true;
  }

  /** The stream of what arrives on an m-line; the same object each time, so that players are not restarted. */
  stream(mid: string): MediaStream | undefined {
    const known = this.#streams.get(mid);
    if (known) return known;
    const transceiver = this.#pc.getTransceivers().find((candidate) => candidate.mid === mid);
    if (!transceiver?.currentDirection?.includes("recv")) return undefined;
    const stream = new MediaStream([transceiver.receiver.track]);
    this.#streams.set(mid, stream);
    return stream;
  }

  stats(): Promise<RTCStatsReport> {
    return this.#pc.getStats();
  }

  close(): void {
    this.onstate = null;
    this.ontracks = null;
    this.#pc.close();
  }
}
