// SPDX-License-Identifier: Apache-2.0
import { frameAddress, pageAttributes, refusal, type WidgetConfig, type Words } from "./config.ts";
import { loadMemory, type Memory, saveMemory } from "./memory.ts";
import { STYLE } from "./style.ts";

const NAMESPACE = "visavis.";
/** A page that was let in says so before, or at once after, it has loaded; an error page of the browser never does. */
const READY_WITHIN_MS = 5000;
/** A server that answers nothing at all: the browser itself would wait for minutes. */
const LOAD_WITHIN_MS = 12_000;
/** A conversation that goes on is looked for again by itself. */
const AGAIN_AFTER_MS = 10_000;
const ICON =
  "M5 4.5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-4.5 4v-4H5a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2ZM8 10.5h.01M12 10.5h.01M16 10.5h.01";

interface PageState {
  live: boolean;
  calling: boolean;
  unread: number;
}

function sessionStorageOf(view: Window): Storage | undefined {
  try {
    return view.sessionStorage;
  } catch {
    return undefined;
  }
}

/** The launcher and its panel on a foreign page. The conversation itself runs in a frame of our own origin. */
export class Widget {
  readonly #config: WidgetConfig;
  readonly #words: Words;
  readonly #storage = sessionStorageOf(window);
  readonly #host = document.createElement("div");
  readonly #button = document.createElement("button");
  readonly #dot = document.createElement("span");
  readonly #panel = document.createElement("section");
  #frame: HTMLIFrameElement | undefined;
  /** Our page runs in the frame: before that it has another origin, to which nothing is posted. */
  #ready = false;
  #focusWhenReady = false;
  #patience: number | undefined;
  #note: HTMLElement | undefined;
  #memory: Memory;

  constructor(config: WidgetConfig, words: Words) {
    this.#config = config;
    this.#words = words;
    this.#memory = loadMemory(this.#storage, config.key);
  }

  mount(): void {
    const shadow = this.#host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    // A constructed sheet is no inline style: it works under the host page's own strict policy.
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
    this.#buildButton();
    this.#panel.className = "panel";
    this.#panel.hidden = true;
    this.#panel.setAttribute("aria-label", this.#words.panel);
    shadow.append(this.#button, this.#panel);
    document.body.append(this.#host);
    window.addEventListener("message", (event) => this.#received(event));
    window.addEventListener("popstate", () => this.#tellPage());
    // The page before this one had a conversation: it goes on without a click.
    if (this.#memory.token || this.#memory.open) this.#load();
    if (this.#memory.open) this.open(false);
  }

  open(focus = true): void {
    this.#clearNote();
    this.#load();
    this.#panel.hidden = false;
    this.#button.hidden = true;
    this.#host.classList.add("open");
    this.#remember({ open: true });
    this.#post("visible", { visible: true });
    if (focus && this.#ready) this.#frame?.focus();
    this.#focusWhenReady = focus && !this.#ready;
  }

  close(): void {
    this.#panel.hidden = true;
    this.#button.hidden = false;
    this.#host.classList.remove("open");
    this.#remember({ open: false });
    this.#post("visible", { visible: false });
    this.#button.focus();
  }

  #buildButton(): void {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", ICON);
    svg.append(path);
    this.#dot.className = "dot";
    this.#dot.hidden = true;
    this.#dot.setAttribute("aria-hidden", "true");
    this.#button.type = "button";
    this.#button.setAttribute("aria-label", this.#words.open);
    this.#button.title = this.#words.open;
    this.#button.append(svg, this.#dot);
    this.#button.addEventListener("click", () => this.open());
  }

  #load(): void {
    if (this.#frame) return;
    window.clearTimeout(this.#patience);
    this.#patience = window.setTimeout(() => this.#refused(), LOAD_WITHIN_MS);
    const frame = document.createElement("iframe");
    frame.src = frameAddress(this.#config);
    frame.title = this.#words.panel;
    frame.allow = "camera; microphone; display-capture; autoplay; picture-in-picture; screen-wake-lock";
    // What a browser shows of a page that it refused is not for customers.
    frame.className = "waiting";
    frame.addEventListener("load", () => this.#loaded());
    this.#frame = frame;
    this.#panel.append(frame);
  }

  #loaded(): void {
    if (this.#ready) return;
    window.clearTimeout(this.#patience);
    this.#patience = window.setTimeout(() => this.#refused(), READY_WITHIN_MS);
  }

  /** Takes the frame away, so that the next click tries anew; whoever has asked for it is told. */
  #refused(): void {
    console.error(refusal(this.#config, location.origin));
    this.#frame?.remove();
    this.#frame = undefined;
    if (this.#memory.token) this.#patience = window.setTimeout(() => this.#load(), AGAIN_AFTER_MS);
    if (!this.#panel.hidden && !this.#note) this.#tellRefused();
  }

  #tellRefused(): void {
    const text = document.createElement("p");
    text.textContent = this.#words.refused;
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = this.#words.close;
    close.addEventListener("click", () => this.close());
    const note = document.createElement("div");
    note.className = "refused";
    note.setAttribute("role", "alert");
    note.append(text, close);
    this.#note = note;
    this.#panel.append(note);
    // Not again by itself on the next page.
    this.#remember({ open: false });
  }

  #clearNote(): void {
    this.#note?.remove();
    this.#note = undefined;
  }

  #started(): void {
    this.#ready = true;
    window.clearTimeout(this.#patience);
    this.#clearNote();
    if (this.#frame) this.#frame.className = "";
    // The customer may have been reading the note: now they see the page in its place.
    if (this.#memory.open === this.#panel.hidden) this.#remember({ open: !this.#panel.hidden });
    this.#sendInit();
    if (this.#focusWhenReady) this.#frame?.focus();
    this.#focusWhenReady = false;
  }

  #received(event: MessageEvent): void {
    if (event.origin !== this.#config.origin || event.source !== this.#frame?.contentWindow) return;
    const data = event.data as { type?: unknown; token?: unknown } | null;
    switch (data?.type) {
      case `${NAMESPACE}ready`:
        this.#started();
        return;
      case `${NAMESPACE}token`:
        this.#remember({ token: typeof data.token === "string" ? data.token : undefined });
        return;
      case `${NAMESPACE}state`:
        this.#show(data as unknown as PageState);
        return;
      case `${NAMESPACE}minimise`:
        this.close();
    }
  }

  #sendInit(): void {
    const { topic, lang } = this.#config;
    const attributes = this.#attributes();
    this.#post("init", {
      topic,
      lang: lang ?? document.documentElement.lang,
      token: this.#memory.token,
      attributes,
    });
    this.#post("visible", { visible: this.#memory.open });
  }

  #tellPage(): void {
    this.#post("page", { attributes: this.#attributes() });
  }

  #attributes(): Record<string, string> {
    return pageAttributes(this.#config, location.href, document.title);
  }

  #post(type: string, data: object): void {
    if (!this.#ready) return;
    this.#frame?.contentWindow?.postMessage({ type: NAMESPACE + type, ...data }, this.#config.origin);
  }

  #show({ live, calling, unread }: PageState): void {
    const count = Number(unread) || 0;
    this.#dot.hidden = !calling && count === 0;
    this.#dot.textContent = count > 0 ? String(count) : "";
    const notes = [
      live && calling ? this.#words.live : "",
      count > 0 ? `${count} ${this.#words.unread}` : "",
    ];
    this.#button.setAttribute("aria-label", [this.#words.open, ...notes.filter(Boolean)].join(", "));
  }

  #remember(change: Partial<Memory>): void {
    this.#memory = { ...this.#memory, ...change };
    saveMemory(this.#storage, this.#config.key, this.#memory);
  }
}
