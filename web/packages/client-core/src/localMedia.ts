// SPDX-License-Identifier: Apache-2.0
import type { MediaKind } from "./mediaTypes.ts";
import { type Readable, Store } from "./store.ts";

/** Why there is no track; each has exactly one fix that a page can offer. */
export type DeviceFailure =
  | "denied" // the person or the browser's settings said no: show how to allow it
  | "missing" // there is no such device: go on without, or use the phone
  | "in_use" // another program holds it: close that and try again
  | "insecure" // the page is not served over HTTPS
  | "policy" // the embedding page does not let the frame use it
  | "unknown";

export interface LocalKindState {
  track: MediaStreamTrack | null;
  muted: boolean;
  failure: DeviceFailure | undefined;
  deviceId: string | undefined;
  label: string;
}

/** Something the person should be told once; `label` is the device now in use. */
export interface DeviceNotice {
  code: "microphone_changed" | "microphone_lost" | "camera_changed" | "camera_lost" | "speaker_changed";
  label: string;
  at: number;
}

export interface DeviceList {
  microphones: readonly MediaDeviceInfo[];
  cameras: readonly MediaDeviceInfo[];
  speakers: readonly MediaDeviceInfo[];
}

export interface LocalMediaState {
  audio: LocalKindState;
  video: LocalKindState;
  facing: "user" | "environment";
  devices: DeviceList;
  opening: boolean;
  notice: DeviceNotice | undefined;
  /** Lines of the picture that are asked for, and that the open camera can give at most (0 where it does not say). */
  height: PictureHeight;
  tallest: number;
}

export type PictureHeight = 720 | 1080;

export type MediaDevicesLike = Pick<
  MediaDevices,
  "getUserMedia" | "enumerateDevices" | "addEventListener" | "removeEventListener"
>;

export interface LocalMediaOptions {
  /** undefined on insecure pages, where the browser has none. */
  devices: MediaDevicesLike | undefined;
  now: () => number;
  /** State of the permission where the browser tells it. */
  permission?: (kind: MediaKind) => Promise<PermissionState | undefined>;
}

const noDevice: LocalKindState = {
  track: null,
  muted: false,
  failure: undefined,
  deviceId: undefined,
  label: "",
};

export function failureOf(error: unknown): DeviceFailure {
  const { name, message } = error as { name?: string; message?: string };
  switch (name) {
    case "NotAllowedError":
    case "PermissionDeniedError":
      return /permissions policy|feature policy/i.test(message ?? "") ? "policy" : "denied";
    case "NotFoundError":
    case "DevicesNotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "TrackStartError":
    case "AbortError":
      return "in_use";
    case "SecurityError":
      return "policy";
    case "InsecureError":
      return "insecure";
    default:
      return "unknown";
  }
}

type Wish = () => boolean;

/** Our own microphone and camera: opened with fallbacks, replaced when unplugged, each failure named. */
export class LocalMedia {
  readonly #options: LocalMediaOptions;
  readonly #state: Store<LocalMediaState>;
  readonly #onDeviceChange = () => void this.#refresh();
  #opening = 0;
  #closed = false;
  /** Counts the closings of each kind: what was asked for before one of them is not wanted any more. */
  readonly #closings = { audio: 0, video: 0 };

  constructor(options: LocalMediaOptions) {
    this.#options = options;
    this.#state = new Store<LocalMediaState>({
      audio: noDevice,
      video: noDevice,
      facing: "user",
      devices: { microphones: [], cameras: [], speakers: [] },
      opening: false,
      notice: undefined,
      height: 720,
      tallest: 0,
    });
    options.devices?.addEventListener("devicechange", this.#onDeviceChange);
  }

  get state(): Readable<LocalMediaState> {
    return this.#state;
  }

  /** Opens what is asked for and not open yet; never throws, failures are in the state. One prompt for both. */
  async open(want: { audio?: boolean; video?: boolean }): Promise<void> {
    const { audio, video } = this.#state.get();
    const needAudio = Boolean(want.audio) && !audio.track;
    const needVideo = Boolean(want.video) && !video.track;
    if (!needAudio && !needVideo) return;
    await this.#busy(async () => {
      if (needAudio && needVideo) await this.#openBoth();
      else await this.#openOne(needAudio ? "audio" : "video");
      await this.#refresh();
    });
  }

  /** Stops the device and drops the track; the light goes out. */
  close(kind: MediaKind): void {
    this.#closings[kind] += 1;
    this.#state.get()[kind].track?.stop();
    this.#setKind(kind, { track: null, failure: undefined });
  }

  /** After a call: what was said of its devices is of no interest in the next one. */
  closeAll(): void {
    this.close("audio");
    this.close("video");
    this.clearNotice();
  }

  dispose(): void {
    this.#closed = true;
    this.#options.devices?.removeEventListener("devicechange", this.#onDeviceChange);
    this.closeAll();
  }

  /** A muted microphone stays open (unmuting is instant); a camera that is off is really off. */
  async mute(kind: MediaKind, muted: boolean): Promise<void> {
    this.#setKind(kind, { muted });
    if (kind === "audio") {
      const { track } = this.#state.get().audio;
      if (track) track.enabled = !muted;
      return;
    }
    if (muted) this.close("video");
    else await this.open({ video: true });
  }

  /** Front ↔ rear on a phone; the next camera on a desktop. */
  async flip(): Promise<void> {
    const { facing, devices, video } = this.#state.get();
    const facingKnown = video.track?.getSettings().facingMode !== undefined;
    if (facingKnown || devices.cameras.length < 2) {
      const next = facing === "user" ? "environment" : "user";
      await this.#replace("video", {
        ...this.#videoConstraints(),
        facingMode: { ideal: next },
        deviceId: undefined,
      });
      if (this.#state.get().video.track) this.#state.update({ facing: next });
      return;
    }
    const index = devices.cameras.findIndex((camera) => camera.deviceId === video.deviceId);
    const next = devices.cameras[(index + 1) % devices.cameras.length];
    if (next) await this.select("video", next.deviceId);
  }

  async select(kind: MediaKind, deviceId: string): Promise<void> {
    const base = kind === "audio" ? this.#audioConstraints() : this.#videoConstraints();
    await this.#replace(kind, { ...base, facingMode: undefined, deviceId: { exact: deviceId } });
  }

  /** Of the picture, from now on; a camera that cannot give it goes on as it is. */
  async setHeight(height: PictureHeight): Promise<void> {
    if (height === this.#state.get().height) return;
    this.#state.update({ height });
    const { width, height: lines, frameRate } = this.#videoConstraints();
    await this.#state
      .get()
      .video.track?.applyConstraints({ width, height: lines, frameRate })
      .catch(() => undefined);
  }

  clearNotice(): void {
    this.#state.update({ notice: undefined });
  }

  // ---- opening

  #audioConstraints(): MediaTrackConstraints {
    return { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  }

  #videoConstraints(): MediaTrackConstraints {
    const { height, facing } = this.#state.get();
    return {
      width: { ideal: Math.round((height * 16) / 9) },
      height: { ideal: height },
      frameRate: { ideal: 30, max: 30 },
      facingMode: { ideal: facing },
    };
  }

  /** Tells later whether what is asked for now is still wanted: a prompt or a slow camera may outlast the call. */
  #wish(kind: MediaKind): Wish {
    const closings = this.#closings[kind];
    return () => !this.#closed && this.#closings[kind] === closings;
  }

  async #openBoth(): Promise<void> {
    const constraints = { audio: this.#audioConstraints(), video: this.#videoConstraints() };
    const wishes = { audio: this.#wish("audio"), video: this.#wish("video") };
    try {
      const stream = await this.#capture(constraints);
      for (const track of stream.getTracks()) {
        const kind = track.kind as MediaKind;
        this.#adopt(kind, track, wishes[kind]);
      }
    } catch (error) {
      const refused = failureOf(error) === "denied";
      for (const kind of ["audio", "video"] as const) {
        // A person who just said no is not asked again for each device; what is granted already opens without asking.
        const again = !refused || (await this.#options.permission?.(kind)) === "granted";
        if (!wishes[kind]()) continue;
        if (again) await this.#openOne(kind);
        else this.#setKind(kind, { failure: "denied" });
      }
    }
  }

  async #openOne(kind: MediaKind, constraints?: MediaTrackConstraints): Promise<boolean> {
    const full = constraints ?? (kind === "audio" ? this.#audioConstraints() : this.#videoConstraints());
    const wanted = this.#wish(kind);
    try {
      const stream = await this.#captureWithFallback(kind, full, wanted);
      const [track] = stream.getTracks();
      if (track) this.#adopt(kind, track, wanted);
      return track !== undefined;
    } catch (error) {
      if (wanted()) this.#setKind(kind, { failure: failureOf(error) });
      return false;
    }
  }

  /** Cameras that cannot do what was asked for are asked for anything at all. */
  async #captureWithFallback(
    kind: MediaKind,
    constraints: MediaTrackConstraints,
    wanted: Wish,
  ): Promise<MediaStream> {
    try {
      return await this.#capture({ [kind]: constraints });
    } catch (error) {
      const { name } = error as { name?: string };
      const other = name === "OverconstrainedError" || name === "NotReadableError" || name === "AbortError";
      if (!other || !wanted()) throw error;
      return this.#capture({ [kind]: true });
    }
  }

  #capture(constraints: MediaStreamConstraints): Promise<MediaStream> {
    const { devices } = this.#options;
    if (!devices) return Promise.reject(Object.assign(new Error("insecure page"), { name: "InsecureError" }));
    return devices.getUserMedia(constraints);
  }

  #adopt(kind: MediaKind, track: MediaStreamTrack, wanted: Wish): void {
    if (!wanted()) {
      track.stop();
      return;
    }
    const before = this.#state.get()[kind];
    if (before.track && before.track !== track) before.track.stop();
    if (kind === "audio") track.enabled = !before.muted;
    else {
      track.contentHint = "motion";
      this.#state.update({ tallest: track.getCapabilities?.().height?.max ?? 0 });
    }
    track.addEventListener("ended", () => void this.#ended(kind, track));
    this.#setKind(kind, {
      track,
      failure: undefined,
      deviceId: track.getSettings().deviceId,
      label: track.label,
    });
  }

  /** Phones open one camera at a time: the old one is stopped first, and brought back where the new one fails. */
  async #replace(kind: MediaKind, constraints: MediaTrackConstraints): Promise<void> {
    await this.#busy(async () => {
      const { deviceId, track } = this.#state.get()[kind];
      const wanted = this.#wish(kind);
      if (kind === "video") track?.stop();
      const ok = await this.#openOne(kind, constraints);
      if (!ok && kind === "video" && wanted())
        await this.#openOne(kind, deviceId ? { deviceId: { exact: deviceId } } : this.#videoConstraints());
    });
  }

  // ---- changes from outside

  /** The device went away (a track that we stop ourselves sends no event). */
  async #ended(kind: MediaKind, track: MediaStreamTrack): Promise<void> {
    if (this.#state.get()[kind].track !== track || this.#closed) return;
    this.#setKind(kind, { track: null });
    const wanted = this.#wish(kind);
    const ok = await this.#openOne(kind);
    if (!wanted()) return;
    const device = kind === "audio" ? "microphone" : "camera";
    this.#tell(ok ? `${device}_changed` : `${device}_lost`, this.#state.get()[kind].label);
    await this.#refresh();
  }

  async #refresh(): Promise<void> {
    const list = await this.#options.devices?.enumerateDevices().catch(() => undefined);
    if (!list || this.#closed) return;
    const before = this.#state.get().devices;
    const of = (kind: MediaDeviceKind) => list.filter((device) => device.kind === kind);
    const devices: DeviceList = {
      microphones: of("audioinput"),
      cameras: of("videoinput"),
      speakers: of("audiooutput"),
    };
    this.#state.update({ devices });
    const gone = before.speakers.some(
      (old) => old.deviceId !== "" && !devices.speakers.some((device) => device.deviceId === old.deviceId),
    );
    if (gone && this.#state.get().audio.track)
      this.#tell("speaker_changed", devices.speakers[0]?.label ?? "");
  }

  #tell(code: DeviceNotice["code"], label: string): void {
    this.#state.update({ notice: { code, label, at: this.#options.now() } });
  }

  #setKind(kind: MediaKind, change: Partial<LocalKindState>): void {
    const state = this.#state.get();
    if (kind === "audio") this.#state.update({ audio: { ...state.audio, ...change } });
    else this.#state.update({ video: { ...state.video, ...change } });
  }

  async #busy(work: () => Promise<void>): Promise<void> {
    this.#opening += 1;
    this.#state.update({ opening: true });
    try {
      await work();
    } finally {
      this.#opening -= 1;
      this.#state.update({ opening: this.#opening > 0 });
    }
  }
}

export function browserLocalMedia(): LocalMedia {
  return new LocalMedia({
    devices: navigator.mediaDevices as MediaDevices | undefined,
    now: () => Date.now(),
    permission: async (kind) => {
      const name = (kind === "audio" ? "microphone" : "camera") as PermissionName;
      const status = await navigator.permissions?.query({ name }).catch(() => undefined);
      return status?.state;
    },
  });
}
