// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { contrast } from "./contrast.ts";
import { applyPalette, palettes, stage, textPairs } from "./tokens.ts";

describe("contrast", () => {
  it("is 21 between black and white and 1 with itself", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrast("#0b5cd6", "#0b5cd6")).toBe(1);
  });
  it("agrees with the known ratio of mid grey on white", () => {
    expect(contrast("#767676", "#ffffff")).toBeCloseTo(4.54, 2);
  });
});

describe("tokens", () => {
  for (const mode of ["light", "dark"] as const) {
    for (const [text, ground, least] of textPairs) {
      it(`${mode}: ${text} on ${ground} reaches ${least}`, () => {
        expect(contrast(palettes[mode][text], palettes[mode][ground])).toBeGreaterThanOrEqual(least);
      });
    }
  }
  it("stage text and buttons can be read on the dark ground", () => {
    expect(contrast(stage.text, stage.button)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(stage.text2, stage.tile)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(stage.text, stage.end)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(stage.onOff, stage.off)).toBeGreaterThanOrEqual(4.5);
  });
  it("are written as custom properties, the mode with them", () => {
    const set = new Map<string, string>();
    const root = {
      style: { setProperty: (name: string, value: string) => set.set(name, value), colorScheme: "" },
      dataset: {} as Record<string, string>,
    };
    applyPalette(root as unknown as HTMLElement, "dark");
    expect(set.get("--vv-text2")).toBe(palettes.dark.text2);
    expect(set.get("--vv-on-primary")).toBe(palettes.dark.onPrimary);
    expect(root.style.colorScheme).toBe("dark");
    expect(root.dataset.mode).toBe("dark");
  });
});
