// SPDX-License-Identifier: Apache-2.0
import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
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
