// SPDX-License-Identifier: Apache-2.0
import { fireEvent, screen, within } from "@testing-library/react";
import type { AgentView, Offer, QueueRow } from "@visavis/protocol";
import { describe, expect, it } from "vitest";
import { useUi } from "../console/ui.ts";
import { contactOf, show } from "../testkit.tsx";
import { QueuePane } from "./queue_pane.tsx";

const ready: AgentView = { user_id: "u1", name: "Lin", state: "ready", since_at: 1, chats: 0 };
const now = () => Date.now();

function offer(): Offer {
  const contact = contactOf({
    id: "c7",
    state: "offered",
    customer: { name: "Grace Hopper" },
    created_at: now() - 41_000,
  });
  return { contact, offered_at: now(), expires_at: now() + 20_000 };
}

function row(change: Partial<QueueRow> = {}): QueueRow {
  return {
    contact_id: "w1",
    name: "Bo",
    channel: "chat",
    topic: { id: "q1", name: { "zh-CN": "账单", en: "Statements" } },
    language: "en",
    waiting_since_at: now() - 75_000,
    priority: 0,
    vip: true,
    ...change,
  };
}

describe("a ring", () => {
  it("is spoken at once, names who and about what, and is accepted or declined", async () => {
    const asked = await show(<QueuePane />, { agent: ready, offers: [offer()] });
    expect(screen.getByRole("alert").textContent).toBe("Video call from Grace Hopper, Statements.");
    const card = within(screen.getByRole("article"));
    fireEvent.click(card.getByRole("button", { name: "Decline" }));
    fireEvent.click(card.getByRole("button", { name: /Accept/ }));
    expect(asked).toEqual([
      { name: "offer.decline", data: { contact_id: "c7" } },
      { name: "offer.accept", data: { contact_id: "c7" } },
    ]);
    expect(useUi.getState().chosen).toBe("c7");
  });
});

describe("the queue", () => {
  it("says how long someone waits in figures and in words, and who is a VIP", async () => {
    await show(<QueuePane />, { agent: ready, queue: [row()] });
    const item = within(screen.getByRole("list", { name: "People who wait" }));
    expect(item.getByText("1:15")).toBeTruthy();
    expect(item.getByText("too long")).toBeTruthy();
    expect(item.getByText("VIP")).toBeTruthy();
  });

  it("lets only those take someone who are ready", async () => {
    const asked = await show(<QueuePane />, { agent: ready, queue: [row()] });
    fireEvent.click(screen.getByRole("button", { name: "Take Bo now" }));
    expect(asked).toEqual([{ name: "contact.take", data: { contact_id: "w1" } }]);
    await show(<QueuePane />, { agent: { ...ready, state: "break" }, queue: [row()] });
    expect(screen.queryByRole("button", { name: "Take Bo now" })).toBeNull();
  });

  it("does not offer a second time what rings here", async () => {
    const offer = { contact: contactOf({ id: "w1" }), offered_at: 1, expires_at: 2, kind: "new" as const };
    await show(<QueuePane />, { agent: ready, queue: [row()], offers: [offer] });
    expect(screen.queryByRole("button", { name: "Take Bo now" })).toBeNull();
  });

  it("has words where nobody waits", async () => {
    await show(<QueuePane />, { agent: ready });
    expect(screen.getByText("You are available.")).toBeTruthy();
    await show(<QueuePane />, { agent: { ...ready, state: "break" } });
    expect(screen.getByText("You are not available yet.")).toBeTruthy();
  });
});

describe("my contacts", () => {
  it("count what the customer wrote and was not read yet", async () => {
    const contact = contactOf({ id: "c2", channel: "chat" });
    const line = (id: string, from: string, at: number) => ({
      id,
      contact_id: "c2",
      from,
      name: "",
      text: id,
      at,
      kind: "text" as const,
    });
    const chat = { c2: [line("a", "p1", 10), line("b", "p2", 11), line("c", "p1", 12)] };
    await show(<QueuePane />, { agent: ready, contacts: [contactOf(), contact], chat });
    useUi.setState({ readAt: { c2: 10 } });
    fireEvent.click(screen.getByRole("tab", { name: /Mine 2/ }));
    const list = within(screen.getByRole("list", { name: "Your contacts" }));
    expect(list.getByText("unread").parentElement?.textContent).toBe("1 unread");
  });
});
