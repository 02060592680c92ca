// SPDX-License-Identifier: Apache-2.0
import { fireEvent, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { useUi } from "../console/ui.ts";
import { contactOf, show } from "../testkit.tsx";
import { History } from "./history.tsx";

const earlier = {
  id: "h1",
  channel: "chat",
  state: "closed",
  topic: { id: "q1", name: { en: "Statements" } },
  created_at: 1,
  resolved: true,
};

afterEach(() => vi.unstubAllGlobals());

describe("history", () => {
  it("is of the customer's number, not of the name", async () => {
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (address: string) => {
      asked.push(address);
      return Response.json(address.includes("/contacts?") ? { items: [earlier] } : { dispositions: [] });
    });
    await show(<History contact={contactOf({ attributes: { customer_id: "K 7" } })} />);
    expect(await screen.findByText("Statements")).toBeTruthy();
    expect(asked.filter((address) => address.includes("/contacts?"))).toEqual([
      expect.stringMatching(/customer=K(%20|\+)7/),
    ]);
  });

  it("says of an earlier contact that it was ended as abuse", async () => {
    const abusive = { ...earlier, end_reason: "abuse" };
    vi.stubGlobal("fetch", async (address: string) =>
      Response.json(address.includes("/contacts?") ? { items: [abusive] } : { dispositions: [] }),
    );
    await show(<History contact={contactOf({ attributes: { customer_id: "K 7" } })} />);
    expect(await screen.findByText(/ended as abuse/)).toBeTruthy();
  });

  it("is not guessed where no number came along: a search by name is offered", async () => {
    const asked: unknown[] = [];
    vi.stubGlobal("fetch", async (address: string) => {
      asked.push(address);
      return Response.json({ items: [earlier] });
    });
    await show(<History contact={contactOf()} />);
    fireEvent.click(screen.getByRole("button", { name: "Search by name" }));
    expect(useUi.getState().dialog).toBe("search");
    expect(asked).toEqual([]);
  });
});
