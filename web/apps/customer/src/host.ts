// SPDX-License-Identifier: Apache-2.0
// Where the page lives: in a window of its own, or in the widget's frame on somebody else's page. Keeps the contact token so
// that a reload, the rejoin link and a navigation of the host page all come back to the same call.
import { Emitter, type Unsubscribe } from "@visavis/client-core";

/** What the page starts with: in a frame told by the host page's widget.js, but for the key. */
export interface HostInit {
  /** The company's. */
  key: string;
  topic?: string;
  lang?: string;
  token?: string;
  attributes: Record<string, string>;
}

export interface PageState {
  /** A conversation runs or waits: the launcher shows it, and the panel opens again after a navigation. */
  live: boolean;
  calling: boolean;
  unread: number;
}

interface HostEvents {
  init: HostInit;
  /** The host page moved on without a reload; its address and title travel with the contact. */
  page: Record<string, string>;
  /** The panel is on screen, or minimised behind the launcher. */
  visible: boolean;
}

export interface Host {
  readonly embedded: boolean;
  on<K extends keyof HostEvents>(name: K, listener: (data: HostEvents[K]) => void): Unsubscribe;
  /** The contact with the company `key` that runs here; with `link`, the one that this one-time link became. */
  loadToken(key: string, link?: string): SavedContact | undefined;
  /** `key` is the company's: the address to come back to names it. */
  saveToken(token: string | undefined, key: string, link?: string): void;
  tellState(state: PageState): void;
  minimise(): void;
  /** Opens the conversation in its own window; false where the browser blocked that. */
  popOut(token: string, key: string): boolean;
  /** Another window has the conversation of this token, popped out or rejoined: it is not to be taken away from there. */
  isElsewhere(token: string): boolean;
  saveElsewhere(token: string | undefined): void;
  start(): void;
}

const ELSEWHERE_KEY = "visavis.elsewhere";
const NAMESPACE = "visavis.";

/** A token, and the company whose contact it is. */
export interface SavedContact {
  token: string;
  key: string;
}

function storage(): Storage | undefined {
  try {
    return window.sessionStorage;
  } catch {
    return undefined; // storage is blocked in third-party frames of some browsers
  }
}

/** Apart for each company: one tab may hold the widgets of two, or go from one's page to the other's. */
const storageName = (key: string) => `visavis.token.${key}`;

export function loadToken(from: Pick<Storage, "getItem"> | undefined, key: string): SavedContact | undefined {
  const token = from?.getItem(storageName(key));
  return token ? { token, key } : undefined;
}

export function storeToken(
  to: Pick<Storage, "setItem" | "removeItem"> | undefined,
  key: string,
  token: string | undefined,
): void {
  keep(to, storageName(key), token);
}

function keep(
  to: Pick<Storage, "setItem" | "removeItem"> | undefined,
  name: string,
  value: string | undefined,
): void {
  try {
    if (value) to?.setItem(name, value);
    else to?.removeItem(name);
  } catch {
    // a full or blocked storage only costs the return after a reload
  }
}

const LINK_KEY = "visavis.link";

/** A link opens once; the same browser comes back to what it became. The last link is enough. */
export function saveLink(to: () => Pick<Storage, "setItem">, link: string, saved: SavedContact): void {
  try {
    to().setItem(LINK_KEY, JSON.stringify({ link, ...saved }));
  } catch {
    // only costs the return by the link
  }
}

export function loadLink(from: () => Pick<Storage, "getItem">, link: string): SavedContact | undefined {
  try {
    const saved = JSON.parse(from().getItem(LINK_KEY) ?? "{}") as Partial<SavedContact & { link: string }>;
    const { token, key } = saved;
    return saved.link === link && token && key ? { token, key } : undefined;
  } catch {
    return undefined;
  }
}

/** The address that returns to a contact, on any device. */
export function rejoinAddress(token: string, key: string, search = ""): string {
  const query = new URLSearchParams(search);
  if (key) query.set("key", key);
  const text = query.toString();
  return `/c/${text ? `?${text}` : ""}#t=${token}`;
}

/** `#t=…` is the rejoin token, `#l=…` a one-time link; other parameters come from the query. */
export function readFragment(hash: string): { token?: string; link?: string } {
  const values = new URLSearchParams(hash.replace(/^#/, ""));
  const token = values.get("t") ?? undefined;
  const link = values.get("l") ?? undefined;
  return { ...(token ? { token } : {}), ...(link ? { link } : {}) };
}

/** A page in its own window: the token is in the fragment, so that the address itself is the rejoin link. */
export class WindowHost implements Host {
  readonly embedded = false;
  readonly #events = new Emitter<HostEvents>();

  on<K extends keyof HostEvents>(name: K, listener: (data: HostEvents[K]) => void): Unsubscribe {
    return this.#events.on(name, listener);
  }

  loadToken(key: string, link?: string): SavedContact | undefined {
    if (link) return loadLink(() => window.localStorage, link);
    const { token } = readFragment(location.hash);
    return token ? { token, key } : loadToken(storage(), key);
  }

  saveToken(token: string | undefined, key: string, link?: string): void {
    storeToken(storage(), key, token);
    if (link && token) saveLink(() => window.localStorage, link, { token, key });
    const { pathname, search } = location;
    history.replaceState(null, "", token ? rejoinAddress(token, key, search) : pathname + search);
  }

  tellState(): void {}

  minimise(): void {}

  popOut(): boolean {
    return false;
  }

  /** Who opens or reloads the page itself wants the conversation here. */
  isElsewhere(): boolean {
    return false;
  }

  saveElsewhere(): void {}

  start(): void {
    // Another link opened in this tab changes only the fragment, and the browser would not load the page for that.
    window.addEventListener("hashchange", () => location.reload());
    const query = new URLSearchParams(location.search);
    const attributes: Record<string, string> = {};
    for (const [name, value] of query) if (name.startsWith("a.")) attributes[name.slice(2)] = value;
    this.#events.emit("init", {
      key: query.get("key") ?? "demo",
      topic: query.get("topic") ?? undefined,
      lang: query.get("lang") ?? undefined,
      attributes,
    });
  }
}

/**
 * Inside the widget's frame. The server's frame-ancestors decides who may embed; the first message from the parent names its
 * origin, and everything later goes to and comes from that origin only.
 */
export class FrameHost implements Host {
  readonly embedded = true;
  readonly #events = new Emitter<HostEvents>();
  #origin: string | undefined;
  #hostToken: string | undefined;

  on<K extends keyof HostEvents>(name: K, listener: (data: HostEvents[K]) => void): Unsubscribe {
    return this.#events.on(name, listener);
  }

  loadToken(key: string): SavedContact | undefined {
    const token = this.#hostToken;
    return loadToken(storage(), key) ?? (token ? { token, key } : undefined);
  }

  saveToken(token: string | undefined, key: string): void {
    storeToken(storage(), key, token);
    this.#hostToken = token;
    this.#post("token", { token: token ?? null });
  }

  tellState(state: PageState): void {
    this.#post("state", state);
  }

  minimise(): void {
    this.#post("minimise", {});
  }

  popOut(token: string, key: string): boolean {
    const opened = window.open(rejoinAddress(token, key), "visavis", "width=420,height=760");
    return opened !== null;
  }

  isElsewhere(token: string): boolean {
    return storage()?.getItem(ELSEWHERE_KEY) === token;
  }

  saveElsewhere(token: string | undefined): void {
    keep(storage(), ELSEWHERE_KEY, token);
  }

  start(): void {
    window.addEventListener("message", (event) => this.#received(event));
    // Only says "loaded", so any parent may read it; the parent answers with init.
    window.parent.postMessage({ type: `${NAMESPACE}ready` }, "*");
  }

  #received(event: MessageEvent): void {
    if (event.source !== window.parent || window.parent === window) return;
    if (this.#origin !== undefined && event.origin !== this.#origin) return;
    const data = event.data as Record<string, unknown> | null;
    if (!data || typeof data.type !== "string") return;
    if (data.type === `${NAMESPACE}init` && this.#origin === undefined) {
      this.#origin = event.origin;
      const init = readInit(data, location.search);
      this.#hostToken = init.token;
      this.#events.emit("init", init);
    } else if (data.type === `${NAMESPACE}page`) this.#events.emit("page", readAttributes(data));
    else if (data.type === `${NAMESPACE}visible`) this.#events.emit("visible", data.visible === true);
  }

  #post(type: string, data: object): void {
    if (this.#origin) window.parent.postMessage({ type: NAMESPACE + type, ...data }, this.#origin);
  }
}

/** Attributes come from a foreign page: only short strings are taken. */
export function readAttributes(data: { attributes?: unknown }): Record<string, string> {
  const attributes: Record<string, string> = {};
  if (typeof data.attributes !== "object" || data.attributes === null) return attributes;
  for (const [name, value] of Object.entries(data.attributes).slice(0, 30))
    if (typeof value === "string" && /^[\w.-]{1,64}$/.test(name)) attributes[name] = value.slice(0, 500);
  return attributes;
}

/**
 * The key is the one in the frame's own address: the server let this parent embed that company's page, and a key in a message
 * could name another.
 */
export function readInit(data: Record<string, unknown>, search: string): HostInit {
  const text = (value: unknown, length: number) =>
    typeof value === "string" && value !== "" ? value.slice(0, length) : undefined;
  const token = text(data.token, 200);
  return {
    key: text(new URLSearchParams(search).get("key"), 64) ?? "",
    topic: text(data.topic, 64),
    lang: text(data.lang, 16),
    token: token && /^[\w-]+$/.test(token) ? token : undefined,
    attributes: readAttributes(data),
  };
}
