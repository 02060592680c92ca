// SPDX-License-Identifier: Apache-2.0
// Queue, skills, offers and transfer over real WebSockets, as people meet them; no browsers, so many at once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AgentClient, CustomerClient, rest } from "./lib/clients.js";
import { Server } from "./lib/server.js";
import { until } from "./lib/until.js";

let server;
let accounts;
let support;
const open = [];

before(async () => {
  server = await Server.start();
  const { body } = await rest(server.url, "GET", "/v1/public/entry?key=demo");
  [accounts, support] = body.topics.map((t) => t.id);
});
after(async () => {
  for (const client of open) client.cut();
  await server.stop();
});

const customer = async (options) => {
  const client = await CustomerClient.arrive(server.url, options);
  open.push(client);
  return client;
};
const agent = async (login) => {
  const client = await AgentClient.signIn(server.url, login);
  open.push(client);
  return client;
};
const wrapUp = (who, id) => who.command("wrapup.complete", { contact_id: id, disposition: "answered", resolved: true });

test("three customers, two agents with different skills: order, decline, no-answer, transfer, a dead agent", { timeout: 180_000 }, async () => {
  const first = await customer({ topic: accounts, name: "First" });
  const second = await customer({ topic: accounts, name: "Second" });
  const third = await customer({ topic: support, name: "Third" });
  await until("positions 1, 2 and, in the other queue, 1", () =>
    first.contact.position === 1 && second.contact.position === 2 && third.contact.position === 1);

  // agent2 knows support only: the third customer rings there although two waited longer.
  const two = await agent("agent2");
  await two.ready();
  await until("agent2 rings for the third customer", () => two.offer?.contact.id === third.id);
  assert.equal(third.contact.state, "offered");

  // agent1 knows both: the longest waiting customer comes first.
  const one = await agent("agent1");
  await one.ready();
  await until("agent1 rings for the first customer", () => one.offer?.contact.id === first.id);

  // A declined customer goes to the next agent with the skill; here there is none, so the customer keeps the place.
  await one.command("offer.accept", { contact_id: first.id });
  await until("the first customer is in the call, the second moves up", () => first.contact.state === "active" && second.contact.position === 1);
  await two.command("offer.decline", { contact_id: third.id });
  await until("the third waits again, first in line", () => third.contact.state !== "active" && (third.contact.position === 1 || third.contact.state === "offered"));

  // Nobody is offered twice at once.
  await assert.rejects(() => two.command("offer.accept", { contact_id: first.id }), /no longer offered/);

  // End, wrap-up, next.
  await one.command("contact.end", { contact_id: first.id });
  await until("the first customer's call is over", () => ["wrapup", "closed"].includes(first.contact.state));
  await wrapUp(one, first.id);
  await until("agent1 rings for the longest waiting one it can serve", () => [second.id, third.id].includes(one.offer?.contact.id));
  const served = one.offer.contact.id === second.id ? second : third;
  const other = served === second ? third : second;
  await one.command("offer.accept", { contact_id: served.id });
  await until("it is active", () => served.contact.state === "active");

  // The agent's browser dies: the customer is told, keeps the call open, and nobody is lost.
  one.cut();
  await until("the customer sees that the agent is gone", () =>
    served.contact.participants.some((p) => p.role === "agent" && !p.present));
  await one.connect();
  await until("the same agent has the same call again", () => one.contact(served.id)?.state === "active");

  // Transfer to the queue of the other topic: the customer stays connected and waits there.
  await one.command("contact.transfer", { contact_id: served.id, to: { queue_id: served === second ? support : accounts }, note: "please help" });
  await until("the transferred customer waits or rings", () => ["waiting", "offered", "active"].includes(served.contact.state));
  assert.notEqual(other.contact.state, "closed");
  await first.command("contact.rate", { contact_id: first.id, stars: 5, solved: true });
});

test("a command repeated with the same id is applied once, also across kill -9", async () => {
  const client = await customer({ topic: accounts, channel: "chat", name: "Chatty" });
  const id = crypto.randomUUID();
  const said = await client.command("chat.send", { contact_id: client.id, text: "hello" }, id);
  const again = await client.command("chat.send", { contact_id: client.id, text: "hello" }, id);
  assert.equal(again.message.id, said.message.id);
  await server.killHard();
  await server.startAgain();
  await client.connect();
  const third = await client.command("chat.send", { contact_id: client.id, text: "hello" }, id);
  assert.equal(third.message.id, said.message.id);
  assert.equal(client.snapshot.chat.filter((m) => m.text === "hello").length, 1);
});

// ---- many at once

/** What the agents' own connections say rings where. Nobody decides before it is clear that no colleague is rung for the same contact. */
class Crew {
  agents = [];
  accepted = [];
  declined = 0;
  rangOut = 0;
  rungTwice = [];

  async hire(login, answers) {
    const one = await AgentClient.signIn(server.url, login, "a-long-password");
    open.push(one);
    this.agents.push(Object.assign(one, { ringing: new Set(), answers }));
    one.onEvent = ({ type, data }) => {
      if (type === "offer") return this.#rung(one, data.offer.contact.id);
      if (type === "offer.gone") return this.#gone(one, data);
    };
    await one.ready();
  }

  async #rung(one, id) {
    one.ringing.add(id);
    await Promise.all(this.agents.filter((other) => other !== one && other.ringing.has(id)).map((other) => this.#mustHaveStopped(other, id)));
    const answer = one.answers.shift() ?? "accept";
    if (answer === "nothing") return;
    one.ringing.delete(id);
    if (answer === "accept") await this.#serve(one, id);
    else if (answer === "decline") await this.#decline(one, id);
    else await this.#dropOut(one);
  }

  /** Connections are read in any order; but a connection's answer comes after everything that was said on it before. */
  async #mustHaveStopped(other, id) {
    const known = other.events.length;
    await other.command("chat.typing", { contact_id: id }).catch(() => {});
    if (!other.events.slice(known).some(({ type, data }) => type === "offer.gone" && data.contact_id === id)) this.rungTwice.push(id);
  }

  async #serve(one, id) {
    if (!(await this.#answer(one, "offer.accept", id))) return;
    this.accepted.push(id);
    await one.command("contact.end", { contact_id: id });
    await wrapUp(one, id);
  }

  async #decline(one, id) {
    if (await this.#answer(one, "offer.decline", id)) this.declined++;
  }

  /** False where a busy machine let the time run out. */
  async #answer(one, command, id) {
    try {
      await one.command(command, { contact_id: id });
      return true;
    } catch (error) {
      assert.match(error.message, /no longer offered/);
      return false;
    }
  }

  /** The browser dies, and is back at once: what rang before is not answered. */
  async #dropOut(one) {
    one.cut();
    await one.connect();
    await one.ready();
  }

  async #gone(one, { contact_id, reason }) {
    one.ringing.delete(contact_id);
    if (reason !== "timeout") return;
    this.rangOut++;
    await one.ready();
  }
}

test("thirty agents and sixty customers at once, declines, silence and lost lines: everybody is served once, nobody rings at two agents", { timeout: 240_000 }, async () => {
  const admin = await AgentClient.signIn(server.url, "admin", "demo-admin");
  open.push(admin);
  const crew = new Crew();
  const habits = [[], ["decline", "accept", "decline"], ["nothing"], [], ["drop out"]];
  for (let i = 0; i < 30; i++) {
    const made = await admin.rest("POST", "/v1/users", { login: `crew${i}`, name: `Crew ${i}`, password: "a-long-password", roles: ["agent"], skills: ["accounts", "support"] });
    assert.equal(made.status, 201, JSON.stringify(made.body));
  }
  for (let i = 0; i < 30; i++) await crew.hire(`crew${i}`, [...habits[i % habits.length]]);
  const crowd = await Promise.all(Array.from({ length: 60 }, (_, i) => customer({ topic: i % 2 ? accounts : support, channel: i % 3 ? "audio" : "video", name: `Crowd ${i}` })));
  await until("all sixty are served", () => crowd.every((c) => ["wrapup", "closed"].includes(c.contact.state)), { within: 120_000 });
  for (const c of crowd) assert.equal(crew.accepted.filter((id) => id === c.id).length, 1, `${c.id} was accepted once`);
  assert.deepEqual(crew.rungTwice, []);
  assert.ok(crew.declined > 0 && crew.rangOut > 0, `${crew.declined} declined, ${crew.rangOut} rang out`);
});
