// SPDX-License-Identifier: Apache-2.0
import { fireEvent, screen } from "@testing-library/react";
import type { AgentView } from "@visavis/protocol";
import { describe, expect, it } from "vitest";
import { contactOf, show } from "../testkit.tsx";
import { PresenceMenu } from "./presence_menu.tsx";

const ready: AgentView = { user_id: "u1", name: "Lin", state: "ready", since_at: 1, chats: 0 };
const button = () => screen.getByRole("button", { name: /Your state/ });

describe("a break chosen during a call", () => {
  it("is said to be taken", async () => {
    const asked = await show(<PresenceMenu agent={ready} />, { contacts: [contactOf()] });
    fireEvent.click(button());
    fireEvent.click(await screen.findByText("Lunch"));
    expect(asked).toEqual([{ name: "agent.state", data: { state: "break", reason: "lunch" } }]);
    expect(await screen.findByText(/Taken: Lunch/)).toBeTruthy();
  });

  it("stays in sight until it comes", async () => {
    await show(<PresenceMenu agent={{ ...ready, state: "break", reason: "lunch" }} />, {
      contacts: [contactOf()],
    });
    expect(button().textContent).toContain("In a call");
    expect(button().textContent).toContain("then Lunch");
    await show(<PresenceMenu agent={{ ...ready, state: "break", reason: "lunch" }} />);
    expect(button().textContent).toContain("Lunch");
    expect(button().textContent).not.toContain("then");
  });
});

describe("outside of calls", () => {
  it("a choice shows by itself", async () => {
    await show(<PresenceMenu agent={ready} />);
    fireEvent.click(button());
    fireEvent.click(await screen.findByText("Training"));
    await Promise.resolve();
    expect(screen.queryByText(/Taken:/)).toBeNull();
  });
});
