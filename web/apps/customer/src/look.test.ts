// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { nextTheme, readLook } from "./look.ts";

describe("the kept look", () => {
  it("is the device's where nothing, or nonsense, is kept", () => {
    const plain = { theme: "system", lang: undefined };
    expect(readLook(null)).toEqual(plain);
    expect(readLook("{")).toEqual(plain);
    expect(readLook("null")).toEqual(plain);
    expect(readLook('{"theme":"neon","lang":7}')).toEqual(plain);
  });
  it("comes back as it was chosen", () => {
    expect(readLook('{"theme":"dark","lang":"zh-CN"}')).toEqual({ theme: "dark", lang: "zh-CN" });
  });
  it("goes round all three colours", () => {
    expect([nextTheme("system"), nextTheme("light"), nextTheme("dark")]).toEqual(["light", "dark", "system"]);
  });
});
