// SPDX-License-Identifier: Apache-2.0
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setPrefs, usePrefs } from "../lib/prefs.ts";
import { show } from "../testkit.tsx";
import { SignIn } from "./sign_in.tsx";

let sent: Array<Record<string, string>>;
let signedIn: number;

/** A server on which two companies work. */
function answer(_address: string, { body }: { body: string }): Promise<Response> {
  const wanted = JSON.parse(body) as Record<string, string>;
  sent.push(wanted);
  const problem = { code: "tenant_needed", detail: "Several companies work here." };
  return Promise.resolve(
    wanted.tenant_key ? Response.json({ csrf_token: "c" }) : Response.json(problem, { status: 400 }),
  );
}

const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const press = () => fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
const form = () => show(<SignIn expired={false} onSession={() => signedIn++} />);

beforeEach(() => {
  sent = [];
  signedIn = 0;
  vi.stubGlobal("fetch", answer);
});
afterEach(() => {
  vi.unstubAllGlobals();
  window.history.replaceState(null, "", "/agent/");
});

describe("where several companies work", () => {
  it("the company is asked for once the server needs it, and remembered", async () => {
    await form();
    expect(screen.queryByLabelText("Company")).toBeNull();
    type("Login", "lin");
    type("Password", "a long password");
    press();
    expect(await screen.findByText(/Several companies work here. Enter yours/)).toBeTruthy();
    setPrefs({ lang: "zh-CN" });
    await waitFor(() => expect(screen.getByRole("alert").textContent).toMatch(/公司/));
    setPrefs({ lang: "en" });
    await screen.findByText(/Several companies work here. Enter yours/);
    type("Company", " acme ");
    press();
    await waitFor(() => expect(signedIn).toBe(1));
    expect(sent.at(-1)).toEqual({ login: "lin", password: "a long password", tenant_key: "acme" });
    expect(usePrefs.getState().company).toBe("acme");
  });

  it("it stands there the next time, and can be changed", async () => {
    await form();
    setPrefs({ company: "acme" });
    const field = (await screen.findByLabelText("Company")) as HTMLInputElement;
    expect(field.value).toBe("acme");
  });

  it("the address may name it", async () => {
    window.history.replaceState(null, "", "/agent/?key=shop");
    await form();
    type("Login", "lin");
    type("Password", "a long password");
    press();
    await waitFor(() => expect(signedIn).toBe(1));
    expect(sent).toEqual([{ login: "lin", password: "a long password", tenant_key: "shop" }]);
    expect(screen.queryByLabelText("Company")).toBeNull();
  });
});
