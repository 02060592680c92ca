// SPDX-License-Identifier: Apache-2.0
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// A first rendering of a form takes seconds where many others compute on the machine.
export default defineConfig({ plugins: [react()], test: { environment: "happy-dom", testTimeout: 30_000 } });
