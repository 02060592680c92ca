// SPDX-License-Identifier: Apache-2.0
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { useUi } from "../console/ui.ts";
import { contactOf, me, show } from "../testkit.tsx";
import { ControlBar } from "./control_bar.tsx";

const button = (name: RegExp) => screen.getByRole("button", { name });

describe("ending a call", () => {
  it("takes one click of the mouse", async () => {
    const asked = await show(<ControlBar contact={contactOf()} />);
    fireEvent.click(button(/^End$/), { detail: 1 });
    expect(asked).toEqual([{ name: "contact.end", data: { contact_id: "c1" } }]);
  });

  it("takes a second press by keyboard, which Escape calls off", async () => {
    const asked = await show(<ControlBar contact={contactOf()} />);
    fireEvent.click(button(/^End$/), { detail: 0 });
    expect(asked).toEqual([]);
    const sure = button(/End now/);
    expect(document.activeElement).toBe(sure);
    fireEvent.keyDown(sure, { key: "Escape" });
    expect(screen.queryByRole("button", { name: /End now/ })).toBeNull();
    fireEvent.click(button(/^End$/), { detail: 0 });
    fireEvent.click(button(/End now/), { detail: 0 });
    expect(asked.map((a) => a.name)).toEqual(["contact.end"]);
  });
});

describe("ending a call that a colleague is in too", () => {
  const three = contactOf();
  three.participants.push({
    id: "p3",
    role: "guest",
    user_id: "u2",
    name: "Alex",
    present: true,
    audio: "on",
    video: "on",
  });

  it("leaves the customer with the colleague", async () => {
    const asked = await show(<ControlBar contact={three} />);
    expect(screen.queryByRole("button", { name: /^End/ })).toBeNull();
    fireEvent.click(button(/^Leave$/), { detail: 1 });
    expect(asked).toEqual([{ name: "contact.leave", data: { contact_id: "c1" } }]);
  });

  it("for everybody is a second choice of its own", async () => {
    const asked = await show(<ControlBar contact={three} />);
    fireEvent.click(button(/More/));
    fireEvent.click(await screen.findByText("End for everybody …"));
    expect(asked).toEqual([]);
    expect(screen.getByText("Leave? Alex goes on with the customer.")).toBeTruthy();
    fireEvent.click(button(/^End for everybody$/), { detail: 1 });
    expect(asked).toEqual([{ name: "contact.end", data: { contact_id: "c1" } }]);
  });

  it("is not the choice of whoever was only added", async () => {
    const asked = await show(<ControlBar contact={three} />, { me: { ...me, id: "u2" } });
    fireEvent.click(button(/^Leave$/), { detail: 0 });
    expect(screen.queryByRole("button", { name: /everybody/ })).toBeNull();
    fireEvent.click(button(/Leave now/), { detail: 0 });
    expect(asked.map((a) => a.name)).toEqual(["contact.leave"]);
  });

  it("ends it where the colleague has dropped out and nobody would go on", async () => {
    const dropped = three.participants.map((p) => ({ ...p, present: p.id !== "p3" }));
    const asked = await show(<ControlBar contact={{ ...three, participants: dropped }} />);
    fireEvent.click(button(/^End$/), { detail: 1 });
    expect(asked.map((a) => a.name)).toEqual(["contact.end"]);
  });
});

describe("controls", () => {
  it("offer what the channel has", async () => {
    await show(<ControlBar contact={contactOf({ channel: "chat" })} />);
    expect(screen.queryByRole("button", { name: /Mute/ })).toBeNull();
    expect(screen.queryByRole("button", { name: /Hold/ })).toBeNull();
    await show(<ControlBar contact={contactOf({ channel: "audio" })} />);
    expect(screen.queryByRole("button", { name: /amera/ })).toBeNull();
    expect(button(/Hold/)).toBeTruthy();
  });

  it("ask for sound or picture directly, of what the topic offers", async () => {
    const asked = await show(<ControlBar contact={contactOf({ channel: "chat" })} />);
    fireEvent.click(button(/Ask for video/));
    expect(asked).toEqual([{ name: "contact.raise", data: { contact_id: "c1", channel: "video" } }]);
    const raise = { by: "agent" as const, channel: "video" as const, at: 1 };
    await show(<ControlBar contact={contactOf({ channel: "chat", raise })} />);
    expect((button(/Ask to talk/) as HTMLButtonElement).disabled).toBe(true);

    vi.stubGlobal("fetch", async () =>
      Response.json({ queues: [{ id: "q1", channels: ["chat", "audio"] }] }),
    );
    await show(<ControlBar contact={contactOf({ channel: "chat" })} />);
    await waitFor(() => expect(screen.queryByRole("button", { name: /Ask for video/ })).toBeNull());
    expect(button(/Ask to talk/)).toBeTruthy();
    await show(<ControlBar contact={contactOf({ channel: "video" })} />);
    expect(screen.queryByRole("button", { name: /Ask/ })).toBeNull();
  });

  it("unmute what is muted", async () => {
    const media = { phase: "connected", microphone: "off", camera: "on", remotes: [], notices: [] } as const;
    const asked = await show(<ControlBar contact={contactOf()} />, { media: { c1: media } });
    fireEvent.click(button(/Unmute/));
    fireEvent.click(button(/Camera off/));
    expect(asked).toEqual([
      { name: "setMicrophone", data: true },
      { name: "setCamera", data: false },
    ]);
  });

  it("resume what is held", async () => {
    const asked = await show(<ControlBar contact={contactOf({ hold: { on: true } })} />);
    fireEvent.click(button(/Resume/));
    expect(asked).toEqual([{ name: "contact.hold", data: { contact_id: "c1", on: false } }]);
  });
});

describe("a customer who is abusive", () => {
  it("is blurred as soon as the question is asked", async () => {
    await show(<ControlBar contact={contactOf()} />);
    fireEvent.click(button(/More/));
    const item = await screen.findByText(/Abusive customer/);
    expect(
      item.closest("li")?.querySelector("svg.ant-dropdown-menu-item-icon"),
      "room beside its word",
    ).toBeTruthy();
    fireEvent.click(item);
    expect(useUi.getState()).toMatchObject({ dialog: "abuse", blurred: { c1: true } });
  });
});
