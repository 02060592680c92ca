// SPDX-License-Identifier: Apache-2.0
// Bad input while a real call is live: each piece gets a clear word that says what to do, and the call goes on.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { CustomerClient, rest } from "./lib/clients.js";
import * as hostile from "./lib/hostile.js";
import { Agent, Customer } from "./lib/people.js";
import { Server } from "./lib/server.js";
import { until } from "./lib/until.js";

const { refused, isAdvice, sdp } = hostile;
const UNKNOWN = "0190a0a0-0000-7000-8000-000000000000";
let server;
let other; // another company
let agent;
let customer;
let live; // the contact that the two are in
let topic;
const open = [];

const demo = (method, where, options) => rest(server.url, method, where, options);
const signIn = async (login, password) => {
  const { body, headers } = await demo("POST", "/v1/session", { body: { tenant_key: "demo", login, password } });
  return { cookie: headers.get("set-cookie").split(";")[0], csrf: body.csrf_token };
};

/** Runs inside the customer's page, before its scripts: the page's own WebSockets, to misuse them. */
function keepSockets() {
  globalThis.__sockets = [];
  const Native = globalThis.WebSocket;
  globalThis.WebSocket = class extends Native {
    constructor(...args) {
      super(...args);
      globalThis.__sockets.push(this);
      this.heard = [];
      this.addEventListener("message", (event) => this.heard.push(event.data));
      this.addEventListener("close", (event) => (this.closedWith = { code: event.code, reason: event.reason }));
    }
  };
}

before(async () => {
  server = await Server.start();
  other = await hostile.anotherCompany(server);
  topic = (await demo("GET", "/v1/public/entry?key=demo")).body.topics[0].id;
  agent = await Agent.sit(server);
  customer = await Customer.sit(server, { width: 390, height: 844 });
  await customer.page.evaluateOnNewDocument(keepSockets);
  await agent.signIn("agent1", "demo-agent", { path: "/agent/?key=demo" }); // there are two companies
  await agent.ready();
  await customer.call();
  await agent.accept();
  await goesOn();
  await hear();
  const lead = await signIn("lead", "demo-lead");
  const { body } = await demo("GET", "/v1/contacts?state=active", lead);
  assert.equal(body.items.length, 1);
  live = body.items[0].id;
});
after(async () => {
  for (const client of open) client.cut();
  await customer?.leave();
  await agent?.leave();
  await server.stop();
});

/** Both see each other move. */
const goesOn = () => Promise.all([agent.seesMovingPicture(), customer.seesMovingPicture()]);
const hear = async () => {
  await agent.hearsTheVoice();
  await customer.hearsTheVoice();
};

/** A customer of the demo company in a chat of their own. */
async function stranger(options = { channel: "chat" }) {
  const client = await CustomerClient.arrive(server.url, { topic, ...options });
  open.push(client);
  return client;
}

test("wrong and foreign tokens open nothing", { timeout: 180_000 }, async () => {
  const wrong = { token: "A".repeat(43) };
  refused(await demo("GET", "/v1/public/contact", wrong), 401, "contact_token_unknown");
  refused(await demo("POST", "/v1/ws-tickets", { ...wrong, body: {} }), 401, "contact_token_unknown");
  refused(await demo("GET", "/v1/contacts"), 401, "not_signed_in");
  refused(await demo("POST", "/v1/links", { token: "vvk_" + "A".repeat(43), body: { topic_id: topic } }), 401, "api_key_unknown");
  refused(await demo("POST", "/v1/ws-tickets", { cookie: other.boss.cookie, body: {} }), 403, "csrf_token_wrong");

  // Everything of the live contact, as the administrator of another company.
  for (const where of [`/v1/contacts/${live}`, `/v1/contacts/${live}/quality`]) refused(await demo("GET", where, other.boss), 404, "contact_unknown");
  const file = { headers: { "x-file-name": "a.txt" }, body: "hello" };
  refused(await demo("POST", `/v1/files?contact_id=${live}`, { ...other.boss, ...file }), 404, "not_in_contact");
  refused(await demo("POST", "/v1/links", { token: other.apiKey, body: { topic_id: topic, channel: "video" } }), 400, "field_invalid");
  assert.equal((await demo("GET", "/v1/contacts", other.boss)).body.items.length, 0);

  // As another customer, by REST and by WebSocket.
  const mallory = await stranger();
  refused(await demo("POST", `/v1/files?contact_id=${live}`, { token: mallory.token, ...file }), 404, "not_in_contact");
  for (const [type, data] of [
    ["media.offer", { sdp: sdp.fullMedia(1) }], ["media.state", { audio: "off", video: "off" }], ["chat.send", { text: "hi" }], ["chat.typing", {}],
    ["contact.leave", {}], ["contact.raise", { channel: "audio" }], ["contact.rate", { stars: 1 }], ["contact.end", {}], ["contact.hold", { on: true }],
    ["offer.accept", {}], ["contact.take", {}], ["consent.set", { purpose: "recording", version: "1", granted: true }],
  ]) {
    const error = await mallory.command(type, { contact_id: live, ...data }).then(() => assert.fail(`${type} was done`), (e) => e);
    assert.match(error.code, /^(contact_unknown|not_in_contact|not_allowed|forbidden|agents_only|not_your_contact)$/, `${type}: ${error.message}`);
  }
  await mallory.command("media.close", { contact_id: live }); // nothing of theirs there: nothing happens
  await goesOn();
});

test("WHIP and WHEP tokens of another server, room, role or person", { timeout: 120_000 }, async () => {
  const token = (options) => hostile.mediaToken(server.data, { room: "studio", ...options });
  const post = (where, bearer, body = sdp.fullMedia(1)) =>
    fetch(server.url + where, { method: "POST", body, headers: { "content-type": "application/sdp", ...(bearer ? { authorization: `Bearer ${bearer}` } : {}) } })
      .then(async (answer) => ({ status: answer.status, headers: answer.headers, body: await answer.json().catch(() => ({})) }));
  const unsigned = `${Buffer.from('{"alg":"none","typ":"visavis-media+jwt"}').toString("base64url")}.${token({}).split(".")[1]}.`;
  refused(await post("/v1/rooms/studio/whip"), 401, "token_missing");
  refused(await post("/v1/rooms/studio/whip", unsigned), 401, "token_wrong");
  const stranger = await Server.start();
  try {
    refused(await post("/v1/rooms/studio/whip", hostile.mediaToken(stranger.data, { room: "studio" })), 401, "token_wrong");
  } finally {
    await stranger.stop();
  }
  refused(await post("/v1/rooms/office/whip", token({})), 403, "token_of_another_room");
  refused(await post("/v1/rooms/studio/whip", token({ role: "sub" })), 403, "token_role");
  refused(await post("/v1/rooms/studio/whep", token({ role: "pub" })), 403, "token_role");
  refused(await post("/v1/rooms/studio/whep?of=nobody", token({ role: "sub" })), 404, "participant_unknown");

  const mine = await post("/v1/rooms/studio/whip", token({ as: "alice" }));
  assert.equal(mine.status, 201, JSON.stringify(mine.body));
  const session = mine.headers.get("location");
  const mallory = { headers: { authorization: `Bearer ${token({ as: "mallory" })}`, "content-type": "application/trickle-ice-sdpfrag" } };
  refused(await demo("DELETE", session, mallory), 403, "session_of_another");
  const ended = await fetch(server.url + session, { method: "DELETE", headers: { authorization: `Bearer ${token({ as: "alice" })}` } });
  assert.equal(ended.status, 200);
  await goesOn();
});

test("a link that was used or never was", { timeout: 60_000 }, async () => {
  const lead = await signIn("lead", "demo-lead");
  const made = await demo("POST", "/v1/links", { ...lead, body: { topic_id: topic, channel: "chat" } });
  assert.equal(made.status, 201);
  const link = new URL(made.body.url).hash.slice("#l=".length);
  const opening = { key: "demo", channel: "chat", language: "en", link_token: link };
  assert.equal((await demo("POST", "/v1/public/contacts", { body: opening })).status, 201);
  refused(await demo("GET", `/v1/public/links/${link}`), 410, "link_used");
  refused(await demo("POST", "/v1/public/contacts", { body: opening }), 410, "link_used");
  refused(await demo("GET", `/v1/public/links/${"A".repeat(43)}`), 404, "link_unknown");
  await goesOn();
});

test("a file that is too large, in one piece and in chunks of unknown number", { timeout: 60_000 }, async () => {
  // By the customer of the live call: of who only waits, three files are taken.
  const token = await customer.page.evaluate(() => Object.values(sessionStorage).find((value) => /^[\w-]{43}$/.test(value)));
  const headers = { authorization: `Bearer ${token}`, "x-file-name": "large.bin", "content-type": "application/octet-stream" };
  const twenty = Buffer.alloc(20 * 1024 * 1024 + 1);
  const send = async (body, more = {}) => {
    const answer = await fetch(`${server.url}/v1/files?contact_id=${live}`, { method: "POST", headers, body, ...more });
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  };
  refused(await send(twenty), 413, "body_too_large");
  const chunks = new ReadableStream({
    start(stream) {
      for (let at = 0; at < twenty.length; at += 1 << 20) stream.enqueue(twenty.subarray(at, at + (1 << 20)));
      stream.close();
    },
  });
  // The answer comes before the last chunk is sent; a client that only listens afterwards sees a closed connection.
  const late = await send(chunks, { duplex: "half" }).catch((error) => error);
  if (!(late instanceof Error)) refused(late, 413, "body_too_large");
  assert.equal((await send("small")).status, 201, "and a small one is taken");
  await goesOn();
});

test("SDP with a line of 1 MB, 10,000 m-lines, no ICE, a NUL", { timeout: 120_000 }, async () => {
  const bearer = hostile.mediaToken(server.data, { room: "studio" });
  for (const protocol of ["whip", "whep"]) {
    const post = async (body, type = "application/sdp") => {
      const answer = await fetch(`${server.url}/v1/rooms/studio/${protocol}`, { method: "POST", body, headers: { authorization: `Bearer ${bearer}`, "content-type": type } });
      return { status: answer.status, headers: answer.headers, body: await answer.json() };
    };
    refused(await post(sdp.longLine(1_000_000)), 413, "body_too_large");
    refused(await post(sdp.longLine(200_000)), 400, "offer_refused");
    refused(await post(sdp.manyMedia(10_000)), 400, "offer_refused");
    refused(await post(sdp.noIce()), 400, "offer_refused");
    refused(await post(sdp.nul()), 400, "offer_refused");
    refused(await post("hello"), 400, "offer_refused");
    refused(await post(""), 400, "offer_missing");
    refused(await post(sdp.fullMedia(1), "text/plain"), 415, "not_sdp");
  }
  await goesOn();
});

/** A message through the WebSocket that the live call itself uses; resolves with the data of the error that answers it. */
const misuse = (message) =>
  customer.page.evaluate(async (text) => {
    const socket = globalThis.__sockets.at(-1);
    const from = socket.heard.length;
    socket.send(text);
    const until = Date.now() + 10_000;
    while (Date.now() < until) {
      const error = socket.heard.slice(from).map((t) => JSON.parse(t)).find((m) => m.type === "error");
      if (error) return error.data;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return null;
  }, typeof message === "string" ? message : JSON.stringify({ id: randomUUID(), ts: Date.now(), seq: 0, data: {}, ...message }));

test("through the live call's own WebSocket: no JSON, unknown types, wrong fields, hostile SDP", { timeout: 120_000 }, async () => {
  for (const [message, code] of [
    ["{", "bad_message"],
    [{ type: "chat.send", id: "1" }, "bad_message"],
    [{ type: "world.dominate" }, "unknown_command"],
    [{ type: "chat.send", data: { contact_id: 7 } }, "bad_command"],
    [{ type: "chat.send", data: { contact_id: UNKNOWN, text: "hi" } }, "contact_unknown"],
    [{ type: "media.offer", data: { contact_id: live } }, "bad_command"],
    [{ type: "media.offer", data: { contact_id: live, sdp: sdp.longLine(200_000) } }, "offer_refused"],
    [{ type: "media.offer", data: { contact_id: live, sdp: sdp.manyMedia(10_000) } }, "offer_refused"],
    [{ type: "media.offer", data: { contact_id: live, sdp: sdp.manyMedia(10_000), restart: true } }, "offer_refused"],
    [{ type: "media.offer", data: { contact_id: live, sdp: sdp.noIce(), restart: true } }, "offer_refused"],
  ]) {
    const error = await misuse(message);
    assert.equal(error?.code, code, `${JSON.stringify(message).slice(0, 120)}: ${JSON.stringify(error)}`);
    isAdvice(error.message);
  }
  await goesOn();
});

/** Does something that ends the live call's WebSocket; resolves with { code, reason } once the page has a new one. */
async function cutOff(what) {
  const before = await customer.page.evaluate(() => globalThis.__sockets.length);
  await customer.page.evaluate(what);
  await until("the page to be connected anew", () =>
    customer.page.evaluate((n) => globalThis.__sockets.length > n && globalThis.__sockets.at(-1).heard.length > 0, before));
  return customer.page.evaluate((n) => globalThis.__sockets[n - 1].closedWith, before);
}

test("what is far too large or too much ends the connection with a reason; the page is back at once, the call never left", { timeout: 120_000 }, async () => {
  const envelope = `{ id: crypto.randomUUID(), ts: Date.now(), seq: 0 }`;
  const large = await cutOff(`globalThis.__sockets.at(-1).send(JSON.stringify({ ...${envelope}, type: "media.offer", data: { contact_id: "${live}", sdp: "v=0\\r\\na=" + "x".repeat(1000000) } }))`);
  assert.equal(large.code, 4413);
  assert.match(large.reason, /256 KiB/);
  await goesOn();
  const chat = await cutOff(`globalThis.__sockets.at(-1).send(JSON.stringify({ ...${envelope}, type: "chat.send", data: { contact_id: "${live}", text: "x".repeat(70000) } }))`);
  assert.equal(chat.code, 4413);
  assert.match(chat.reason, /64 KiB/);
  const flood = await cutOff(`for (let i = 0; i < 500; i++) globalThis.__sockets.at(-1).send(JSON.stringify({ ...${envelope}, type: "chat.typing", data: { contact_id: "${live}" } }))`);
  assert.equal(flood.code, 4429);
  assert.match(flood.reason, /messages/);
  await goesOn();
  await hear();
});

/** What the customer's browser sends its microphone with: its address and SSRC. */
const sending = (page) =>
  page.evaluate(async () => {
    for (const connection of globalThis.__probe.connections.filter((c) => c.connectionState === "connected")) {
      const report = [...(await connection.getStats()).values()];
      const pair = report.find((s) => s.type === "candidate-pair" && s.nominated && s.state === "succeeded");
      const local = report.find((s) => s.id === pair?.localCandidateId);
      const remote = report.find((s) => s.id === pair?.remoteCandidateId);
      const audio = report.find((s) => s.type === "outbound-rtp" && s.kind === "audio" && s.packetsSent > 0);
      const codec = report.find((s) => s.id === audio?.codecId);
      if (local && remote && audio) {
        return { from: { address: local.address, port: local.port }, to: { address: remote.address, port: remote.port }, ssrc: audio.ssrc, payloadType: codec.payloadType };
      }
    }
    return null;
  });

test("malformed packets and forged SRTP at the call's port, from afar and from the customer's own address", { timeout: 120_000 }, async () => {
  const { from, to, ssrc, payloadType } = await until("the way of the customer's sound", () => sending(customer.page));
  const dropped = (reason) => hostile.metric(server, "media_dropped_packets_total", `{reason="${reason}"}`);
  const before = { unknown: await dropped("unknown_path"), forged: await dropped("unauthenticated") };
  await hostile.spray(to.port, hostile.malformed(20_000, ssrc), to.address);
  await hostile.spray(to.port, hostile.forgedSrtp(5_000, { ssrc, payloadType }), to.address);
  await until("strangers' packets to be counted and dropped", async () => (await dropped("unknown_path")) > before.unknown);
  await hostile.sprayAs(from, to, hostile.malformed(5_000, ssrc));
  await hostile.sprayAs(from, to, hostile.forgedSrtp(5_000, { ssrc, payloadType }));
  await until("forged packets to be counted and dropped", async () => (await dropped("unauthenticated")) > before.forged);
  await goesOn();
  await hear();
  assert.deepEqual((await sending(customer.page)).from, from, "the call runs where it ran");
});

test("after all that: nobody was cut off, and a link that has expired is refused too", { timeout: 120_000 }, async () => {
  assert.ok(await agent.find("Hold"), "the agent is still in the call");
  await customer.hangUp();
  await agent.sees(/Wrap-up/);
  const lead = await signIn("lead", "demo-lead");
  const { body } = await demo("POST", "/v1/links", { ...lead, body: { topic_id: topic, channel: "chat" } });
  const link = new URL(body.url).hash.slice("#l=".length);
  await hostile.letLinksExpire(server);
  refused(await demo("GET", `/v1/public/links/${link}`), 410, "link_expired");
  refused(await demo("POST", "/v1/public/contacts", { body: { key: "demo", channel: "chat", link_token: link } }), 410, "link_expired");
});
