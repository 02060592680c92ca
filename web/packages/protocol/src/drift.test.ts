// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { generate } from "../scripts/generate.mjs";
import { typeOf } from "../scripts/typescript.mjs";

type Tree = Record<string, unknown>;
const apiFile = resolve(import.meta.dirname, "../../../../api/asyncapi.yaml");

function references(node: unknown, found: string[] = []): string[] {
  if (Array.isArray(node)) for (const item of node) references(item, found);
  else if (node && typeof node === "object")
    for (const [key, value] of Object.entries(node)) {
      if (key === "$ref" && typeof value === "string") found.push(value);
      else references(value, found);
    }
  return found;
}

describe("generated types", () => {
  it("are what the generator makes of the API documents", () => {
    const files = Object.entries(generate());
    expect(files.length).toBeGreaterThan(0);
    for (const [path, text] of files) expect(readFileSync(path, "utf8"), path).toBe(text);
  });
});

describe("asyncapi.yaml", () => {
  const document = parse(readFileSync(apiFile, "utf8"));

  it("has no dangling reference", () => {
    const missing = references(document).filter((ref) => {
      const parts = ref.replace(/^#\//, "").split("/");
      return parts.reduce<Tree | undefined>((node, part) => node?.[part] as Tree, document) === undefined;
    });
    expect(missing).toEqual([]);
  });

  it("lists every message in the channel, and every reply type exists", () => {
    const inChannel = references(document.channels.realtime.messages).map((ref) => ref.split("/").at(-1));
    expect(inChannel.sort()).toEqual(Object.keys(document.components.messages).sort());
    for (const message of Object.values<Record<string, string>>(document.components.messages))
      if (message["x-direction"] === "command")
        expect(document.components.schemas).toHaveProperty(message["x-reply"]);
  });
});

describe("typeOf", () => {
  it("writes unions, arrays, maps and optional fields", () => {
    expect(typeOf({ type: ["string", "null"] })).toBe("string | null");
    expect(typeOf({ type: "array", items: { enum: ["a", "b"] } })).toBe('Array<"a" | "b">');
    expect(typeOf({ type: "object", additionalProperties: { type: "integer" } })).toBe(
      "Record<string, number>",
    );
    expect(
      typeOf({ type: "object", required: ["a"], properties: { a: { $ref: "#/x/A" }, "b-c": { const: 1 } } }),
    ).toBe('{\n  a: A;\n  "b-c"?: 1;\n}');
  });
});
