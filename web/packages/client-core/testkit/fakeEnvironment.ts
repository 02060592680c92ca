// SPDX-License-Identifier: Apache-2.0
import type { Environment, SocketLike } from "../src/environment.ts";
import { FakePeer } from "./fakePeer.ts";

interface Timer {
  at: number;
  order: number;
  callback: () => void;
}

interface Sent {
  type: string;
  id: string;
  seq: number;
  data: Record<string, unknown>;
}

/** A socket whose other end is the test. */
export class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readonly url: string;
  readonly sent: Sent[] = [];
  closed = false;
  #seq = 0;

  constructor(url: string) {
    this.url = url;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Sent);
  }

  close(): void {
    this.closed = true;
  }

  /** The last thing of this type that the client sent. */
  last(type: string): Sent | undefined {
    return this.sent.filter((message) => message.type === type).at(-1);
  }

  open(): void {
    this.onopen?.();
  }

  receive(type: string, data: object, extra: { re?: string; seq?: number } = {}): void {
    this.#seq = extra.seq ?? this.#seq + 1;
    this.onmessage?.({ data: JSON.stringify({ type, ts: 0, seq: this.#seq, data, ...extra }) });
  }

  ok(type: string, data: object = {}): void {
    this.receive("ok", data, { re: this.last(type)?.id });
  }

  fail(code: number): void {
    this.onclose?.({ code, reason: "" });
  }
}

/** Fake time, sockets, peers and network; nothing in a test waits for real. */
export class FakeEnvironment implements Environment {
  time = 1_000_000;
  readonly sockets: FakeSocket[] = [];
  readonly peers: FakePeer[] = [];
  readonly requests: Array<{ method: string; path: string; body: unknown; headers: Record<string, string> }> =
    [];
  /** What fetch does; replaced by tests that look at REST. */
  answer: (path: string, method: string) => Response | Promise<Response> = () => Response.json({});
  isOnline = true;
  #timers: Timer[] = [];
  #order = 0;
  #uuids = 0;
  readonly #network = new Set<(event: "online" | "offline" | "changed") => void>();

  now = () => this.time;

  setTimeout = (callback: () => void, ms: number): number => {
    this.#order += 1;
    this.#timers.push({ at: this.time + ms, order: this.#order, callback });
    return this.#order;
  };

  clearTimeout = (handle: number): void => {
    this.#timers = this.#timers.filter((timer) => timer.order !== handle);
  };

  random = () => 1;

  uuid = (): string => {
    this.#uuids += 1;
    return `id-${this.#uuids}`;
  };

  fetch: typeof fetch = async (input, init) => {
    const path = String(input);
    const method = init?.method ?? "GET";
    const headers = (init?.headers ?? {}) as Record<string, string>;
    this.requests.push({ method, path, body: init?.body, headers });
    return this.answer(path, method);
  };

  openSocket = (url: string): SocketLike => {
    const socket = new FakeSocket(url);
    this.sockets.push(socket);
    return socket;
  };

  createPeer = (): RTCPeerConnection => {
    const peer = new FakePeer();
    this.peers.push(peer);
    return peer as unknown as RTCPeerConnection;
  };

  onNetwork = (listener: (event: "online" | "offline" | "changed") => void) => {
    this.#network.add(listener);
    return () => this.#network.delete(listener);
  };

  online = () => this.isOnline;

  network(event: "online" | "offline" | "changed"): void {
    for (const listener of this.#network) listener(event);
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }

  get peer(): FakePeer {
    const peer = this.peers.at(-1);
    if (!peer) throw new Error("no peer was made");
    return peer;
  }

  /** Lets promises run, then time pass in steps from timer to timer. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (;;) {
      const due = this.#timers
        .filter((timer) => timer.at <= end)
        .sort((a, b) => a.at - b.at || a.order - b.order);
      const next = due[0];
      if (!next) break;
      this.time = Math.max(this.time, next.at);
      this.#timers = this.#timers.filter((timer) => timer !== next);
      next.callback();
      await settle();
    }
    this.time = end;
  }
}

/** Runs what promises have queued; long chains need several turns. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 40; i += 1) await Promise.resolve();
}
