// SPDX-License-Identifier: Apache-2.0
// What customers agree to on the page, and what the agent's panel says of it at once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { administer, askConsent, rest } from "./lib/clients.js";
import { Pair } from "./lib/people.js";
import { Server } from "./lib/server.js";

const TRANSCRIPT = "Transcript and AI analysis";
let server;
let pair;
before(async () => {
  server = await Server.start();
  await askConsent(server.url, ["recording", "transcript"]);
  pair = await Pair.sit(server);
});
after(async () => {
  await pair?.leave();
  await server.stop();
});

/** A new visit, up to the question what we may do. */
async function asked() {
  await pair.customer.freshTab();
  await pair.customer.goTo(server.url);
  await pair.customer.ask();
  await pair.customer.sees(/What we may do/);
}

/** From there into the call. */
async function goesOn() {
  await pair.customer.click("Continue");
  await pair.customer.click(/^(Call now|Skip the check)$/);
  await pair.agent.accept();
  await pair.seeEachOther();
}

/** Opens the choices; what each box shows. */
async function choices() {
  await pair.customer.choose("More", "Privacy choices");
  await pair.customer.finds(/^Transcript/);
  return boxes();
}

const boxes = () =>
  pair.customer.view.evaluate(() =>
    Object.fromEntries([...document.querySelectorAll("dialog .consent")].map((each) => {
      const { checked, disabled } = each.querySelector("input");
      return [each.querySelector(".consent-title").innerText, `${checked ? "ticked" : "empty"}${disabled ? ", for good" : ""}`];
    })));

test("what is ticked is granted and nothing else, and the agent's panel says both", { timeout: 120_000 }, async () => {
  await asked();
  await pair.customer.click("Recording");
  await goesOn();
  await pair.agent.sees(/Recording Given/);
  await pair.agent.sees(/Transcript and analysis Not given/);
});

test("withdrawn and granted in the call: the agent's panel follows at once", { timeout: 120_000 }, async () => {
  const { agent, customer } = pair;
  assert.deepEqual(await choices(), { Recording: "ticked", [TRANSCRIPT]: "empty" });
  await customer.click("Recording");
  await agent.sees(/Recording Not given/);
  await customer.click(/^Transcript/);
  await agent.sees(/Transcript and analysis Given/);
  await agent.sees(/Recording Not given/);
  await customer.click("Close");
  await pair.seeEachOther();
});

test("what the company asks for no more can still be withdrawn, after a reload too, and not be granted again", { timeout: 120_000 }, async () => {
  const { agent, customer } = pair;
  await askConsent(server.url, []);
  await customer.page.reload();
  await pair.seeEachOther();
  assert.deepEqual(await choices(), { [TRANSCRIPT]: "ticked" });
  await customer.sees(/Transcript and AI analysis No longer asked for/);
  await customer.click(/^Transcript/);
  await agent.sees(/Transcript and analysis Not given/);
  assert.deepEqual(await boxes(), { [TRANSCRIPT]: "empty, for good" });
  await customer.click("Close");
  await pair.seeEachOther();
  await pair.over();
});

test("while waiting, and in a chat, a choice can be changed as well", { timeout: 120_000 }, async () => {
  const { agent, customer } = pair;
  await askConsent(server.url, ["recording"]);
  await agent.choose(/Ready/, /^Offline/);
  await agent.sees(/You are not available/);
  await asked();
  await customer.click("Recording");
  await customer.click("Continue");
  await customer.click(/^(Call now|Skip the check)$/);
  await customer.click("Privacy choices");
  assert.deepEqual(await boxes(), { Recording: "ticked" });
  await customer.click("Close");
  await customer.click("Chat instead");
  await customer.click("Privacy choices");
  await customer.click("Recording");
  assert.deepEqual(await boxes(), { Recording: "empty" });
  await customer.click("Close");
  await agent.ready();
  await agent.accept();
  await agent.sees(/Recording Not given/);
  await agent.click("End chat");
  await agent.wrapUp();
});

test("whoever agrees to nothing is served all the same", { timeout: 120_000 }, async () => {
  await askConsent(server.url, ["recording"]);
  await asked();
  await pair.customer.sees(/Nothing is ticked\. That is fine/);
  await goesOn();
  await pair.agent.sees(/Recording Not given/);
  await pair.over();
});

test("what the topic requires is asked for with the reason, before anybody rings", { timeout: 120_000 }, async () => {
  const { agent, customer } = pair;
  const { body } = await rest(server.url, "GET", "/v1/public/entry?key=demo");
  const { id } = body.topics.find(({ name }) => name.en === "Accounts and cards");
  await administer(server.url, "PATCH", `/v1/queues/${id}`, { required_purposes: ["recording"] });
  await asked();
  await customer.sees(/Recording Required for this topic/);
  await customer.click("Continue");
  await customer.sees(/This topic cannot be handled without it/);
  assert.equal(await agent.find(/^Accept\b/), null);
  await customer.click(/^Recording/);
  await customer.sees((text) => !/cannot be handled without it/.test(text));
  await goesOn();
  await agent.sees(/Recording Given/);
  await pair.over();
});
