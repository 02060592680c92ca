// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from "vitest/config";

// Each package or app is a project of its own and may bring a vitest.config.ts (for a DOM, say).
export default defineConfig({
  test: { projects: ["packages/*", "apps/*"], passWithNoTests: true },
});
