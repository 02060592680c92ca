// SPDX-License-Identifier: Apache-2.0
import { resolve } from "node:path";
import { defineConfig } from "vite";

// One plain script for foreign pages: no module, no hash in its name. The customer app puts the frame's page beside it.
export default defineConfig({
  build: {
    outDir: resolve(import.meta.dirname, "../../dist/widget"),
    emptyOutDir: false,
    target: "es2020",
    lib: {
      entry: resolve(import.meta.dirname, "src/main.ts"),
      formats: ["iife"],
      name: "VisavisWidget",
      fileName: () => "widget.js",
    },
  },
});
