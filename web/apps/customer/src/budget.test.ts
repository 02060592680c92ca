// SPDX-License-Identifier: Apache-2.0
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { describe, expect, it } from "vitest";

/** A phone on a weak network waits for this before the first word appears. */
const BUDGET = 60_000;

describe("size", () => {
  it("of everything the customer page loads stays within its budget, and the page is free of inline code", async () => {
    const root = resolve(import.meta.dirname, "..");
    const result = (await build({
      root,
      logLevel: "silent",
      build: { write: false },
    })) as Rolldown.RolldownOutput;
    const sizes = result.output.map(
      (file) => gzipSync(file.type === "chunk" ? file.code : file.source).length,
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(BUDGET);
    const html = String(result.output.find(({ fileName }) => fileName === "index.html")?.["source" as never]);
    const scripts = [...html.matchAll(/<script[^>]*>([^<]*)/g)];
    expect(scripts.length).toBeGreaterThan(0);
    for (const [tag, body] of scripts) {
      expect(tag).toContain('nonce="__CSP_NONCE__"');
      expect(body?.trim()).toBe("");
    }
    expect(html).not.toMatch(/ style=| on\w+=/);
  }, 60_000);
});
