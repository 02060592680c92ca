// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { en } from "./en.ts";
import { zh } from "./zh.ts";

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, prefix = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") found.set(prefix + key, value);
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) found.set(inner, text);
  }
  return found;
}

const english = flat(en);
const chinese = flat(zh);
const slots = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort();

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = resolve(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.includes(".test.") ? [readFileSync(path, "utf8")] : [];
  });
}

describe("dictionaries", () => {
  it("have the same keys", () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("leave nothing empty and fill the same slots", () => {
    for (const [key, text] of english) {
      expect(text, key).not.toBe("");
      expect(chinese.get(key), key).not.toBe("");
      expect(slots(chinese.get(key) ?? ""), key).toEqual(slots(text));
    }
  });

  it("have words for every code of the server that agents meet", () => {
    const api = parse(readFileSync(resolve(import.meta.dirname, "../../../../../api/openapi.yaml"), "utf8"));
    const codes: string[] = api.components.schemas.Problem.properties.code["x-agents-meet"];
    expect(codes.length).toBeGreaterThan(40);
    expect(codes.filter((code) => !english.has(`problem.${code}`))).toEqual([]);
  });

  it("speak Chinese in Chinese", () => {
    const latin = [...chinese].filter(([, text]) => !/\p{Script=Han}/u.test(text)).map(([key]) => key);
    expect(latin).toEqual([]);
  });

  it("hold every key that a screen names", () => {
    const code = sources(resolve(import.meta.dirname, "..")).join("\n");
    const named = [...code.matchAll(/\bt\(\s*"([a-z_]+\.[a-z_]+)"/g)].map((m) => m[1] as string);
    expect(named.length).toBeGreaterThan(150);
    const known = (key: string) => english.has(key) || english.has(`${key}_other`);
    expect(named.filter((key) => !known(key))).toEqual([]);
  });
});
