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

const goneFor = (who, id) => who.events.findLast((e) => e.type === "offer.gone" && e.data.contact_id === id)?.data.reason;
const presence = (who) => who.events.findLast((e) => e.type === "agent")?.data.agent;
const closed = (client) => ["wrapup", "closed"].includes(client.contact.state);

test("three customers, two agents with different skills: order, decline, no answer, transfer, a dead agent", { timeout: 180_000 }, async () => {
  const first = await customer({ topic: accounts, name: "First" });
  const second = await customer({ topic: accounts, name: "Second" });
  const third = await customer({ topic: support, name: "Third" });
  await until("positions 1, 2 and, in the other queue, 1", () =>
    first.contact.position === 1 && second.contact.position === 2 && third.contact.position === 1);

  // agent2 knows support only: the third customer rings there although two waited longer.
  const two = await agent("agent2");
  await two.ready();
  await until("agent2 rings for the third customer", () => two.offer?.contact.id === third.id);
  await until("who is told so", () => third.contact.state === "offered");

  // agent1 knows both: the longest waiting customer comes first.
  const one = await agent("agent1");
  await one.ready();
  await until("agent1 rings for the first customer", () => one.offer?.contact.id === first.id);

  // A declined customer goes to the next agent with the skill; here there is none, so the customer keeps the place.
  await one.command("offer.accept", { contact_id: first.id });
  await until("the first customer is in the call, the second moves up", () => first.contact.state === "active" && second.contact.position === 1);
  await two.command("offer.decline", { contact_id: third.id });
  await two.command("agent.state", { state: "break", reason: "lunch" }); // or it would ring there again, ten seconds later
  await until("agent2's own word that it is declined", () => goneFor(two, third.id) === "declined");
  await until("the third waits again, first in line", () => third.contact.state === "waiting" && third.contact.position === 1);
  await assert.rejects(() => two.command("offer.accept", { contact_id: third.id }), /no longer offered/);

  // End, wrap-up, next.
  await one.command("contact.end", { contact_id: first.id });
  await until("the first customer's call is over", () => closed(first));
  await wrapUp(one, first.id);
  await until("agent1 rings for the longest waiting of both queues", () => one.offer?.contact.id === second.id);
  await one.command("offer.accept", { contact_id: second.id });
  await until("it is active", () => second.contact.state === "active");

  // The agent's browser dies: the customer is told, keeps the call open, and nobody is lost.
  one.cut();
  await until("the customer sees that the agent is gone", () =>
    second.contact.participants.some((p) => p.role === "agent" && !p.present));
  await one.connect();
  await until("the same agent has the same call again", () => one.contact(second.id)?.state === "active");

  // Transfer to the queue of the other topic: the customer stays connected and keeps the time waited, so comes before the third.
  await one.command("contact.transfer", { contact_id: second.id, to: { queue_id: support }, note: "please help" });
  await two.ready();
  await until("the transferred customer rings at agent2, with the note", () => two.offer?.contact.id === second.id && two.offer.note === "please help");
  await until("and is told where it waits", () => second.contact.topic.id === support && second.contact.waiting_because === "transferred");
  await wrapUp(one, second.id);
  await until("agent1 rings for the third customer meanwhile", () => one.offer?.contact.id === third.id);
  await one.command("offer.accept", { contact_id: third.id });

  // agent2 does not answer: the customer waits again, and nobody else rings there in vain.
  await until("the ring to run out", () => goneFor(two, second.id) === "timeout", { within: 60_000 });
  await until("agent2 on a break, as nobody answered", () => presence(two)?.state === "break" && presence(two).reason === "no_answer");
  await until("the second customer waits again, first in line", () => second.contact.state === "waiting" && second.contact.position === 1);
  await assert.rejects(() => two.command("offer.accept", { contact_id: second.id }), /no longer offered/);
  await two.ready();
  await two.command("contact.take", { contact_id: second.id });

  // Everybody has somebody, and comes to an end.
  await until("both are served", () => second.contact.state === "active" && third.contact.state === "active");
  for (const [who, whom] of [[one, third], [two, second]]) {
    await who.command("contact.end", { contact_id: whom.id });
    await wrapUp(who, whom.id);
    await until("it is over for the customer, too", () => closed(whom));
  }
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
