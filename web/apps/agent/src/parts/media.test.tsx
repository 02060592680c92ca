// SPDX-License-Identifier: Apache-2.0
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { mediaView } from "../console/media_view.ts";
import { setPrefs } from "../lib/prefs.ts";
import { Stage } from "../screens/stage.tsx";
import { contactOf, show } from "../testkit.tsx";

const kind = { track: null, muted: false, failure: undefined, deviceId: undefined, label: "" };
const local = {
  audio: kind,
  video: kind,
  facing: "user" as const,
  devices: { microphones: [], cameras: [], speakers: [] as MediaDeviceInfo[] },
  opening: false,
  notice: undefined,
  height: 720 as const,
  tallest: 0,
};
const speaker = (deviceId: string) => ({ deviceId, kind: "audiooutput" }) as MediaDeviceInfo;
const media = () =>
  mediaView(
    {
      phase: "connected",
      since: 0,
      remotes: [
        {
          participantId: "p1",
          audio: new MediaStream(),
          viewers: { show: () => undefined, hide: () => undefined },
        },
      ],
      stats: undefined,
      problems: [],
    },
    local,
    undefined,
  );
const call = (speakers: MediaDeviceInfo[] = []) =>
  show(<Stage contact={contactOf({ channel: "audio" })} />, {
    media: { c1: media() },
    local: { ...local, devices: { ...local.devices, speakers } },
  });

afterEach(() => vi.restoreAllMocks());

describe("a voice", () => {
  it("that the browser does not let sound asks for a click, and sounds after it", async () => {
    const play = vi
      .spyOn(HTMLMediaElement.prototype, "play")
      .mockRejectedValue(new DOMException("a click first", "NotAllowedError"));
    await call();
    const button = await screen.findByRole("button", { name: "Click to hear" });
    play.mockResolvedValue(undefined);
    fireEvent.pointerDown(button);
    await waitFor(() => expect(screen.queryByRole("button", { name: "Click to hear" })).toBeNull());
  });

  it("sounds on the chosen speaker, and on the default one while that is unplugged", async () => {
    const used: string[] = [];
    vi.spyOn(HTMLMediaElement.prototype, "play").mockResolvedValue(undefined);
    Object.assign(HTMLMediaElement.prototype, {
      setSinkId: async (id: string) => {
        used.push(id);
      },
    });
    await call([speaker("built-in"), speaker("headset")]);
    setPrefs({ speakerId: "headset" });
    await waitFor(() => expect(used.at(-1)).toBe("headset"));
    await call([speaker("built-in")]);
    setPrefs({ speakerId: "headset" });
    await waitFor(() => expect(used.at(-1)).toBe(""));
  });
});
