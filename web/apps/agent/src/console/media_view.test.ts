// SPDX-License-Identifier: Apache-2.0
import type { LocalMediaState, MediaState } from "@visavis/client-core";
import type { ContactView } from "@visavis/protocol";
import { describe, expect, it } from "vitest";
import { callNeeds, mediaView } from "./media_view.ts";

const kind = { track: null, muted: false, failure: undefined, deviceId: undefined, label: "" };
const local: LocalMediaState = {
  audio: kind,
  video: kind,
  facing: "user",
  devices: { microphones: [], cameras: [], speakers: [] },
  opening: false,
  height: 720,
  tallest: 0,
  notice: undefined,
};
const media: MediaState = { phase: "connected", since: 0, remotes: [], stats: undefined, problems: [] };
const track = {} as MediaStreamTrack;
const contact = (channel: ContactView["channel"], state: ContactView["state"]) =>
  ({ channel, state }) as ContactView;

describe("mediaView", () => {
  it("tells a muted device from a missing one", () => {
    const view = mediaView(
      media,
      { ...local, audio: { ...kind, track, muted: true }, video: kind },
      undefined,
    );
    expect([view.microphone, view.camera]).toEqual(["off", "none"]);
  });
  it("calls a camera that was switched off `off` although its track is gone", () => {
    expect(mediaView(media, { ...local, video: { ...kind, muted: true } }, undefined).camera).toBe("off");
  });
  it("names each failure once, those of the call first", () => {
    const both = { ...kind, failure: "in_use" as const };
    const view = mediaView(
      { ...media, problems: ["silent_microphone"] },
      { ...local, audio: both, video: both },
      undefined,
    );
    expect(view.notices).toEqual(["silent_microphone", "device_busy"]);
  });
  it("says only that the page is insecure where that is the cause of all", () => {
    const bad = { ...kind, failure: "insecure" as const };
    expect(mediaView(media, { ...local, audio: bad, video: bad }, undefined).notices).toEqual([
      "insecure_page",
    ]);
  });
  it("tells of an unplugged headset", () => {
    const notice = { code: "microphone_changed" as const, label: "Built-in", at: 1 };
    expect(mediaView(media, { ...local, notice }, undefined).notices).toEqual(["headset_unplugged"]);
  });
});

describe("callNeeds", () => {
  it("wants devices from the ring on, and a camera only for video", () => {
    expect(callNeeds([contact("chat", "active")])).toEqual({ audio: false, video: false });
    expect(callNeeds([contact("audio", "offered")])).toEqual({ audio: true, video: false });
    expect(callNeeds([contact("chat", "active"), contact("video", "active")])).toEqual({
      audio: true,
      video: true,
    });
  });
  it("lets go of them in wrap-up", () => {
    expect(callNeeds([contact("video", "wrapup")])).toEqual({ audio: false, video: false });
  });
});
