// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, it } from "vitest";
import { settle } from "../testkit/fakeEnvironment.ts";
import { FakeTrack } from "../testkit/fakePeer.ts";
import { LocalMedia, type MediaDevicesLike } from "./localMedia.ts";

const error = (name: string, message = "") => Object.assign(new Error(message), { name });

/** A machine whose devices come and go. */
class FakeDevices extends EventTarget {
  microphones = ["mic-1"];
  cameras = ["cam-1"];
  speakers = ["speaker-1"];
  refuse: (constraints: MediaStreamConstraints) => Error | undefined = () => undefined;
  /** While set, nothing is answered: a prompt that is open, a camera that takes its time. */
  slow: Promise<void> | undefined;
  readonly asked: MediaStreamConstraints[] = [];
  readonly tracks: FakeTrack[] = [];

  async getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream> {
    this.asked.push(constraints);
    await this.slow;
    const refused = this.refuse(constraints);
    if (refused) throw refused;
    const tracks: FakeTrack[] = [];
    for (const kind of ["audio", "video"] as const) {
      const wanted = constraints[kind];
      if (!wanted) continue;
      const list = kind === "audio" ? this.microphones : this.cameras;
      const exact = typeof wanted === "object" && (wanted.deviceId as { exact?: string } | undefined)?.exact;
      const label = exact ? list.find((each) => each === exact) : list[0];
      if (!label) throw error(exact ? "OverconstrainedError" : "NotFoundError");
      tracks.push(new FakeTrack(kind, label));
    }
    this.tracks.push(...tracks);
    return { getTracks: () => tracks } as unknown as MediaStream;
  }

  async enumerateDevices(): Promise<MediaDeviceInfo[]> {
    const of = (kind: string, list: string[]) =>
      list.map((deviceId) => ({ kind, deviceId, label: deviceId }));
    return [
      ...of("audioinput", this.microphones),
      ...of("videoinput", this.cameras),
      ...of("audiooutput", this.speakers),
    ] as MediaDeviceInfo[];
  }
}

let devices: FakeDevices;
let permission: PermissionState | undefined;
let local: LocalMedia;

const state = () => local.state.get();
const open = (kind: "audio" | "video") =>
  devices.tracks.filter((t) => t.kind === kind && t.readyState === "live");

beforeEach(() => {
  devices = new FakeDevices();
  permission = undefined;
  local = new LocalMedia({
    devices: devices as unknown as MediaDevicesLike,
    now: () => 5,
    permission: async () => permission,
  });
});

describe("opening", () => {
  it("asks once for both, and not again for what is open", async () => {
    await local.open({ audio: true, video: true });
    await local.open({ audio: true, video: true });
    expect(devices.asked).toHaveLength(1);
    expect(state().audio.label).toBe("mic-1");
    expect(state().video.track?.contentHint).toBe("motion");
    expect(state().opening).toBe(false);
  });

  it("keeps the microphone where there is no camera", async () => {
    devices.cameras = [];
    await local.open({ audio: true, video: true });
    expect(state().audio.track).not.toBeNull();
    expect(state().video.failure).toBe("missing");
  });

  it("does not ask again, device by device, somebody who just said no", async () => {
    devices.refuse = () => error("NotAllowedError");
    permission = "prompt";
    await local.open({ audio: true, video: true });
    expect(devices.asked).toHaveLength(1);
    expect([state().audio.failure, state().video.failure]).toEqual(["denied", "denied"]);
  });

  it("names each failure", async () => {
    const cases: Array<[string, string, string]> = [
      ["NotReadableError", "", "in_use"],
      ["NotAllowedError", "Permissions policy violation", "policy"],
      ["NotFoundError", "", "missing"],
      ["TypeError", "", "unknown"],
    ];
    for (const [name, message, failure] of cases) {
      devices.refuse = () => error(name, message);
      await local.open({ video: true });
      expect(state().video.failure, name).toBe(failure);
    }
    const insecure = new LocalMedia({ devices: undefined, now: () => 0 });
    await insecure.open({ audio: true });
    expect(insecure.state.get().audio.failure).toBe("insecure");
  });

  it("takes any picture from a camera that cannot give the wished one", async () => {
    devices.refuse = (constraints) =>
      constraints.video === true ? undefined : error("OverconstrainedError");
    await local.open({ video: true });
    expect(state().video.track).not.toBeNull();
  });
});

describe("muting", () => {
  it("keeps a muted microphone open and switches a camera really off", async () => {
    await local.open({ audio: true, video: true });
    await local.mute("audio", true);
    await local.mute("video", true);
    expect(open("audio").map((track) => track.enabled)).toEqual([false]);
    expect(open("video")).toHaveLength(0);
    await local.mute("video", false);
    await local.mute("audio", false);
    expect(open("video")).toHaveLength(1);
    expect(open("audio")[0]?.enabled).toBe(true);
  });

  it("stays muted when another microphone is chosen", async () => {
    devices.microphones = ["mic-1", "mic-2"];
    await local.open({ audio: true });
    await local.mute("audio", true);
    await local.select("audio", "mic-2");
    expect(state().audio).toMatchObject({ label: "mic-2", muted: true });
    expect(open("audio").map((track) => [track.label, track.enabled])).toEqual([["mic-2", false]]);
  });
});

describe("cameras", () => {
  it("goes to the next camera and never holds two", async () => {
    devices.cameras = ["cam-1", "cam-2"];
    await local.open({ video: true });
    await local.flip();
    expect(open("video").map((track) => track.label)).toEqual(["cam-2"]);
    await local.flip();
    expect(open("video").map((track) => track.label)).toEqual(["cam-1"]);
  });

  it("comes back to the old camera where the new one fails", async () => {
    devices.cameras = ["cam-1", "cam-2"];
    await local.open({ video: true });
    devices.refuse = (constraints) =>
      JSON.stringify(constraints).includes("cam-2") ? error("NotReadableError") : undefined;
    devices.getUserMedia = ((original) => async (constraints: MediaStreamConstraints) => {
      if (constraints.video === true) throw error("NotReadableError");
      return original(constraints);
    })(devices.getUserMedia.bind(devices));
    await local.select("video", "cam-2");
    expect(open("video").map((track) => track.label)).toEqual(["cam-1"]);
  });
});

describe("unplugging", () => {
  it("falls back to another microphone and says which", async () => {
    devices.microphones = ["headset", "built-in"];
    await local.open({ audio: true });
    devices.microphones = ["built-in"];
    devices.tracks[0]?.unplug();
    await settle();
    expect(state().audio.label).toBe("built-in");
    expect(state().notice).toMatchObject({ code: "microphone_changed", label: "built-in" });
  });

  it("says that nothing is left", async () => {
    await local.open({ audio: true });
    devices.microphones = [];
    devices.tracks[0]?.unplug();
    await settle();
    expect(state().audio).toMatchObject({ track: null, failure: "missing" });
    expect(state().notice?.code).toBe("microphone_lost");
  });

  it("says where the sound goes when a headset is pulled out", async () => {
    devices.speakers = ["headset", "speaker-1"];
    await local.open({ audio: true });
    devices.speakers = ["speaker-1"];
    devices.dispatchEvent(new Event("devicechange"));
    await settle();
    expect(state().notice).toMatchObject({ code: "speaker_changed", label: "speaker-1" });
  });

  it("is not told again in the next call", async () => {
    devices.microphones = ["headset", "built-in"];
    await local.open({ audio: true });
    devices.tracks[0]?.unplug();
    await settle();
    expect(state().notice?.code).toBe("microphone_changed");
    local.closeAll();
    await local.open({ audio: true });
    expect(state().notice).toBeUndefined();
  });

  it("stops a track that arrives after the page let go", async () => {
    const opening = local.open({ audio: true });
    local.dispose();
    await opening;
    expect(open("audio")).toHaveLength(0);
  });
});

describe("a device that comes late", () => {
  let answer: () => void;
  beforeEach(() => {
    devices.slow = new Promise((resolve) => {
      answer = resolve;
    });
  });

  it("is let go of when the call ended meanwhile", async () => {
    const opening = local.open({ audio: true, video: true });
    local.close("audio");
    local.close("video");
    answer();
    await opening;
    expect(devices.tracks.map((track) => track.readyState)).toEqual(["ended", "ended"]);
    expect(state()).toMatchObject({ audio: { track: null }, video: { track: null }, opening: false });
  });

  it("keeps the microphone when only the camera was switched off meanwhile", async () => {
    const opening = local.open({ audio: true, video: true });
    await local.mute("video", true);
    answer();
    await opening;
    expect([open("audio").length, open("video").length]).toEqual([1, 0]);
  });

  it("is the second one after on, off and on again", async () => {
    const first = local.mute("video", false);
    await local.mute("video", true);
    const second = local.mute("video", false);
    answer();
    await Promise.all([first, second]);
    expect(open("video")).toHaveLength(1);
    expect(open("video")[0]).toBe(state().video.track);
  });

  it("is not asked for once more, nor called broken, after a refusal that nobody waits for", async () => {
    devices.refuse = () => error("NotReadableError");
    const opening = local.open({ audio: true, video: true });
    local.close("audio");
    local.close("video");
    answer();
    await opening;
    expect(devices.asked).toHaveLength(1);
    expect([state().audio.failure, state().video.failure]).toEqual([undefined, undefined]);
  });

  it("is not brought back in place of another camera after the end", async () => {
    devices.cameras = ["cam-1", "cam-2"];
    const choosing = local.select("video", "cam-2");
    devices.refuse = () => error("NotAllowedError");
    local.close("video");
    answer();
    await choosing;
    expect(devices.asked).toHaveLength(1);
    expect(state().notice).toBeUndefined();
  });
});

describe("the picture's height", () => {
  it("is 720 lines, and 1080 for the open camera and every later one where a person wants that", async () => {
    const asked = () => (devices.asked.at(-1)?.video as MediaTrackConstraints | undefined)?.height;
    await local.open({ video: true });
    expect(asked()).toEqual({ ideal: 720 });
    const applied: MediaTrackConstraints[] = [];
    Object.assign(open("video")[0] ?? {}, {
      applyConstraints: async (constraints: MediaTrackConstraints) => applied.push(constraints),
    });
    await local.setHeight(1080);
    expect(applied).toMatchObject([{ width: { ideal: 1920 }, height: { ideal: 1080 } }]);
    local.close("video");
    await local.open({ video: true });
    expect(asked()).toEqual({ ideal: 1080 });
  });

  it("goes on as it is where the camera cannot", async () => {
    await local.open({ video: true });
    Object.assign(open("video")[0] ?? {}, {
      applyConstraints: () => Promise.reject(error("OverconstrainedError")),
    });
    await local.setHeight(1080);
    expect(state().video.track).not.toBeNull();
  });
});
