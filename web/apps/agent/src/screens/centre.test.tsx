// SPDX-License-Identifier: Apache-2.0
import { fireEvent, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { useUi } from "../console/ui.ts";
import { contactOf, show } from "../testkit.tsx";
import { Centre } from "./centre.tsx";

const ready = { user_id: "u1", name: "Lin", state: "ready", since_at: 1, chats: 0 } as const;

it("the second click of a double click on “ready” invites nobody", async () => {
  await show(<Centre />, { agent: ready });
  const invite = await screen.findByRole("button", { name: /Invite by link/ });
  fireEvent.click(invite, { detail: 2 });
  expect(useUi.getState().dialog).toBeUndefined();
  fireEvent.click(invite, { detail: 1 });
  expect(useUi.getState().dialog).toBe("link");
});

it("says in the middle what rings", async () => {
  const offer = { contact: contactOf(), offered_at: 1, expires_at: 2, kind: "new" as const };
  await show(<Centre />, { agent: ready, offers: [offer] });
  expect(await screen.findByText(/^It rings: /)).toBeTruthy();
  expect(screen.queryByText(/You are available/)).toBeNull();
});

it("says whom it rings, to those in the contact, and lets them stop it", async () => {
  const ringing = { user_id: "u2", name: "Alex", kind: "transfer", expires_at: 1 } as const;
  const asked = await show(<Centre />, { agent: ready, contacts: [contactOf({ ringing })] });
  expect(await screen.findByText(/^Alex is being rung to take over/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Stop ringing" }));
  expect(asked).toContainEqual({ name: "offer.cancel", data: { contact_id: "c1" } });
});
