// SPDX-License-Identifier: Apache-2.0
import { act, fireEvent, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { useConsole } from "../console/state.ts";
import { contactOf, me, show } from "../testkit.tsx";
import { Shell } from "./shell.tsx";

const shell = <Shell signOut={() => undefined} />;
const agent = { user_id: "u1", name: "Lin", state: "ready", since_at: 1, chats: 0 } as const;
const named = (name: string | RegExp) => screen.queryByRole("button", { name });

describe("an administrator who is no agent", () => {
  it("begins in the administration and has no agent's controls", async () => {
    const state = {
      me: { ...me, roles: ["admin" as const] },
      agent: { ...agent, state: "offline" as const },
    };
    await show(shell, { ...state, practice: true });
    expect(await screen.findByRole("heading", { name: "Administration", level: 1 })).toBeTruthy();
    for (const control of [/Your state/, "Practice call", "Invite by link", "I am ready"])
      expect(named(control), String(control)).toBeNull();
    expect(screen.queryByRole("link", { name: "Console" })).toBeNull();
  });
});

describe("who was made supervisor in the middle of a call", () => {
  const moved = { me: { ...me, roles: ["supervisor" as const] }, agent };
  const console = () => screen.queryByRole("link", { name: "Console" });

  it("still has the console, to end it and to complete it", async () => {
    for (const state of ["active", "wrapup"] as const) {
      await show(shell, { ...moved, contacts: [contactOf({ state })] });
      expect(console()?.getAttribute("aria-current"), state).toBe("page");
      expect(screen.getAllByText("Ada").length, state).toBeGreaterThan(0);
      expect(named("Practice call"), state).toBeNull();
    }
  });

  it("can end the call there", async () => {
    const asked = await show(shell, { ...moved, contacts: [contactOf()] });
    fireEvent.click(screen.getByRole("button", { name: "End" }), { detail: 1 });
    expect(asked).toContainEqual({ name: "contact.end", data: { contact_id: "c1" } });
  });

  it("has the wall alone when nothing is left", async () => {
    await show(shell, { ...moved, contacts: [contactOf()] });
    act(() => useConsole.setState({ contacts: [] }));
    expect(await screen.findByRole("heading", { name: "Live wall", level: 1 })).toBeTruthy();
    expect(console()).toBeNull();
  });
});

describe("an agent", () => {
  it("begins in the console with all of them", async () => {
    await show(shell, { agent, practice: true });
    for (const control of [/Your state/, "Practice call"])
      expect(named(control), String(control)).toBeTruthy();
    expect(screen.getAllByRole("button", { name: "Invite by link" }).length).toBeGreaterThan(0);
  });

  it("has none of them in a tab that lost the console to another", async () => {
    await show(shell, { agent, practice: true, link: "superseded" });
    expect(named("Use it here")).toBeTruthy();
    for (const control of [/Your state/, "Practice call", "Invite by link"])
      expect(named(control), String(control)).toBeNull();
  });
});

describe("a tab opened beside a running call", () => {
  it("asks before it takes the call over, and may leave it where it is", async () => {
    const asked = await show(shell, { otherTab: "calls", link: "superseded" });
    expect(screen.getByText("Your call is open in another tab")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Leave it there" }));
    expect(screen.getByText("The console is open in another tab")).toBeTruthy();
    expect(asked).toEqual([]);
    fireEvent.click(screen.getByRole("button", { name: "Use it here" }));
    expect(asked.map(({ name }) => name)).toEqual(["takeOver"]);
  });
});

describe("a tab that stood by", () => {
  it("says that the call has left the other tab, and has it on a click", async () => {
    const asked = await show(shell, { otherTab: "called", link: "superseded" });
    expect(screen.getByText("Your call is no longer open in another tab")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Continue here" }));
    expect(asked.map(({ name }) => name)).toEqual(["takeOver"]);
  });
});

describe("a lost connection", () => {
  it("in a call says that sound and picture are gone too, when nothing comes in", async () => {
    await show(shell, { agent, link: "reconnecting", contacts: [contactOf()] });
    expect(screen.getByText(/Sound and picture are interrupted too/)).toBeTruthy();
    expect(screen.queryByText(/may go on/)).toBeNull();
  });
});
