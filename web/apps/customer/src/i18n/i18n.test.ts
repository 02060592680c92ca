// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { en } from "./en.ts";
import { clockTime, languageOf, spokenTime, translate } from "./index.ts";
import { zh } from "./zh.ts";

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe("dictionaries", () => {
  it("have the same words", () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  });

  it("have no empty word, and the same values to fill in", () => {
    for (const [word, text] of Object.entries(en)) {
      const other = zh[word as keyof typeof en];
      expect(text.trim(), word).not.toBe("");
      expect(other.trim(), word).not.toBe("");
      expect(placeholders(other), word).toEqual(placeholders(text));
    }
  });

  it("are really in two languages", () => {
    const same = Object.keys(en).filter(
      (word) => zh[word as keyof typeof en] === en[word as keyof typeof en],
    );
    expect(same).toEqual([]);
    for (const text of Object.values(en)) expect(text.replace("中文", "")).not.toMatch(/[\u4e00-\u9fff]/);
  });
});

describe("words", () => {
  it("are all used somewhere", () => {
    const root = resolve(import.meta.dirname, "..");
    const files = readdirSync(root, { recursive: true, encoding: "utf8" });
    const sources = files.filter((name) => /\.tsx?$/.test(name) && !/test|i18n\/(en|zh)/.test(name));
    const text = sources.map((name) => readFileSync(resolve(root, name), "utf8")).join("\n");
    const built = [...text.matchAll(/`([a-z_]*\$\{[^`]+)`/g)].map(
      ([, pattern]) => new RegExp(`^${(pattern ?? "").replace(/\$\{[^}]+\}/g, "\\w+")}$`),
    );
    const unused = Object.keys(en).filter(
      (word) => !text.includes(`"${word}"`) && !built.some((pattern) => pattern.test(word)),
    );
    expect(unused).toEqual([]);
  });
});

describe("translate", () => {
  it("fills values in and leaves unknown ones visible", () => {
    expect(translate("en", "waiting_estimate", { time: "3 min" })).toBe("Expected wait: 3 min");
    expect(translate("zh-CN", "waiting_estimate", {})).toBe("预计等待：{time}");
  });

  it("says times as people do", () => {
    const t = (word: keyof typeof en, values?: Record<string, string | number>) =>
      translate("en", word, values);
    expect(spokenTime(t, 40)).toBe("40 s");
    expect(spokenTime(t, 125)).toBe("2 min 05 s");
    expect(clockTime(247)).toBe("4:07");
    expect(clockTime(3847)).toBe("1:04:07");
    expect(clockTime(-3)).toBe("0:00");
  });

  it("knows the languages of browsers", () => {
    expect(["zh", "zh-TW", "en-GB", "fr", "", undefined].map(languageOf)).toEqual([
      "zh-CN",
      "zh-CN",
      "en",
      undefined,
      undefined,
      undefined,
    ]);
  });
});
