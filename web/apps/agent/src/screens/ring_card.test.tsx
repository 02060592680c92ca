// SPDX-License-Identifier: Apache-2.0
import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { contactOf, show } from "../testkit.tsx";
import { RingCard } from "./ring_card.tsx";

const ring = (state: "active" | "offered") => ({
  contact: contactOf({ state }),
  offered_at: Date.now(),
  expires_at: Date.now() + 20_000,
  kind: state === "active" ? ("invite" as const) : ("new" as const),
  from_name: "Lin",
});

describe("what rings", () => {
  it("says how long a customer waits", async () => {
    await show(<RingCard offer={ring("offered")} />);
    expect(screen.getByText("Waits")).toBeTruthy();
  });

  it("calls the time of a running call no wait", async () => {
    await show(<RingCard offer={ring("active")} />);
    expect(screen.getByText("In talk for")).toBeTruthy();
    expect(screen.queryByText("Waits")).toBeNull();
  });
});
