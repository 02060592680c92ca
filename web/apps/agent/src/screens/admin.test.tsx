// SPDX-License-Identifier: Apache-2.0
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { CompanyInfo, QueueInfo, UserInfo } from "../console/queries.ts";
import { me, show } from "../testkit.tsx";
import Admin from "./admin.tsx";
import { companyBody, siteOf } from "./admin_company.tsx";
import { queueBody } from "./admin_queues.tsx";
import { fitsNoQueue, userBody } from "./admin_users.tsx";

const zoe: UserInfo = {
  id: "u7",
  login: "zoe",
  name: "Zoe",
  roles: ["agent"],
  skills: ["cards"],
  languages: [],
  disabled: false,
  max_chats: 4,
};
const cards: QueueInfo = {
  id: "q1",
  name: { "zh-CN": "银行卡", en: "Cards" },
  channels: ["chat", "video"],
  skills: ["cards"],
  priority: 1,
  max_wait_s: 600,
  required_purposes: [],
  open: true,
  overflow_queue_id: "",
};
const company: CompanyInfo = {
  id: "t1",
  key: "demo",
  name: { "zh-CN": "演示公司", en: "Demo" },
  utc_offset_min: 480,
  purposes: ["recording"],
  allowed_origins: ["https://www.acme.example"],
};
const fields = { login: "zoe", name: "Zoe", roles: ["agent"], skills: ["cards"], max_chats: 4, active: true };

let known: CompanyInfo;
let refusal: { status: number; [field: string]: unknown } | undefined;
let sent: Array<{ method: string; path: string; body: unknown }>;

beforeEach(() => {
  sent = [];
  known = company;
  refusal = undefined;
  vi.stubGlobal("fetch", async (path: string, { method, body }: { method: string; body?: string }) => {
    if (method !== "GET") sent.push({ method, path, body: JSON.parse(body ?? "{}") });
    if (method !== "GET" && refusal) {
      return Response.json(refusal, {
        status: refusal.status,
        headers: { "Content-Type": "application/problem+json" },
      });
    }
    if (path.endsWith("/company")) return Response.json(known);
    return Response.json({ items: path.endsWith("/users") ? [{ ...me, name: "Ada Admin" }, zoe] : [cards] });
  });
});

describe("what is sent of a person", () => {
  it("is everything of a new one", () => {
    const { active: _, max_chats: _chats, ...whole } = { ...fields, password: "a long password" };
    expect(userBody(whole, undefined)).toEqual(whole);
  });
  it("is only the change of a known one", () => {
    expect(userBody(fields, zoe)).toEqual({});
    expect(userBody({ ...fields, skills: ["cards", "loans"] }, zoe)).toEqual({ skills: ["cards", "loans"] });
    expect(userBody({ ...fields, languages: [] }, zoe)).toEqual({});
    expect(userBody({ ...fields, languages: ["en"] }, zoe)).toEqual({ languages: ["en"] });
    expect(userBody({ ...fields, active: false }, zoe)).toEqual({ disabled: true });
    expect(userBody({ ...fields, password: "a long password" }, zoe)).toEqual({
      password: "a long password",
    });
    expect(userBody({ ...fields, password: "" }, zoe)).toEqual({});
  });
});

describe("what is sent of a topic", () => {
  const same = {
    zh: "银行卡",
    en: "Cards",
    channels: ["chat", "video"],
    skills: ["cards"],
    priority: 1,
    max_wait_s: 600,
    required_purposes: [],
    open: true,
  };
  it("is only the change of a known one", () => {
    expect(queueBody(same, cards)).toEqual({});
    expect(queueBody({ ...same, open: false, en: "Bank cards" }, cards)).toEqual({
      open: false,
      name: { "zh-CN": "银行卡", en: "Bank cards" },
    });
    expect(queueBody({ ...same, overflow_queue_id: "q2" }, cards)).toEqual({ overflow_queue_id: "q2" });
    expect(queueBody(same, { ...cards, overflow_queue_id: "q2" })).toEqual({ overflow_queue_id: "" });
  });
  it("of a new one leaves out what is as usual", () => {
    expect(queueBody(same, undefined)).toMatchObject({ name: { en: "Cards" }, channels: ["chat", "video"] });
    expect(queueBody(same, undefined)).not.toHaveProperty("open");
    expect(queueBody(same, undefined)).not.toHaveProperty("overflow_queue_id");
  });
});

describe("an agent whom no topic fits", () => {
  it("is found", () => {
    expect(fitsNoQueue({ ...zoe, skills: [] }, [cards])).toBe(true);
    expect(fitsNoQueue(zoe, [cards])).toBe(false);
    expect(fitsNoQueue({ ...zoe, skills: [] }, [{ ...cards, skills: [] }])).toBe(false);
    expect(fitsNoQueue({ ...zoe, skills: [], roles: ["admin"] }, [cards])).toBe(false);
    expect(fitsNoQueue({ ...zoe, skills: [], disabled: true }, [cards])).toBe(false);
  });
});

describe("what is sent of the company", () => {
  const asked = { ...company, zh: "演示公司", en: "Demo" };
  it("is what its customers are asked for, where that has changed", () => {
    expect(companyBody(asked, company)).toEqual({});
    expect(companyBody({ ...asked, purposes: ["transcript", "recording"] }, company)).toEqual({
      purposes: ["recording", "transcript"],
    });
    expect(companyBody({ ...asked, purposes: [] }, company)).toEqual({ purposes: [] });
  });
  it("is its websites, where they have changed", () => {
    const more = ["https://www.acme.example", "https://shop.example"];
    expect(companyBody({ ...asked, allowed_origins: more }, company)).toEqual({ allowed_origins: more });
    expect(companyBody({ ...asked, allowed_origins: [] }, company)).toEqual({ allowed_origins: [] });
  });
  it("is its name in both languages, and its time zone", () => {
    expect(companyBody({ ...asked, en: " Acme " }, company)).toEqual({
      name: { "zh-CN": "演示公司", en: "Acme" },
    });
    expect(companyBody({ ...asked, utc_offset_min: 0 }, company)).toEqual({ utc_offset_min: 0 });
  });
  it("names a website as browsers do, and leaves to the server what is none", () => {
    expect(siteOf(" https://面.example/ ")).toBe("https://xn--vs5a.example");
    expect(siteOf("https://面.example/path")).toBe("https://面.example/path");
    for (const same of ["*", "acme.example", "https://acme.example/path", "面.example"])
      expect(siteOf(same)).toBe(same);
  });
});

describe("the screen", () => {
  const opened = async (edited: string) => {
    await show(<Admin />, { me: { ...me, roles: ["admin"] } });
    fireEvent.click(await screen.findByRole("button", { name: edited }));
    return within(await screen.findByRole("dialog"));
  };
  const optionsOf = async (dialog: Awaited<ReturnType<typeof opened>>) => {
    fireEvent.mouseDown(await dialog.findByRole("combobox", { name: "Needed consents" }));
    return [...document.querySelectorAll(".ant-select-item-option")].map((each) => each.textContent);
  };

  it("chooses what consent customers are asked for", async () => {
    const dialog = await opened("Edit Company");
    fireEvent.click(dialog.getByRole("checkbox", { name: "Screen view" }));
    fireEvent.click(dialog.getByRole("checkbox", { name: "Recording" }));
    fireEvent.click(dialog.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toEqual({
      method: "PATCH",
      path: "/v1/company",
      body: { purposes: ["screen_view"] },
    });
  });

  it("adds a website that may embed the widget", async () => {
    const dialog = await opened("Edit Company");
    const field = dialog.getByRole("combobox", { name: "Websites with the widget" });
    fireEvent.change(field, { target: { value: "https://shop.example " } });
    fireEvent.click(dialog.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toEqual({
      method: "PATCH",
      path: "/v1/company",
      body: { allowed_origins: ["https://www.acme.example", "https://shop.example"] },
    });
  });

  it("shows the websites, and says what is wrong with one that the server refuses", async () => {
    refusal = {
      type: "about:blank",
      status: 400,
      code: "origin_invalid",
      title: "Invalid",
      detail: "No origin.",
    };
    await show(<Admin />, { me: { ...me, roles: ["admin"] } });
    expect(await screen.findByText("https://www.acme.example")).toBeTruthy();
    fireEvent.click(await screen.findByRole("button", { name: "Edit Company" }));
    const dialog = within(await screen.findByRole("dialog"));
    const field = dialog.getByRole("combobox", { name: "Websites with the widget" });
    fireEvent.change(field, { target: { value: "https://shop.example/a," } });
    fireEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(await screen.findByText(/scheme and host alone, without a path/)).toBeTruthy();
    expect(dialog.getByText("https://shop.example/a")).toBeTruthy();
  });

  it("offers topics only the consents that the company asks for", async () => {
    expect(await optionsOf(await opened("Edit Cards"))).toEqual(["Recording"]);
    known = { ...company, purposes: [] };
    const dialog = await opened("Edit Cards");
    expect(await dialog.findByText(/Your company asks for no consent/)).toBeTruthy();
  });

  it("does not say that a number was saved which was taken out", async () => {
    const dialog = await opened("Edit Cards");
    fireEvent.change(dialog.getByRole("spinbutton", { name: "Longest wait (s)" }), { target: { value: "" } });
    fireEvent.click(dialog.getByRole("button", { name: "Save" }));
    expect(await dialog.findByText("This is needed.")).toBeTruthy();
    expect(sent).toEqual([]);
  });

  it("locks somebody out who has left", async () => {
    const dialog = await opened("Edit Zoe");
    fireEvent.click(dialog.getByRole("switch", { name: "May sign in" }));
    fireEvent.click(dialog.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toEqual({ method: "PATCH", path: "/v1/users/u7", body: { disabled: true } });
  });

  it("lets nobody lock themselves out", async () => {
    const dialog = await opened("Edit Ada Admin");
    expect((dialog.getByRole("switch", { name: "May sign in" }) as HTMLButtonElement).disabled).toBe(true);
  });

  it("closes a topic", async () => {
    const dialog = await opened("Edit Cards");
    fireEvent.click(dialog.getByRole("switch", { name: "Open" }));
    fireEvent.click(dialog.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toEqual({ method: "PATCH", path: "/v1/queues/q1", body: { open: false } });
  });
});
