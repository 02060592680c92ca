// SPDX-License-Identifier: Apache-2.0
// @vitest-environment happy-dom
// @vitest-environment-options { "settings": { "enableIframePageLoading": true } }
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readConfig, wordsFor } from "./config.ts";
import { Widget } from "./widget.ts";

const ORIGIN = "https://help.example";

/** A frame whose page is what the test says: nothing is loaded. */
function frameOf(shadow: ShadowRoot) {
  const frame = shadow.querySelector("iframe");
  if (!frame) throw new Error("no frame");
  const posted: unknown[] = [];
  const view = { postMessage: (data: unknown, origin: string) => posted.push([data, origin]) };
  Object.defineProperty(frame, "contentWindow", { value: view });
  const says = (data: object) => {
    const message = new MessageEvent("message", { origin: ORIGIN, data });
    Object.defineProperty(message, "source", { value: view });
    window.dispatchEvent(message);
  };
  const ready = () => says({ type: "visavis.ready" });
  const token = (text: string) => says({ type: "visavis.token", token: text });
  return { frame, posted, ready, token, loaded: () => frame.dispatchEvent(new Event("load")) };
}

let widget: Widget;
let shadow: ShadowRoot;
let said: string[];

function mount(): void {
  widget = new Widget(readConfig(`${ORIGIN}/widget.js`, { key: "shop" }), wordsFor("en"));
  widget.mount();
  shadow = document.body.lastElementChild?.shadowRoot as ShadowRoot;
}

beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  vi.spyOn(console, "error").mockImplementation((text) => void said.push(String(text)));
  // Only what the test says happens in the frame.
  vi.spyOn(HTMLIFrameElement.prototype, "src", "set").mockImplementation(() => undefined);
  sessionStorage.clear();
  document.body.replaceChildren();
  mount();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("the frame", () => {
  it("is told nothing before our page runs in it", () => {
    widget.open();
    const { posted, ready, frame } = frameOf(shadow);
    widget.close();
    widget.open();
    expect(posted).toEqual([]);
    expect(frame.className).toBe("waiting");
    ready();
    expect(frame.className).toBe("");
    expect(posted.map((each) => (each as [{ type: string }, string])[0].type)).toEqual([
      "visavis.init",
      "visavis.visible",
    ]);
    expect(posted.every((each) => (each as [unknown, string])[1] === ORIGIN)).toBe(true);
  });

  it("is taken away where the site may not embed it: the site's console says why, the customer that it does not work", () => {
    widget.open();
    frameOf(shadow).loaded();
    vi.advanceTimersByTime(5000);
    expect(shadow.querySelector("iframe")).toBeNull();
    expect(said).toEqual([expect.stringContaining("https://help.example/widget/?key=shop did not open")]);
    expect(said[0]).toContain("is not one of the sites that the company allows");
    expect(shadow.querySelector("[role=alert]")?.textContent).toContain("cannot be opened on this page");
    shadow.querySelector<HTMLButtonElement>("[role=alert] button")?.click();
    expect(shadow.querySelector<HTMLElement>(".panel")?.hidden).toBe(true);
    widget.open();
    expect(shadow.querySelector("iframe"), "another click tries anew").not.toBeNull();
  });

  it("is taken away where the server answers nothing at all", () => {
    widget.open();
    vi.advanceTimersByTime(12_000);
    expect(shadow.querySelector("iframe")).toBeNull();
    expect(shadow.querySelector("[role=alert] button")).not.toBeNull();
    vi.advanceTimersByTime(60_000);
    expect(shadow.querySelector("iframe"), "nobody has a conversation there").toBeNull();
  });

  it("comes back by itself where a conversation goes on, and the note stays until then", () => {
    widget.open();
    const first = frameOf(shadow);
    first.ready();
    first.token("t0ken");
    document.body.replaceChildren();
    mount(); // the next page of the site, while the server restarts
    vi.advanceTimersByTime(12_000);
    expect(shadow.querySelector("[role=alert]")).not.toBeNull();
    vi.advanceTimersByTime(10_000);
    expect(shadow.querySelector("iframe")).not.toBeNull();
    vi.advanceTimersByTime(12_000);
    expect(shadow.querySelectorAll("[role=alert]").length).toBe(1);
    vi.advanceTimersByTime(10_000);
    const { ready, posted } = frameOf(shadow);
    ready();
    expect(shadow.querySelector("[role=alert]")).toBeNull();
    expect(posted).toContainEqual([{ type: "visavis.visible", visible: true }, ORIGIN]);
    expect(posted[0]).toMatchObject([{ type: "visavis.init", token: "t0ken" }, ORIGIN]);
  });

  it("stays where our page has answered", () => {
    widget.open();
    const { ready, loaded } = frameOf(shadow);
    ready();
    loaded();
    vi.advanceTimersByTime(60_000);
    expect(shadow.querySelector("iframe")).not.toBeNull();
    expect(said).toEqual([]);
  });
});
