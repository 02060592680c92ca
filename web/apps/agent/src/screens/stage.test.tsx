// SPDX-License-Identifier: Apache-2.0
import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { MediaView } from "../console/media_view.ts";
import { contactOf, show } from "../testkit.tsx";
import { Stage } from "./stage.tsx";

const customer = { id: "p1", role: "customer", name: "Casey", present: true, video: "on" } as const;
const saysMuted = () => screen.queryAllByRole("status").some((e) => e.textContent === "Microphone off");

describe("stage", () => {
  it("says beside the customer's name that the microphone is off", async () => {
    await show(<Stage contact={contactOf({ participants: [{ ...customer, audio: "off" }] })} />);
    expect(saysMuted()).toBe(true);
  });

  it("says nothing of a microphone that is on", async () => {
    await show(<Stage contact={contactOf({ participants: [{ ...customer, audio: "on" }] })} />);
    expect(saysMuted()).toBe(false);
  });
});

describe("with the server gone", () => {
  const flow = {
    audioLoss: 0,
    videoLoss: 0,
    audioKbps: 32,
    videoKbps: 900,
    fps: 30,
    width: 1280,
    height: 720,
  };
  const stats = { word: "good", rttMs: 20, up: flow, down: flow, inputLevel: 0, outputLevel: 0 } as const;
  const media: MediaView = {
    phase: "connected",
    microphone: "on",
    camera: "on",
    remotes: [],
    notices: [],
    stats,
  };
  const cut = (change: Partial<MediaView>) =>
    show(<Stage contact={contactOf()} />, {
      link: "reconnecting",
      media: { c1: { ...media, ...change } },
      quality: { c1: { contact_id: "c1", at: 1, word: "good", rtt_ms: 20 } as never },
    });

  it("says that the call goes on only while something comes in", async () => {
    await cut({});
    expect(screen.getByText(/may go on/)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Good" })).toBeTruthy();
    await cut({ stats: { ...stats, down: { ...flow, audioKbps: 0, videoKbps: 0 } } });
    expect(screen.getByText(/Sound and picture pause/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Good" }), "nothing is measured").toBeNull();
  });

  it("calls nothing good that was measured before the cut", async () => {
    await cut({ phase: "reconnecting" });
    expect(screen.getByText(/Sound and picture pause/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Good" })).toBeNull();
  });
});
