// SPDX-License-Identifier: Apache-2.0
// What happens to people's devices, browsers and desktops, and what the console does to the desktop in turn. These functions
// run in the page, before its own scripts.

/**
 * Two sound devices, each a microphone and a speaker, in place of the browser's own: the built-in one, and a headset that is
 * the system's choice while it is plugged in. `__desk` unplugs it, turns its switch, and keeps what rang where and which
 * notifications were shown.
 */
export function installDesk() {
  const devices = navigator.mediaDevices;
  if (!devices) return; // a page without a secure address has none
  const NAMES = { "built-in": "Built-in", headset: "Headset" };
  const plugged = Object.keys(NAMES);
  const switchedOff = new Set();
  const open = new Set();

  const capture = devices.getUserMedia.bind(devices);
  const microphone = async (deviceId) => {
    const stream = await capture({ audio: true });
    const context = new AudioContext();
    void context.resume();
    const volume = context.createGain();
    volume.gain.value = switchedOff.has(deviceId) ? 0 : 1;
    const out = context.createMediaStreamDestination();
    context.createMediaStreamSource(stream).connect(volume).connect(out);
    const [track] = out.stream.getAudioTracks();
    const stop = track.stop.bind(track);
    const used = { deviceId, track, volume };
    open.add(used);
    track.stop = () => {
      if (!open.delete(used)) return;
      stop();
      for (const source of stream.getTracks()) source.stop();
      void context.close();
    };
    Object.defineProperties(track, { label: { value: NAMES[deviceId] }, getSettings: { value: () => ({ deviceId }) } });
    return track;
  };
  devices.getUserMedia = async (want) => {
    const tracks = [];
    if (want.audio) {
      const exact = want.audio.deviceId?.exact;
      if (exact && !plugged.includes(exact)) throw new DOMException("no such device", "OverconstrainedError");
      tracks.push(await microphone(exact ?? plugged.at(-1)));
    }
    if (want.video) tracks.push(...(await capture({ video: want.video })).getVideoTracks());
    return new MediaStream(tracks);
  };
  const listed = devices.enumerateDevices.bind(devices);
  const device = (kind, deviceId) => ({ kind, deviceId, groupId: deviceId, label: NAMES[deviceId] });
  devices.enumerateDevices = async () => [
    ...(await listed()).filter(({ kind }) => kind === "videoinput"),
    ...plugged.flatMap((id) => [device("audioinput", id), device("audiooutput", id)]),
  ];

  const rang = [];
  const sinks = new WeakMap();
  AudioContext.prototype.setSinkId = async function (id) {
    sinks.set(this, id);
  };
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) {
    rang.push(sinks.get(this.context) ?? "the system's choice");
    return start.apply(this, when);
  };

  const notes = [];
  const Native = globalThis.Notification;
  if (Native)
    globalThis.Notification = class extends Native {
      constructor(title, options) {
        super(title, options);
        this.shown = true;
        notes.push(this);
      }
      close() {
        this.shown = false;
        super.close();
      }
    };

  globalThis.__desk = {
    rang,
    notes,
    unplug(deviceId) {
      plugged.splice(plugged.indexOf(deviceId), 1);
      for (const { track } of [...open].filter((used) => used.deviceId === deviceId)) {
        track.stop();
        track.dispatchEvent(new Event("ended"));
      }
      devices.dispatchEvent(new Event("devicechange"));
    },
    turn(deviceId, on) {
      on ? switchedOff.delete(deviceId) : switchedOff.add(deviceId);
      for (const used of open) if (used.deviceId === deviceId) used.volume.gain.value = on ? 1 : 0;
    },
  };
}

/** A browser that plays no sound before the page was touched, as after a reload on a phone. */
export function refuseAutoplay() {
  let touched = false;
  for (const type of ["pointerdown", "keydown"]) addEventListener(type, () => (touched = true), true);
  const refused = (element) => !touched && !element.muted;
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    if (!refused(this)) return play.call(this);
    this.pause();
    return Promise.reject(new DOMException("play() failed because the user did not interact with the document first", "NotAllowedError"));
  };
  addEventListener("play", ({ target }) => refused(target) && target.pause(), true);
}

/** A browser that was built without a codec of pictures ("video/VP8"). */
export function lackCodec(type) {
  for (const Side of [RTCRtpSender, RTCRtpReceiver]) {
    const all = Side.getCapabilities.bind(Side);
    Side.getCapabilities = (kind) => {
      const found = all(kind);
      return { ...found, codecs: found.codecs.filter(({ mimeType }) => mimeType !== type) };
    };
  }
  const add = RTCPeerConnection.prototype.addTransceiver;
  RTCPeerConnection.prototype.addTransceiver = function (kind, init) {
    const transceiver = add.call(this, kind, init);
    if (kind === "video") transceiver.setCodecPreferences(RTCRtpReceiver.getCapabilities("video").codecs);
    return transceiver;
  };
}

/** How sharp the middle of the other person's picture is on the screen: the greatest step between two neighbouring pixels, 0…255. */
export async function sharpness(person) {
  const video = (await person.view.evaluateHandle(() => __probe.remoteVideo() ?? null)).asElement();
  if (!video) return null;
  const png = await video.screenshot({ encoding: "base64" });
  return person.view.evaluate(async (data) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    const g = canvas.getContext("2d");
    g.drawImage(image, 0, 0);
    const [width, height] = [Math.floor(image.width / 3), Math.floor(image.height / 4)];
    const { data: pixels } = g.getImageData(width, Math.floor(image.height * 0.375), width, height);
    let greatest = 0;
    for (let at = 0; at + 4 < pixels.length; at += 4) {
      if ((at / 4 + 1) % width === 0) continue; // the next pixel begins another line
      greatest = Math.max(greatest, Math.abs(pixels[at] - pixels[at + 4]));
    }
    return greatest;
  }, png);
}
