// SPDX-License-Identifier: Apache-2.0
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { contactOf, show } from "../testkit.tsx";
import { WrapupSheet } from "./wrapup.tsx";

const codes = ["answered", "passed_on"].map((code) => ({ code, name: { "zh-CN": code, en: code } }));
const wrapup = { until_at: Date.now() + 60_000, extended: false };
const button = () => screen.getByRole("button", { name: "Complete & ready" });

beforeEach(() => void vi.stubGlobal("fetch", async () => Response.json({ queues: [], dispositions: codes })));
afterEach(() => vi.unstubAllGlobals());

describe("wrap-up", () => {
  it("of a contact that was handed over is complete with one key", async () => {
    const asked = await show(<WrapupSheet contact={contactOf({ state: "wrapup", wrapup })} />);
    await waitFor(() => expect(document.activeElement).toBe(button()));
    fireEvent.click(button());
    await waitFor(() => expect(asked).toHaveLength(1));
    expect(asked[0]).toMatchObject({
      name: "wrapup.complete",
      data: { contact_id: "c1", disposition: "passed_on", resolved: false },
    });
  });

  it("leaves the focus of somebody who was writing away from its fields and buttons", async () => {
    const box = document.createElement("textarea");
    document.body.append(box);
    box.focus();
    await show(<WrapupSheet contact={contactOf({ state: "wrapup", wrapup })} />);
    box.remove();
    await screen.findByText("passed_on");
    expect(document.activeElement).toBe(screen.getByRole("region", { name: "Wrap-up" }));
  });

  it("of a contact that is over asks what it was about; Ctrl+Enter is the button", async () => {
    const asked = await show(<WrapupSheet contact={contactOf({ state: "wrapup", wrapup, ended_at: 3 })} />);
    fireEvent.keyDown(button(), { key: "Enter", ctrlKey: true });
    expect(await screen.findByText("Choose what it was about.")).toBeTruthy();
    expect(asked).toEqual([]);
  });

  it("of a practice call asks for nothing", async () => {
    const practice = contactOf({ state: "wrapup", wrapup, ended_at: 3, practice: true });
    const asked = await show(<WrapupSheet contact={practice} />);
    await waitFor(() => expect(document.activeElement).toBe(button()));
    fireEvent.click(button());
    await waitFor(() => expect(asked).toHaveLength(1));
    expect(asked[0]).toMatchObject({ name: "wrapup.complete", data: { contact_id: "c1" } });
  });
});
