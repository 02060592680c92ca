// SPDX-License-Identifier: Apache-2.0
// Writes src/generated/realtime.ts from api/asyncapi.yaml, and src/generated/rest.ts from api/openapi.yaml. The YAML files are
// the source; the generated files are committed so that a build needs no generator, and a test compares the two.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parse } from "yaml";
import { realtimeSource, restSource } from "./typescript.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const api = resolve(here, "../../../../api");
const out = resolve(here, "../src/generated");

/** The generated files as {path: text}; what the drift test compares with the files on disk. */
export function generate() {
  const realtime = parse(readFileSync(resolve(api, "asyncapi.yaml"), "utf8"));
  const files = { [resolve(out, "realtime.ts")]: realtimeSource(realtime) };
  const openapi = resolve(api, "openapi.yaml");
  if (existsSync(openapi)) files[resolve(out, "rest.ts")] = restSource(parse(readFileSync(openapi, "utf8")));
  return files;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  mkdirSync(out, { recursive: true });
  for (const [path, text] of Object.entries(generate())) writeFileSync(path, text);
}
