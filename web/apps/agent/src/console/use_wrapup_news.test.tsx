// SPDX-License-Identifier: Apache-2.0
import { act, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { contactOf, show } from "../testkit.tsx";
import { useConsole } from "./state.ts";
import { setUi } from "./ui.ts";
import { ranOut, useWrapupNews } from "./use_wrapup_news.ts";

const wrapup = (until_at: number) =>
  contactOf({ state: "wrapup", ended_at: 3, wrapup: { until_at, extended: false } });

function News() {
  useWrapupNews();
  return null;
}

describe("a wrap-up that is gone", () => {
  it("ran out only when its time was over", () => {
    expect(ranOut([wrapup(60_000)], [], 60_000, undefined)).toHaveLength(1);
    expect(ranOut([wrapup(60_000)], [], 30_000, undefined)).toEqual([]);
    expect(ranOut([wrapup(60_000)], [wrapup(90_000)], 60_000, undefined)).toEqual([]);
    expect(ranOut([contactOf()], [], 60_000, undefined)).toEqual([]);
  });

  it("is no surprise to whoever completed it", () => {
    expect(ranOut([wrapup(60_000)], [], 60_000, "c1")).toEqual([]);
    expect(ranOut([wrapup(60_000)], [], 60_000, "c2")).toHaveLength(1);
  });

  it("is told of", async () => {
    await show(<News />, { contacts: [wrapup(Date.now())] });
    act(() => useConsole.setState({ contacts: [] }));
    expect(await screen.findByText("The wrap-up time is over")).toBeTruthy();
    expect(screen.getByText(/The contact with Ada is closed/)).toBeTruthy();
    expect(document.querySelector(".ant-notification-bottomLeft"), "not over the top bar").toBeTruthy();
  });

  it("is not told of where it was completed", async () => {
    await show(<News />, { contacts: [wrapup(Date.now())] });
    setUi({ completing: "c1" });
    act(() => useConsole.setState({ contacts: [] }));
    expect(screen.queryByText(/The wrap-up time is over/)).toBeNull();
  });
});
