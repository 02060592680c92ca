// SPDX-License-Identifier: Apache-2.0
// Debian's Chromium and Firefox behind one interface (puppeteer; Firefox over WebDriver BiDi).
import { readFileSync } from "node:fs";
import puppeteer from "puppeteer-core";
import { installDesk } from "./devices.js";
import * as fixtures from "./fixtures.js";
import { installProbe } from "./probe.js";
import { soundCard } from "./sound.js";

const CHROMIUM_FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
  "--autoplay-policy=no-user-gesture-required", "--mute-audio=false", "--lang=en-US",
  "--force-prefers-reduced-motion", // nothing flies in while a test clicks on it
];
const FIREFOX_PREFS = {
  "media.autoplay.default": 0,
  "media.autoplay.blocking_policy": 0,
  "media.autoplay.block-webaudio": false,
  "media.navigator.permission.disabled": true,
  "media.peerconnection.ice.loopback": true, // 127.0.0.1 is not a candidate otherwise
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  "intl.accept_languages": "en-US",
  "ui.prefersReducedMotion": 1,
};

export async function launch(kind = "chromium", { width = 1280, height = 800, camera = true, flags = [] } = {}) {
  if (kind === "firefox") {
    return puppeteer.launch({
      browser: "firefox", executablePath: "/usr/bin/firefox-esr", headless: true, extraPrefsFirefox: FIREFOX_PREFS,
      defaultViewport: { width, height }, protocolTimeout: 120_000, env: { ...process.env, ...(await soundCard()) },
    });
  }
  const files = camera
    ? [`--use-file-for-fake-video-capture=${fixtures.camera()}`, `--use-file-for-fake-audio-capture=${fixtures.speech()}`]
    : [];
  return puppeteer.launch({
    browser: "chrome", executablePath: "/usr/bin/chromium", headless: true, args: [...CHROMIUM_FLAGS, ...files, ...flags],
    defaultViewport: { width, height }, protocolTimeout: 120_000,
  });
}

/** A page (with `cameras` synthetic cameras, if any; with a `desk` of sound devices to unplug) with the probe installed before its scripts; console errors and page errors are kept in page.troubles. */
export async function openPage(browser, options = {}) {
  return watchPage(await browser.newPage(), options);
}

/** The same for a page that a page has opened: the probe is there from its next load on. */
export async function watchPage(page, { kind = "chromium", cameras = kind === "firefox" ? 1 : 0, missing = [], link, desk = false } = {}) {
  page.troubles = [];
  page.on("pageerror", (error) => page.troubles.push(String(error)));
  page.on("console", (message) => message.type() === "error" && page.troubles.push(message.text()));
  const speech = kind === "firefox" ? readFileSync(fixtures.speech()).toString("base64") : "";
  await page.evaluateOnNewDocument(installProbe, { cameras, missing, speech, fps: fixtures.FPS, mediaPort: link?.mediaPort });
  if (desk) await page.evaluateOnNewDocument(installDesk);
  return page;
}
