// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// `--mode gallery` builds the screens over fixed states, for pictures and accessibility checks; it is not served.
export default defineConfig(({ mode }) => ({
  base: "/agent/",
  plugins: [react()],
  // The server puts a fresh nonce in place of this word on every page view.
  html: { cspNonce: "__CSP_NONCE__" },
  server: { host: "127.0.0.1", proxy: { "/v1": { target: "http://127.0.0.1:8080", ws: true } } },
  build: {
    outDir: mode === "gallery" ? here("../../dist/agent-gallery") : here("../../dist/agent"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: { input: mode === "gallery" ? here("gallery.html") : here("index.html") },
  },
}));
