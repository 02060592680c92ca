// SPDX-License-Identifier: Apache-2.0
import { readConfig, wordsFor } from "./config.ts";
import { Widget } from "./widget.ts";

declare global {
  interface Window {
    /** For the host page's own buttons: `visavis.open()`. */
    visavis?: { open: () => void; close: () => void };
  }
}

const script = document.currentScript;
// A second tag of the same page does nothing.
if (script instanceof HTMLScriptElement && !window.visavis) {
  const config = readConfig(script.src, { ...script.dataset });
  const widget = new Widget(
    config,
    wordsFor(config.lang ?? document.documentElement.lang ?? navigator.language),
  );
  window.visavis = { open: () => widget.open(), close: () => widget.close() };
  if (document.body) widget.mount();
  else document.addEventListener("DOMContentLoaded", () => widget.mount(), { once: true });
}
