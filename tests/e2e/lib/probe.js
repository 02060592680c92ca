// SPDX-License-Identifier: Apache-2.0
// Runs inside the page under test (installed before its own scripts). Looks only at what a person could see and hear:
// the <video> elements that are visible and play, and the sound of elements that are neither muted nor paused.
export function installProbe(options) {
  const CELLS = 8; // marker, six counter bits, marker: lib/fixtures.js

  // --- cameras and a microphone for browsers without file devices (Firefox), or where two cameras must differ ----------
  if (options.cameras > 0) {
    const HUES = [120, 0]; // the first camera's picture is green, the second's red
    const counterTrack = (camera) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
      const g = canvas.getContext("2d");
      const born = performance.now();
      const paint = () => {
        const count = Math.floor(((performance.now() - born) / 1000) * options.fps) & 63;
        g.fillStyle = `hsl(${HUES[camera]} ${40 + (count % 32)}% 50%)`;
        g.fillRect(0, 0, 640, 360);
        const cells = [1, ...[5, 4, 3, 2, 1, 0].map((b) => (count >> b) & 1), 0];
        cells.forEach((bit, i) => {
          g.fillStyle = bit ? "#fff" : "#000";
          g.fillRect(i * 80, 0, 80, 80);
        });
      };
      paint();
      const timer = setInterval(paint, 1000 / options.fps);
      const [track] = canvas.captureStream(options.fps).getVideoTracks();
      const settings = track.getSettings.bind(track);
      track.getSettings = () => ({ ...settings(), deviceId: `camera${camera}` });
      const stop = track.stop.bind(track);
      track.stop = () => {
        clearInterval(timer);
        stop();
      };
      return track;
    };
    const speechTrack = async () => {
      const context = new AudioContext();
      void context.resume(); // never settles where the machine has no sound device, yet the graph runs
      const bytes = Uint8Array.from(atob(options.speech), (c) => c.charCodeAt(0));
      const source = context.createBufferSource();
      source.buffer = await context.decodeAudioData(bytes.buffer);
      source.loop = true;
      const out = context.createMediaStreamDestination();
      source.connect(out);
      source.start();
      return out.stream.getAudioTracks()[0];
    };
    const devices = navigator.mediaDevices;
    const native = devices.getUserMedia.bind(devices);
    const microphone = options.speech ? speechTrack : async () => (await native({ audio: true })).getAudioTracks()[0];
    devices.getUserMedia = async (want) => {
      const tracks = [];
      if (want.audio) tracks.push(await microphone());
      if (want.video) tracks.push(counterTrack(want.video.deviceId?.exact === "camera1" ? 1 : 0));
      return new MediaStream(tracks);
    };
    const device = (kind, deviceId) => ({ kind, deviceId, groupId: "synthetic", label: `Synthetic ${deviceId}` });
    const cameras = Array.from({ length: options.cameras }, (_, i) => device("videoinput", `camera${i}`));
    devices.enumerateDevices = async () => [device("audioinput", "microphone"), ...cameras, device("audiooutput", "speaker")];
  }

  // --- a machine without camera ("video") or microphone ("audio") ----------------------------------------------------
  if (options.missing.length > 0) {
    const devices = navigator.mediaDevices;
    const native = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (want) => {
      if (options.missing.some((kind) => want[kind])) throw new DOMException("Requested device not found", "NotFoundError");
      return native(want);
    };
    const listed = devices.enumerateDevices.bind(devices);
    devices.enumerateDevices = async () => (await listed()).filter((d) => !options.missing.includes(d.kind.replace("input", "")));
  }

  // Which tracks come from the other side: whatever a PeerConnection of this page receives.
  const connections = [];
  let renegotiations = 0;
  const Native = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args);
      connections.push(this);
    }
    /** An offer below the same ICE credentials as the one before is another negotiation, neither a restart nor a new connection. */
    async setLocalDescription(...args) {
      const ufrag = (description) => description?.sdp?.match(/^a=ice-ufrag:\S+/m)?.[0];
      const before = ufrag(this.localDescription);
      await super.setLocalDescription(...args);
      if (before && ufrag(this.localDescription) === before) renegotiations++;
    }
    /** Where the test holds this person's link (lib/link.js), the way to the server leads through it, and nowhere else. */
    setRemoteDescription(description) {
      if (!options.mediaPort || !description?.sdp) return super.setRemoteDescription(description);
      const sdp = description.sdp
        .replace(/^a=candidate:\S+ \d tcp .*\r\n/gim, "")
        .replace(/^(a=candidate:\S+ \d udp \d+ \S+) \d+/gim, `$1 ${options.mediaPort}`);
      return super.setRemoteDescription({ type: description.type, sdp });
    }
  };
  const received = () => new Set(connections.flatMap((c) => (c.signalingState === "closed" ? [] : c.getReceivers().map((r) => r.track.id))));
  const shows = (element, kind) => {
    const remote = received();
    return element.srcObject?.getTracks().some((t) => t.kind === kind && t.readyState === "live" && remote.has(t.id)) ?? false;
  };

  // --- eyes ---------------------------------------------------------------------------------------------------------
  // One small canvas for all readings: looking must not take the machine from those who are looked at. A cell is one
  // colour, so a single sample of it, which drawing at a pixel a cell takes, is enough.
  const strip = Object.assign(document.createElement("canvas"), { width: CELLS, height: 1 }).getContext("2d", { willReadFrequently: true });
  const readCounter = (video) => {
    const { videoWidth: width, videoHeight: height } = video;
    strip.drawImage(video, 0, height * 0.04, width, height * 0.13, 0, 0, CELLS, 1);
    const { data } = strip.getImageData(0, 0, CELLS, 1);
    const cell = (i) => (data[i * 4] + data[i * 4 + 1] + data[i * 4 + 2]) / 3;
    const white = cell(0);
    const black = cell(CELLS - 1);
    if (white - black < 80) return null; // not our camera's picture
    let count = 0;
    for (let i = 1; i < CELLS - 1; i++) count = count * 2 + (cell(i) > (white + black) / 2 ? 1 : 0);
    return count;
  };
  const visibleVideos = () =>
    [...document.querySelectorAll("video")].concat(...[...document.querySelectorAll("*")].filter((e) => e.shadowRoot).map((e) => [...e.shadowRoot.querySelectorAll("video")]))
      .filter((v) => v.getClientRects().length > 0 && getComputedStyle(v).visibility !== "hidden" && v.videoWidth > 0);
  const biggest = (videos) => videos.sort((a, b) => b.clientWidth * b.clientHeight - a.clientWidth * a.clientHeight)[0];
  const remoteVideo = () => biggest(visibleVideos().filter((v) => shows(v, "video")));

  /** Watches the other person's picture (or that of `video`) for `ms`: frames decoded per second and which counters were seen. */
  const watch = async (ms, video = remoteVideo()) => {
    if (!video) return { fps: 0, counters: [], size: null };
    const seen = [];
    let frames = 0;
    const began = performance.now();
    await new Promise((resolve) => {
      const done = setTimeout(resolve, ms + 500);
      const onFrame = () => {
        frames++;
        seen.push(readCounter(video));
        if (performance.now() - began >= ms) {
          clearTimeout(done);
          resolve();
        } else video.requestVideoFrameCallback(onFrame);
      };
      video.requestVideoFrameCallback(onFrame);
    });
    const seconds = Math.max(performance.now() - began, ms) / 1000;
    return { fps: frames / seconds, counters: seen, distinct: new Set(seen.filter((c) => c !== null)).size, size: [video.videoWidth, video.videoHeight] };
  };

  /** How many of the others' pictures (one each) move within `ms`: two different counters seen in each. */
  const movingOthers = async (ms) => {
    const videos = visibleVideos().filter((v) => shows(v, "video"));
    const seen = videos.map(() => new Set());
    const began = performance.now();
    while (performance.now() - began < ms) {
      videos.forEach((video, i) => {
        const count = readCounter(video);
        if (count !== null) seen[i].add(count);
      });
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    return seen.filter((counters) => counters.size >= 2).length;
  };

  /** Frames of the other person's picture within `ms` that differ from the one before, whatever they show. */
  const changes = async (ms) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 36 });
    const g = canvas.getContext("2d", { willReadFrequently: true });
    let before;
    let changed = 0;
    const began = performance.now();
    while (performance.now() - began < ms) {
      const video = remoteVideo();
      if (video) {
        g.drawImage(video, 0, 0, 64, 36);
        const { data } = g.getImageData(0, 0, 64, 36);
        if (before && data.some((x, i) => Math.abs(x - before[i]) > 8)) changed++;
        before = data;
      }
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    return changed;
  };

  /** The colour of the other person's picture, by the strongest of red, green and blue; null without a picture. */
  const colour = () => {
    const video = remoteVideo();
    if (!video) return null;
    const canvas = Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
    const g = canvas.getContext("2d");
    g.drawImage(video, 0, 0, 8, 8);
    const [red, green, blue] = g.getImageData(4, 6, 1, 1).data;
    const most = Math.max(red, green, blue);
    return most === red ? "red" : most === green ? "green" : "blue";
  };

  /** When (Date.now()) the other person's picture first shows one of our camera's frames from now on. */
  const firstFrame = async (within) => {
    const until = Date.now() + within;
    while (Date.now() < until) {
      const video = remoteVideo();
      if (video && readCounter(video) !== null) return Date.now();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return null;
  };

  // --- ears ---------------------------------------------------------------------------------------------------------
  const audibleTracks = () =>
    [...document.querySelectorAll("audio, video")]
      .filter((e) => !e.muted && !e.paused && e.volume > 0 && shows(e, "audio"))
      .flatMap((e) => e.srcObject.getAudioTracks())
      .filter((t) => t.readyState === "live");

  /** Listens to everything audible for `ms`: mono samples at 16 kHz. */
  const listen = async (ms) => {
    const tracks = [...new Set(audibleTracks())];
    if (tracks.length === 0) return { rate: 16000, samples: [], tracks: 0 };
    const context = new AudioContext({ sampleRate: 16000 });
    void context.resume();
    const recorder = context.createScriptProcessor(4096, 1, 1);
    const samples = [];
    recorder.onaudioprocess = (event) => samples.push(...event.inputBuffer.getChannelData(0));
    // The nodes stay referenced while recording: Firefox collects a source nobody holds.
    const sources = tracks.map((t) => context.createMediaStreamSource(new MediaStream([t])));
    for (const s of sources) s.connect(recorder);
    recorder.connect(context.destination);
    await new Promise((resolve) => setTimeout(resolve, ms));
    for (const s of sources) s.disconnect();
    await context.close();
    return { rate: 16000, samples: samples.map((x) => Math.round(x * 1e4) / 1e4), tracks: tracks.length };
  };

  /** Of the connection in use: the SRTP cipher, how the pair runs, the codec received. */
  const transport = async () => {
    const found = { srtp: null, protocol: null, video: null };
    for (const connection of connections.filter((c) => c.connectionState === "connected")) {
      const report = await connection.getStats();
      for (const stat of report.values()) {
        if (stat.type === "transport") found.srtp = stat.srtpCipher ?? found.srtp;
        if (stat.type === "candidate-pair" && stat.nominated) found.protocol = report.get(stat.localCandidateId)?.protocol ?? found.protocol;
        if (stat.type === "inbound-rtp" && stat.kind === "video" && stat.packetsReceived > 0) found.video = report.get(stat.codecId)?.mimeType ?? found.video;
      }
    }
    return found;
  };

  globalThis.__probe = { watch, movingOthers, changes, listen, colour, firstFrame, remoteVideo, visibleVideos, readCounter, transport, connections, renegotiations: () => renegotiations };
}
