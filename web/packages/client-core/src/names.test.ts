// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { initials } from "./names.ts";

describe("initials", () => {
  it("fits Latin and Chinese names", () => {
    expect(initials("Marta Novák")).toBe("MN");
    expect(initials("Ana de la Cruz")).toBe("AC");
    expect(initials("林小满")).toBe("满");
    expect(initials("林小雨 Lin")).toBe("雨");
    expect(initials("oliver")).toBe("O");
    expect(initials("  ")).toBe("?");
  });
});
