// SPDX-License-Identifier: Apache-2.0
import type { CommandError, Commands, Events, ServerEnvelope, Welcome } from "@visavis/protocol";
import { backoffMs } from "./backoff.ts";
import type { Environment, SocketLike } from "./environment.ts";
import { RestError } from "./rest.ts";
import { Emitter, type Readable, Store, type Unsubscribe } from "./store.ts";

export type ConnectionPhase =
  | "idle" // not started, or stopped by us
  | "connecting" // first connection
  | "open"
  | "reconnecting" // was open; `since` says from when, `retryAt` when the next attempt starts
  | "superseded" // another tab has the call; takeOver() brings it here
  | "refused"; // the ticket is refused for good: signed out, or the contact is unknown

export interface ConnectionState {
  phase: ConnectionPhase;
  /** When this phase began; local clock. */
  since: number;
  attempt: number;
  retryAt?: number;
  /** Server's clock minus ours, in ms. */
  clockOffset: number;
}

/** The server answered `error`, or the command could not be delivered (codes `offline`, `stopped`). */
export class CommandFailure extends Error {
  readonly code: string;
  readonly retry: boolean;

  constructor(error: CommandError) {
    super(error.message);
    this.name = "CommandFailure";
    this.code = error.code;
    this.retry = error.retry ?? false;
  }
}

export interface ConnectionOptions {
  environment: Environment;
  kind: "customer" | "agent";
  lang: () => string;
  ticket: () => Promise<string>;
  socketUrl: (ticket: string) => string;
}

interface Pending {
  id: string;
  type: string;
  data: unknown;
  /** Lost with the connection instead of being sent again. */
  volatile: boolean;
  resolve: (data: never) => void;
  reject: (error: CommandFailure) => void;
}

type Internal = Events & { welcome: Welcome };

/** Nothing heard for so long: the connection is dead whatever TCP thinks. */
const SILENCE_MS = 12_000;
/** One tick (every 5 s) is overdue: look whether the server answers a fresh connection. */
const SUSPICION_MS = 6_500;
const PROBE_EVERY_MS = 1_000;
/** From the socket's opening to `welcome`. */
const OPENING_MS = 4_000;

/**
 * One WebSocket that outlives drops: ticket → socket → hello → welcome, resumed where the server still knows the stream.
 * Commands wait while it is down and are sent again with the same id, which the server applies once.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #environment: Environment;
  readonly #state: Store<ConnectionState>;
  readonly #events = new Emitter<Internal>();
  readonly #pending = new Map<string, Pending>();
  #socket: SocketLike | undefined;
  #attemptId = 0;
  #timer: number | undefined;
  #silenceTimer: number | undefined;
  #stopNetwork: Unsubscribe | undefined;
  #resume: string | undefined;
  #lastSeq = 0;
  #invalidHellos = 0;
  #downSince = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#environment = options.environment;
    this.#state = new Store<ConnectionState>({
      phase: "idle",
      since: options.environment.now(),
      attempt: 0,
      clockOffset: 0,
    });
  }

  get state(): Readable<ConnectionState> {
    return this.#state;
  }

  /** Our best idea of the server's clock. */
  serverNow(): number {
    return this.#environment.now() + this.#state.get().clockOffset;
  }

  on<K extends keyof Internal>(type: K, listener: (data: Internal[K]) => void): Unsubscribe {
    return this.#events.on(type, listener);
  }

  start(): void {
    if (this.#state.get().phase !== "idle") return;
    this.#watchNetwork();
    this.#downSince = this.#environment.now();
    this.#enter("connecting", { attempt: 0 });
    this.#attempt();
  }

  /** Instead of start() where another window is known to have the call: as if superseded, until takeOver(). */
  standBy(): void {
    if (this.#state.get().phase === "idle") this.#enter("superseded", { attempt: 0 });
  }

  /** Leaves for good; unanswered commands fail with code `stopped`. */
  stop(): void {
    this.#drop();
    this.#stopNetwork?.();
    this.#stopNetwork = undefined;
    this.#enter("idle", { attempt: 0 });
    this.#failPending("stopped", "The connection was closed.", () => true);
  }

  /** Brings a superseded call back into this tab. */
  takeOver(): void {
    const { phase } = this.#state.get();
    if (phase !== "superseded" && phase !== "refused") return;
    this.#watchNetwork();
    this.#resume = undefined;
    this.#invalidHellos = 0;
    this.#downSince = this.#environment.now();
    this.#enter("connecting", { attempt: 0 });
    this.#attempt();
  }

  /**
   * Sends a command and resolves with the data of its `ok`. While the connection is down it waits; `volatile` commands
   * (typing, SDP) fail with code `offline` instead, because they mean nothing to a later connection.
   */
  send<K extends keyof Commands>(
    type: K,
    data: Commands[K]["data"],
    options: { volatile?: boolean } = {},
  ): Promise<Commands[K]["reply"]> {
    return new Promise((resolve, reject) => {
      const volatile = options.volatile ?? false;
      const open = this.#state.get().phase === "open";
      if (volatile && !open) {
        reject(new CommandFailure({ code: "offline", message: "There is no connection.", retry: true }));
        return;
      }
      const pending: Pending = { id: this.#environment.uuid(), type, data, volatile, resolve, reject };
      this.#pending.set(pending.id, pending);
      if (open) this.#write(pending.id, type, data);
    });
  }

  // ---- opening

  #attempt(): void {
    this.#clearTimer();
    const id = ++this.#attemptId;
    this.#options.ticket().then(
      (ticket) => {
        if (id === this.#attemptId) this.#open(ticket);
      },
      (error: unknown) => {
        if (id === this.#attemptId) this.#ticketFailed(error);
      },
    );
  }

  #ticketFailed(error: unknown): void {
    const status = error instanceof RestError ? error.status : 0;
    if (status === 401 || status === 403 || status === 404 || status === 410) {
      this.#drop();
      this.#enter("refused", { attempt: 0 });
      this.#failPending("refused", "The server does not accept this sign-in any more.", () => true);
      return;
    }
    const wait = error instanceof RestError && error.retryAfterS ? error.retryAfterS * 1000 : undefined;
    this.#retry(wait);
  }

  #open(ticket: string): void {
    const socket = this.#environment.openSocket(this.#options.socketUrl(ticket), "visavis.v1");
    this.#socket = socket;
    this.#timer = this.#environment.setTimeout(() => this.#lost(socket), OPENING_MS);
    socket.onopen = () => {
      const hello = {
        ...(this.#resume ? { resume: this.#resume, last_seq: this.#lastSeq } : {}),
        client: { kind: this.#options.kind, lang: this.#options.lang() },
      };
      this.#write(this.#environment.uuid(), "hello", hello);
    };
    socket.onmessage = (event) => this.#onMessage(socket, event.data);
    socket.onclose = (event) => this.#onClose(socket, event.code);
  }

  #welcomed(welcome: Welcome): void {
    this.#clearTimer();
    this.#invalidHellos = 0;
    this.#resume = welcome.resume;
    if (!welcome.resumed) this.#lastSeq = 0;
    this.#enter("open", { attempt: 0, clockOffset: welcome.server_time - this.#environment.now() });
    // Before anybody hears of it: what listeners send now is written by send() itself.
    for (const pending of this.#pending.values()) this.#write(pending.id, pending.type, pending.data);
    this.#events.emit("welcome", welcome);
  }

  // ---- messages

  #write(id: string, type: string, data: unknown): void {
    const envelope = { type, id, ts: this.#environment.now(), seq: this.#lastSeq, data };
    this.#socket?.send(JSON.stringify(envelope));
  }

  #onMessage(socket: SocketLike, raw: unknown): void {
    if (socket !== this.#socket || typeof raw !== "string") return;
    this.#heard(socket);
    let envelope: ServerEnvelope;
    try {
      envelope = JSON.parse(raw) as ServerEnvelope;
    } catch {
      return;
    }
    if (envelope.type === "welcome") {
      this.#welcomed(envelope.data as unknown as Welcome);
      return;
    }
    if (typeof envelope.seq === "number" && envelope.seq > this.#lastSeq) this.#lastSeq = envelope.seq;
    this.#dispatch(envelope);
  }

  #dispatch(envelope: ServerEnvelope): void {
    switch (envelope.type) {
      case "ok":
      case "error":
        this.#answered(envelope);
        return;
      case "superseded":
        this.#superseded();
        return;
      case "tick": {
        const { server_time } = envelope.data as { server_time: number };
        this.#state.update({ clockOffset: server_time - this.#environment.now() });
        // The server keeps what it has said until it hears that it arrived; commands may be rare.
        this.#write(this.#environment.uuid(), "ack", {});
        return;
      }
      default:
        this.#events.emit(envelope.type as keyof Events, envelope.data as never);
    }
  }

  #answered(envelope: ServerEnvelope): void {
    const pending = envelope.re ? this.#pending.get(envelope.re) : undefined;
    if (!pending) return;
    this.#pending.delete(pending.id);
    if (envelope.type === "ok") pending.resolve(envelope.data as never);
    else pending.reject(new CommandFailure(envelope.data as unknown as CommandError));
  }

  // ---- liveness

  #heard(socket: SocketLike): void {
    if (this.#silenceTimer !== undefined) this.#environment.clearTimeout(this.#silenceTimer);
    const deadline = this.#environment.now() + SILENCE_MS;
    this.#silenceTimer = this.#environment.setTimeout(() => this.#probe(socket, deadline), SUSPICION_MS);
  }

  /**
   * After an outage TCP waits out its own backoff, up to seconds beyond the link's return. A fresh request finds out sooner:
   * as soon as one succeeds while the socket stays silent, the socket is replaced.
   */
  #probe(socket: SocketLike, deadline: number): void {
    if (socket !== this.#socket) return;
    if (this.#environment.now() >= deadline) {
      this.#lost(socket);
      return;
    }
    const next = this.#environment.setTimeout(() => this.#probe(socket, deadline), PROBE_EVERY_MS);
    this.#silenceTimer = next;
    const answered = () => {
      if (socket === this.#socket && this.#silenceTimer === next) this.#lost(socket);
    };
    this.#options.ticket().then(answered, () => undefined);
  }

  #watchNetwork(): void {
    this.#stopNetwork ??= this.#environment.onNetwork((event) => this.#onNetwork(event));
  }

  #onNetwork(event: "online" | "offline" | "changed"): void {
    const { phase } = this.#state.get();
    if (event === "offline") return;
    if (phase === "reconnecting" || phase === "connecting") {
      if (this.#socket === undefined) this.#attempt();
      return;
    }
    // The old socket belongs to the old network: ask at once instead of waiting for silence.
    if (phase === "open" && this.#socket) this.#probe(this.#socket, this.#environment.now() + SILENCE_MS);
  }

  // ---- closing

  #onClose(socket: SocketLike, code: number): void {
    if (socket !== this.#socket) return;
    if (code === 4409) {
      this.#superseded();
      return;
    }
    if (code === 4401) {
      this.#resume = undefined;
      this.#invalidHellos += 1;
      if (this.#invalidHellos >= 3) {
        this.#drop();
        this.#enter("refused", { attempt: 0 });
        this.#failPending("refused", "The server does not accept this client.", () => true);
        return;
      }
    }
    // Something we sent is not liked; sending it again for ever would not help.
    if (code === 4400 || code === 4413)
      this.#failPending("rejected", "The server refused the message.", () => true);
    this.#lost(socket, code === 4429 ? 3000 : undefined);
  }

  #lost(socket: SocketLike, waitMs?: number): void {
    if (socket !== this.#socket) return;
    const wasOpen = this.#state.get().phase === "open";
    this.#drop();
    if (wasOpen) this.#downSince = this.#environment.now();
    this.#failPending("offline", "The connection was lost.", (pending) => pending.volatile);
    this.#retry(waitMs);
  }

  #retry(waitMs?: number): void {
    const now = this.#environment.now();
    const { phase, attempt } = this.#state.get();
    const next = attempt + 1;
    const wait = waitMs ?? backoffMs(next, now - this.#downSince, this.#environment.random());
    this.#enter(phase === "connecting" ? "connecting" : "reconnecting", {
      attempt: next,
      retryAt: now + wait,
    });
    this.#clearTimer();
    this.#timer = this.#environment.setTimeout(() => this.#attempt(), wait);
  }

  #superseded(): void {
    this.#drop();
    this.#enter("superseded", { attempt: 0 });
    this.#failPending("superseded", "Another tab has the call.", () => true);
  }

  #drop(): void {
    this.#attemptId += 1;
    this.#clearTimer();
    if (this.#silenceTimer !== undefined) this.#environment.clearTimeout(this.#silenceTimer);
    this.#silenceTimer = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close(1000);
  }

  #failPending(code: string, message: string, which: (pending: Pending) => boolean): void {
    for (const pending of [...this.#pending.values()])
      if (which(pending)) {
        this.#pending.delete(pending.id);
        pending.reject(new CommandFailure({ code, message, retry: code === "offline" }));
      }
  }

  #enter(phase: ConnectionPhase, change: Partial<ConnectionState>): void {
    const before = this.#state.get();
    const since = before.phase === phase ? before.since : this.#environment.now();
    this.#state.set({ ...before, retryAt: undefined, ...change, phase, since });
  }

  #clearTimer(): void {
    if (this.#timer !== undefined) this.#environment.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
