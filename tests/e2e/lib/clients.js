// SPDX-License-Identifier: Apache-2.0
// Customers and agents without browsers: REST and WebSocket as api/openapi.yaml and api/asyncapi.yaml say.
import { randomUUID } from "node:crypto";
import WebSocket from "ws";
import { keepPrivateIn } from "./private.js";
import { until } from "./until.js";

/** fetch with JSON both ways; resolves with { status, body, headers }. */
export async function rest(base, method, path, { body, token, cookie, csrf, headers = {} } = {}) {
  const answer = await fetch(`${base}${path}`, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(cookie ? { cookie } : {}),
      ...(csrf ? { "x-csrf-token": csrf } : {}),
      ...headers,
    },
  });
  const text = await answer.text();
  let parsed = text;
  try {
    parsed = JSON.parse(text);
  } catch {
    // not JSON: kept as text
  }
  keepPrivateIn(body);
  keepPrivateIn(parsed);
  return { status: answer.status, body: parsed, headers: answer.headers };
}

class Client {
  constructor(base) {
    this.base = base;
    this.events = []; // every event, in order
    this.waiting = new Map(); // command id → { resolve, reject }
    this.seq = 0;
  }

  async open(ticketRequest, kind) {
    const { status, body } = await rest(this.base, "POST", "/v1/ws-tickets", { body: {}, ...ticketRequest });
    if (status >= 300) throw new Error(`no ticket: ${status} ${JSON.stringify(body)}`);
    this.socket = new WebSocket(`${this.base.replace(/^http/, "ws")}/v1/ws?ticket=${body.ticket}`, "visavis.v1", { origin: this.base });
    this.closed = new Promise((resolve) => this.socket.once("close", (code) => resolve(code)));
    this.socket.on("message", (text) => this.#receive(JSON.parse(text)));
    this.socket.on("error", () => {}); // told by close
    await new Promise((resolve, reject) => {
      this.socket.once("open", resolve);
      this.socket.once("error", reject);
    });
    this.send("hello", { ...(this.resume ? { resume: this.resume, last_seq: this.seq } : {}), client: { kind, lang: "en" } });
    await until("welcome, and a snapshot where the stream was not resumed", () => this.welcome && (this.welcome.resumed || this.snapshot));
    return this;
  }

  send(type, data, id = randomUUID()) {
    keepPrivateIn(data);
    this.socket.send(JSON.stringify({ type, id, ts: Date.now(), seq: this.seq, data }));
    return id;
  }

  /** Sends a command and resolves with its `ok` data; rejects with the error's code. */
  command(type, data, id = randomUUID()) {
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.send(type, data, id);
    });
  }

  #receive(message) {
    if (message.seq) this.seq = message.seq;
    const waiting = message.re && this.waiting.get(message.re);
    if (waiting) {
      this.waiting.delete(message.re);
      if (message.type === "error") waiting.reject(Object.assign(new Error(`${message.data.code}: ${message.data.message}`), message.data));
      else waiting.resolve(message.data);
      return;
    }
    if (message.type === "welcome") {
      this.welcome = message.data;
      this.resume = message.data.resume;
      if (!message.data.resumed) this.snapshot = undefined;
    }
    if (message.type === "snapshot") this.snapshot = message.data;
    this.events.push(message);
    this.onEvent?.(message);
  }

  /** The network goes away without a goodbye. */
  cut() {
    this.socket.terminate();
  }
}

export class CustomerClient extends Client {
  static async arrive(base, { topic, channel = "video", name = "Test Customer", language = "en", attributes = {} } = {}) {
    const client = new CustomerClient(base);
    const entry = await rest(base, "GET", "/v1/public/entry?key=demo");
    const topicId = topic ?? entry.body.topics[0].id;
    const consents = entry.body.consents.map(({ purpose, version }) => ({ purpose, version, granted: purpose === "recording" }));
    const made = await rest(base, "POST", "/v1/public/contacts", {
      body: { key: "demo", topic_id: topicId, channel, language, name, attributes, consents },
    });
    if (made.status !== 201) throw new Error(`no contact: ${made.status} ${JSON.stringify(made.body)}`);
    Object.assign(client, { id: made.body.contact_id, token: made.body.token, participant: made.body.participant_id });
    await client.connect();
    return client;
  }

  connect() {
    this.welcome = undefined;
    return this.open({ token: this.token }, "customer");
  }

  get contact() {
    return this.events.findLast((e) => e.type === "contact")?.data.contact ?? this.snapshot.contact;
  }
}

/** What the demo company's administrator asks of the API; the answer's body. */
export async function administer(base, method, path, body) {
  const admin = await rest(base, "POST", "/v1/session", { body: { tenant_key: "demo", login: "admin", password: "demo-admin" } });
  const auth = { cookie: admin.headers.get("set-cookie").split(";")[0], csrf: admin.body.csrf_token };
  const answer = await rest(base, method, path, { body, ...auth });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** What customers of the demo company are asked consent for; nothing at first. */
export const askConsent = (base, purposes) => administer(base, "PATCH", "/v1/company", { purposes });

export class AgentClient extends Client {
  static async signIn(base, login, password = "demo-agent") {
    const client = new AgentClient(base);
    const answer = await rest(base, "POST", "/v1/session", { body: { tenant_key: "demo", login, password } });
    if (answer.status !== 200) throw new Error(`no session: ${answer.status} ${JSON.stringify(answer.body)}`);
    client.login = login;
    client.user = answer.body.user;
    client.auth = { cookie: answer.headers.get("set-cookie").split(";")[0], csrf: answer.body.csrf_token };
    await client.connect();
    return client;
  }

  connect() {
    this.welcome = undefined;
    return this.open(this.auth, "agent");
  }

  rest(method, path, body) {
    return rest(this.base, method, path, { body, ...this.auth });
  }

  ready() {
    return this.command("agent.state", { state: "ready" });
  }

  /** The offer ringing now, if any. */
  get offer() {
    const last = this.events.findLast((e) => e.type === "offer" || e.type === "offer.gone" || e.type === "snapshot");
    if (last?.type === "offer") return last.data.offer;
    return last?.type === "snapshot" ? last.data.offers[0] : undefined;
  }

  contact(id) {
    for (const event of [...this.events].reverse()) {
      if (event.type === "contact.gone" && event.data.contact_id === id) return undefined;
      if (event.type === "contact" && event.data.contact.id === id) return event.data.contact;
      if (event.type === "snapshot") return event.data.contacts.find((c) => c.id === id);
    }
    return undefined;
  }
}
