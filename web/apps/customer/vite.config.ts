// SPDX-License-Identifier: Apache-2.0
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";

const dist = resolve(import.meta.dirname, "../../dist");

/** One page, three addresses: `/`, `/c/` (rejoin and one-time links) and `/widget/` (inside the widget's frame). */
function addresses(): Plugin {
  return {
    name: "visavis-addresses",
    apply: "build",
    writeBundle() {
      const page = resolve(dist, "customer/index.html");
      mkdirSync(resolve(dist, "customer/c"), { recursive: true });
      copyFileSync(page, resolve(dist, "customer/c/index.html"));
      mkdirSync(resolve(dist, "widget"), { recursive: true });
      const embedded = readFileSync(page, "utf8").replace("<html ", '<html data-embedded="" ');
      writeFileSync(resolve(dist, "widget/index.html"), embedded);
    },
  };
}

export default defineConfig({
  base: "/",
  html: { cspNonce: "__CSP_NONCE__" },
  build: {
    outDir: resolve(dist, "customer"),
    emptyOutDir: true,
    target: ["es2022", "chrome107", "firefox104", "safari16"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  plugins: [addresses()],
});
