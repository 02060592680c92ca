// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { browserName, bytes, clock, localName, percent, waitLevel } from "./format.ts";

describe("clock", () => {
  it("counts minutes, then hours, never below zero", () => {
    expect(clock(75_000)).toBe("1:15");
    expect(clock(59_999)).toBe("0:59");
    expect(clock(3_675_000)).toBe("1:01:15");
    expect(clock(-5000)).toBe("0:00");
  });
});

describe("waitLevel", () => {
  it("turns amber where the goal is missed and red at three times that", () => {
    expect(waitLevel(19_999, 20_000)).toBe("fresh");
    expect(waitLevel(20_000, 20_000)).toBe("long");
    expect(waitLevel(60_000, 20_000)).toBe("late");
  });
});

describe("localName", () => {
  const name = { "zh-CN": "账单", en: "Statements" };
  it("follows the language and falls back to the other name", () => {
    expect(localName(name, "zh-CN")).toBe("账单");
    expect(localName(name, "en")).toBe("Statements");
    expect(localName({ "zh-CN": "", en: "Only" }, "zh-CN")).toBe("Only");
    expect(localName("plain", "en")).toBe("plain");
    expect(localName(undefined, "en")).toBe("");
  });
});

describe("browserName", () => {
  const tail = "AppleWebKit/537.36 (KHTML, like Gecko)";
  it("names browser and system", () => {
    const chrome = `Mozilla/5.0 (Linux; Android 14) ${tail} Chrome/139.0.0.0 Mobile Safari/537.36`;
    expect(browserName(chrome)).toBe("Chrome 139 · Android");
    expect(browserName(`Mozilla/5.0 (Windows NT 10.0) ${tail} Chrome/139.0 Safari/537.36 Edg/139.0`)).toBe(
      "Edge 139 · Windows",
    );
    expect(browserName("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")).toBe(
      "Firefox 128 · Linux",
    );
    const safari =
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1";
    expect(browserName(safari)).toBe("Safari 17 · iPhone");
  });
  it("keeps what it does not know", () => {
    expect(browserName("curl/8")).toBe("curl/8");
  });
});

describe("figures", () => {
  it("writes sizes and shares", () => {
    expect(bytes(900)).toBe("900 B");
    expect(bytes(1536)).toBe("1.5 KB");
    expect(bytes(348_160)).toBe("340 KB");
    expect(bytes(20 * 1024 * 1024)).toBe("20.0 MB");
    expect(percent(0)).toBe("0%");
    expect(percent(0.004)).toBe("0.4%");
    expect(percent(0.87)).toBe("87%");
  });
});
