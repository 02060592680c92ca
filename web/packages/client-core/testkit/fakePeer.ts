// SPDX-License-Identifier: Apache-2.0

export class FakeTrack extends EventTarget {
  enabled = true;
  readyState = "live";
  contentHint = "";
  readonly kind: "audio" | "video";
  readonly label: string;
  readonly settings: MediaTrackSettings;

  constructor(kind: "audio" | "video", label: string = kind, settings: MediaTrackSettings = {}) {
    super();
    this.kind = kind;
    this.label = label;
    this.settings = { deviceId: label, ...settings };
  }

  getSettings(): MediaTrackSettings {
    return this.settings;
  }

  stop(): void {
    this.readyState = "ended";
  }

  /** As when the device is pulled out. */
  unplug(): void {
    this.readyState = "ended";
    this.dispatchEvent(new Event("ended"));
  }
}

class FakeSender {
  track: unknown = null;
  parameters: RTCRtpSendParameters;

  constructor(encodings: RTCRtpEncodingParameters[]) {
    this.parameters = { encodings, codecs: [], headerExtensions: [], rtcp: {}, transactionId: "" };
  }

  async replaceTrack(track: unknown): Promise<void> {
    this.track = track;
  }

  getParameters(): RTCRtpSendParameters {
    return this.parameters;
  }

  async setParameters(parameters: RTCRtpSendParameters): Promise<void> {
    this.parameters = parameters;
  }
}

class FakeTransceiver {
  mid: string | null = null;
  currentDirection: string | null = null;
  readonly sender: FakeSender;
  readonly receiver: { track: FakeTrack };
  readonly direction: string;

  constructor(kind: "audio" | "video", init: RTCRtpTransceiverInit) {
    this.direction = init.direction ?? "sendrecv";
    this.sender = new FakeSender(init.sendEncodings ?? [{}]);
    this.receiver = { track: new FakeTrack(kind) };
  }
}

/** As much of RTCPeerConnection as Peer uses; the test moves it through its states. */
export class FakePeer {
  readonly transceivers: FakeTransceiver[] = [];
  readonly offers: Array<{ iceRestart: boolean }> = [];
  readonly answers: string[] = [];
  connectionState = "new";
  localDescription: { sdp: string } | null = null;
  onconnectionstatechange: (() => void) | null = null;
  ontrack: (() => void) | null = null;
  closed = false;
  report = new Map<string, unknown>();

  addTransceiver(kind: "audio" | "video", init: RTCRtpTransceiverInit): FakeTransceiver {
    const transceiver = new FakeTransceiver(kind, init);
    this.transceivers.push(transceiver);
    return transceiver;
  }

  getTransceivers(): FakeTransceiver[] {
    return this.transceivers;
  }

  async createOffer(options: { iceRestart: boolean }): Promise<{ sdp: string }> {
    this.offers.push(options);
    return { sdp: `offer-${this.offers.length}${options.iceRestart ? "-restart" : ""}` };
  }

  async setLocalDescription(description: { sdp: string }): Promise<void> {
    this.localDescription = description;
    this.transceivers.forEach((transceiver, index) => {
      transceiver.mid = String(index);
    });
  }

  async setRemoteDescription(description: { sdp: string }): Promise<void> {
    this.answers.push(description.sdp);
    for (const transceiver of this.transceivers) transceiver.currentDirection = transceiver.direction;
  }

  async getStats(): Promise<Map<string, unknown>> {
    return this.report;
  }

  close(): void {
    this.closed = true;
  }

  become(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

/** Node has no MediaStream; sessions only group tracks in it. */
export class FakeStream {
  static count = 0;
  readonly id: string;
  readonly tracks: unknown[];

  constructor(tracks: unknown[]) {
    FakeStream.count += 1;
    this.id = `stream-${FakeStream.count}`;
    this.tracks = tracks;
  }

  getTracks(): unknown[] {
    return this.tracks;
  }
}
