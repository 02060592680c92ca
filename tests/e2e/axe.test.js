// SPDX-License-Identifier: Apache-2.0
// Every screen of both pages meets WCAG 2.2 AA as far as axe can tell, in two languages and two colours, and can be used on 320 px
// without scrolling sideways (1.4.10).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { agentScreens } from "./lib/agent_screens.js";
import { customerScreens } from "./lib/customer_screens.js";
import { look } from "./lib/screens.js";
import { Server } from "./lib/server.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** The rules that depend on colours; the others find in dark what they find in light. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

/** More than thirty screens, each looked at in two languages and two colours: on a busy machine seconds a look. */
const PATIENCE = 15 * 60_000;

let server;
before(async () => {
  server = await Server.start();
});
after(() => server.stop());

/** What axe finds on the page as it stands. */
async function violations(page, theme) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const runOnly = theme === "dark" ? { type: "rule", values: COLOUR_RULES } : { type: "tag", values: LEVELS };
  return page.evaluate(async (options) => {
    // Colours on their way from one look to the other are no colours of the design.
    const moving = () => document.getAnimations().filter((a) => a.playState === "running" && a.effect.getComputedTiming().endTime < 1e6);
    while (moving().length > 0) await Promise.allSettled(moving().map((a) => a.finished));
    const found = await axe.run(document, options);
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 4).map((n) => `${n.target.join(" ")} (${n.any[0]?.message ?? n.all[0]?.message ?? n.none[0]?.message})`).join(" | ")}`);
  }, { runOnly, resultTypes: ["violations"], iframes: false });
}

/** What follows from another size or look is on the screen. */
const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

/** Controls that lie beyond the edge of a narrow screen, and whether the page scrolls sideways. */
async function beyondTheEdge(page) {
  const { width, height } = page.viewport();
  await page.setViewport({ width: 320, height: 640 });
  await page.evaluate(painted);
  const found = await page.evaluate(() => {
    const scrolls = (e) => e && (["auto", "scroll"].includes(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
    const beyond = [...document.querySelectorAll("button, a, input, select, textarea, h1, h2")]
      .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !scrolls(e.parentElement))
      .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && e.getBoundingClientRect().width > 2)
      .map((e) => `beyond 320 px: ${e.tagName} ${e.getAttribute("aria-label") ?? e.textContent.slice(0, 40)}`);
    // What scrolls upwards may scroll sideways as well by CSS; only tables and rows of tabs are meant to.
    const meant = (e) => e.querySelector("table") ?? e.closest("nav, [role=tablist]");
    for (const e of document.querySelectorAll("*")) {
      if (e.scrollWidth <= e.clientWidth + 1 || e.clientWidth < 2 || meant(e) || !e.checkVisibility({ visibilityProperty: true })) continue;
      if (!["auto", "scroll"].includes(getComputedStyle(e).overflowX)) continue;
      beyond.push(`scrolls sideways by ${e.scrollWidth - e.clientWidth} px: ${e.tagName} ${e.className} ${e.getAttribute("aria-label") ?? ""}`);
    }
    const wide = document.documentElement.scrollWidth - innerWidth;
    return wide > 1 ? [`scrolls sideways by ${wide} px`, ...beyond] : beyond;
  });
  await page.setViewport({ width, height });
  await page.evaluate(painted);
  return found;
}

/** Open menus that do not lie on the screen, whatever the look has become since they were opened. */
const strayMenus = () =>
  [...document.querySelectorAll(".ant-dropdown, .ant-select-dropdown, .ant-popover, .ant-tooltip")]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }))
    .map((e) => [e.className, e.getBoundingClientRect()])
    .filter(([, { left, top, right, bottom }]) => left < 0 || top < 0 || right > innerWidth + 1 || bottom > innerHeight + 1)
    .map(([name, { left, top, width, height }]) => `off the screen: ${name} at ${left},${top}, ${width}x${height}`);

/** Looks at each screen in all languages and colours; what is wrong is kept, so that one run tells everything. */
function inspector(who) {
  const wrong = [];
  let screens = 0;
  const see = async (name, page) => {
    screens += 1;
    const found = new Set();
    const bare = () => [...document.querySelectorAll("link[rel=stylesheet]")].filter((link) => !link.sheet).map((link) => `no style from ${link.href}`);
    for (const each of await page.evaluate(bare)) found.add(each);
    for (const lang of ["zh-CN", "en"])
      for (const theme of ["dark", "light"]) {
        await look(page, who, { lang, theme });
        for (const each of await violations(page, theme)) found.add(`${lang} ${theme}: ${each}`);
        for (const each of await page.evaluate(strayMenus)) found.add(`${lang} ${theme}: ${each}`);
      }
    for (const each of await beyondTheEdge(page)) found.add(each);
    for (const each of found) {
      wrong.push(`${name}: ${each}`);
      console.log(`${name}: ${each}`); // also where the walk does not come to its end
    }
  };
  return { see, result: () => ({ wrong, screens }) };
}

test("the customer's screens", { timeout: PATIENCE }, async () => {
  const { see, result } = inspector("customer");
  await customerScreens(server, see);
  const { wrong, screens } = result();
  assert.ok(screens >= 30, `${screens} screens were seen`);
  assert.deepEqual(wrong, []);
});

test("the console's screens", { timeout: PATIENCE }, async () => {
  const { see, result } = inspector("agent");
  await agentScreens(server, see);
  const { wrong, screens } = result();
  assert.ok(screens >= 30, `${screens} screens were seen`);
  assert.deepEqual(wrong, []);
});
