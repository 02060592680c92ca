// SPDX-License-Identifier: Apache-2.0
import { fireEvent, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { useUi } from "../console/ui.ts";
import { TopBar } from "../screens/top_bar.tsx";
import { show } from "../testkit.tsx";
import { PhoneDialog } from "./phone_dialog.tsx";

const config = (url?: string) => {
  const page = url ? { customer_page: { url, qr_svg: "<svg/>" } } : {};
  vi.stubGlobal("fetch", async () => Response.json({ queues: [], dispositions: [], ...page }));
};

describe("the customer page on a phone", () => {
  it("is shown as a code and as text", async () => {
    config("https://192.168.1.5:8080/?key=demo");
    await show(<PhoneDialog />);
    const code = await screen.findByRole("img", { name: "QR code of the customer page" });
    expect(code.getAttribute("src")).toBe(`data:image/svg+xml;charset=utf-8,${encodeURIComponent("<svg/>")}`);
    const field = screen.getByRole("textbox", { name: "Address" }) as HTMLInputElement;
    expect(field.value).toBe("https://192.168.1.5:8080/?key=demo");
    expect(screen.queryByText(/--tls self-signed/)).toBeNull();
  });

  it("says what to do where a phone would not give its camera", async () => {
    config("http://192.168.1.5:8080/?key=demo");
    await show(<PhoneDialog />);
    expect(await screen.findByText(/--tls self-signed/)).toBeTruthy();
  });

  it("is in the menu where a phone reaches the server", async () => {
    config("https://192.168.1.5:8080/?key=demo");
    await show(<TopBar signOut={() => undefined} />);
    fireEvent.click(screen.getByRole("button", { name: /Lin/ }));
    fireEvent.click(await screen.findByText("Open on a phone"));
    expect(useUi.getState().dialog).toBe("phone");
  });
});
