// SPDX-License-Identifier: Apache-2.0
// Opens every fixed state of the console in Chromium under the strict CSP of the server, checks it with axe and takes
// its picture. Usage: node scripts/gallery.mjs [--out DIR] [--states a,b] [--langs zh-CN,en] [--modes light,dark]
// [--widths 1440,1024,390]. Build first: vite build --mode gallery. Leaves with 1 on any violation.
import { readFileSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const { values: args } = parseArgs({
  options: {
    out: { type: "string" },
    states: { type: "string" },
    langs: { type: "string", default: "zh-CN,en" },
    modes: { type: "string", default: "light,dark" },
    widths: { type: "string", default: "1440" },
    browser: { type: "string", default: process.env.VISAVIS_CHROMIUM ?? "/usr/bin/chromium" },
  },
});

const dist = fileURLToPath(new URL("../../../dist/agent-gallery/", import.meta.url));
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const topics = [
  { id: "q1", name: { "zh-CN": "信用卡与账单", en: "Cards and statements" } },
  { id: "q2", name: { "zh-CN": "房贷咨询", en: "Mortgage advice" } },
].map((q) => ({
  ...q,
  channels: ["chat", "audio", "video"],
  skills: ["card"],
  priority: 0,
  max_wait_s: 600,
  open: true,
}));
const users = [
  {
    id: "u1",
    login: "li.wei",
    name: "李薇",
    roles: ["agent", "supervisor"],
    skills: ["card", "loan"],
    languages: ["zh-CN"],
  },
  { id: "u2", login: "marta", name: "Marta Novák", roles: ["agent"], skills: ["card"], languages: ["en"] },
];
const past = [
  {
    id: "h1",
    channel: "video",
    state: "closed",
    topic: topics[0],
    created_at: Date.now() - 9e8,
    answered_at: Date.now() - 9e8 + 3e4,
    ended_at: Date.now() - 9e8 + 4e5,
    resolved: true,
    agent: { name: "王强" },
  },
  {
    id: "h2",
    channel: "chat",
    state: "closed",
    topic: topics[1],
    created_at: Date.now() - 4e9,
    resolved: false,
  },
];
const answers = {
  "/v1/config": {
    queues: topics,
    dispositions: [
      { code: "billing", name: { "zh-CN": "账单疑问", en: "Question on a statement" } },
      { code: "fraud", name: { "zh-CN": "盗刷申报", en: "Fraud report" } },
    ],
  },
  "/v1/users": { items: users },
  "/v1/queues": { items: topics },
  "/v1/contacts": { items: past },
};

function pageHeaders(nonce) {
  const csp = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
  return { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": csp };
}

async function respond(request, response) {
  const path = new URL(request.url, "http://x").pathname;
  if (answers[path])
    return response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(answers[path]));
  const file = path.replace(/^\/agent\//, "");
  try {
    if (file.endsWith(".html")) {
      const nonce = Math.random().toString(36).slice(2);
      const html = await readFile(join(dist, file), "utf8");
      return response.writeHead(200, pageHeaders(nonce)).end(html.replaceAll("__CSP_NONCE__", nonce));
    }
    const body = await readFile(join(dist, file));
    response.writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream" }).end(body);
  } catch {
    response.writeHead(404).end();
  }
}

async function serve() {
  const server = createServer((request, response) => void respond(request, response));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, origin: `http://127.0.0.1:${server.address().port}` };
}

async function check(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }),
  );
  return violations.map(
    (v) =>
      `${v.id}: ${v.nodes
        .map((n) => `${n.target.join(" ")} ${n.any[0]?.message ?? ""}`)
        .slice(0, 4)
        .join(" | ")}`,
  );
}

const heights = { 1440: 900, 1280: 800, 1024: 768, 390: 844, 320: 640 };

async function shoot(browser, origin, { state, lang, mode, width }) {
  const context = await browser.newContext({
    viewport: { width, height: heights[width] ?? 800 },
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const found = [];
  page.on(
    "console",
    (m) =>
      (m.type() === "error" || /Content Security Policy|Warning:/.test(m.text())) &&
      found.push(`console: ${m.text().slice(0, 300)}`),
  );
  page.on("pageerror", (error) => found.push(`error: ${error.message}`));
  await page.goto(`${origin}/agent/gallery.html?state=${state}&lang=${lang}&mode=${mode}`);
  await page.waitForFunction(() => document.querySelector("#root")?.childElementCount);
  await page.waitForTimeout(700);
  found.push(...(await check(page)));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 0) found.push(`scrolls sideways by ${wide} px`);
  if (args.out) await page.screenshot({ path: join(args.out, `${state}-${lang}-${mode}-${width}.png`) });
  await context.close();
  return found;
}

const { server, origin } = await serve();
const browser = await chromium.launch({
  executablePath: args.browser,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
if (args.out) await mkdir(args.out, { recursive: true });
const states =
  args.states?.split(",") ??
  [
    ...readFileSync(new URL("../gallery/states.ts", import.meta.url), "utf8").matchAll(
      /^ {2}(\w+): \(\) =>/gm,
    ),
  ].map((m) => m[1]);
let screens = 0;
let bad = 0;
for (const state of states)
  for (const lang of args.langs.split(","))
    for (const mode of args.modes.split(","))
      for (const width of args.widths.split(",").map(Number)) {
        const found = await shoot(browser, origin, { state, lang, mode, width });
        screens += 1;
        if (found.length === 0) continue;
        bad += 1;
        console.log(`${state} ${lang} ${mode} ${width}`);
        for (const line of new Set(found)) console.log(`  ${line}`);
      }
await browser.close();
server.close();
console.log(`${screens - bad} passed, ${bad} failed`);
process.exit(bad > 0 ? 1 : 0);
