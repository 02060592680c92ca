// SPDX-License-Identifier: Apache-2.0
// What the buttons of a call do, as the person on the other side sees and hears it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { administer } from "./lib/clients.js";
import { Pair } from "./lib/people.js";
import { Server } from "./lib/server.js";

let server;
let pair;
before(async () => {
  server = await Server.start();
  // Two cameras that can be told apart: the browser's own fake ones all show the same.
  pair = await Pair.sit(server, { customer: { cameras: 2 } });
});
after(async () => {
  await pair?.leave();
  await server.stop();
});

const renegotiations = () => Promise.all([pair.agent, pair.customer].map((person) => person.page.evaluate(() => __probe.renegotiations())));

/** What is done with a camera or a microphone in a call changes nothing of what was agreed: no new offer, on either side. */
async function withoutRenegotiation(what) {
  const before = await renegotiations();
  await what(pair);
  assert.deepEqual(await renegotiations(), before);
}

test("camera off is said in words, and the picture moves again when it is on", { timeout: 120_000 }, async () => {
  await pair.call();
  await withoutRenegotiation(async ({ agent, customer }) => {
    await customer.click("Camera off");
    await agent.sees(/The camera is off/);
    await agent.seesNoMovingPicture();
    await agent.hearsTheVoice();
    await customer.click("Camera on");
    await agent.seesMovingPicture();

    await agent.click("Camera off");
    await customer.sees(/camera is off/);
    await customer.seesNoMovingPicture();
    await agent.click("Camera on");
    await customer.seesMovingPicture();
  });
});

test("a muted microphone is silence with words, and the voice is back after it", { timeout: 120_000 }, async () => {
  await withoutRenegotiation(async ({ agent, customer }) => {
    await customer.click("Mute");
    await agent.sees(/Microphone off/);
    await agent.hearsSilence();
    await customer.click("Unmute");
    await agent.hearsTheVoice();

    await agent.click("Mute");
    await customer.sees(/microphone is off/);
    await customer.hearsSilence();
    await agent.click("Unmute");
    await customer.hearsTheVoice();
  });
});

test("the customer switches to the other camera without a break", { timeout: 60_000 }, async () => {
  await withoutRenegotiation(async ({ agent, customer }) => {
    const first = await agent.remoteColour();
    await customer.choose("More", "Switch camera");
    await agent.seesColour((colour) => colour !== first);
    await agent.seesMovingPicture();
    await customer.choose("More", "Switch camera");
    await agent.seesColour((colour) => colour === first);
  });
});

test("on hold neither sees nor hears the other", { timeout: 120_000 }, async () => {
  const { agent, customer } = pair;
  await agent.click("Hold");
  await customer.sees(/On hold/);
  await customer.seesNoMovingPicture();
  await customer.hearsSilence();
  await agent.seesNoMovingPicture();
  await agent.hearsSilence();
  await agent.click("Resume");
  await pair.seeEachOther();
  await pair.hearEachOther();
});

/** Both sides show the end, in ten times what `make bench` holds us to: the machine is shared. */
async function ended(hangUp) {
  const since = await hangUp();
  const after = await pair.ended(since);
  console.log(`ended at the agent after ${after[0]} ms, at the customer after ${after[1]} ms (bar 1000)`);
  assert.ok(Math.max(...after) <= 10_000, `ended after ${after} ms`);
}

test("the customer hangs up: both sides are told at once", { timeout: 60_000 }, async () => {
  await ended(() => pair.customer.hangUp());
  await pair.customer.sees(/You ended the conversation/);
  await pair.agent.sees(/the customer hung up/);
  await pair.agent.wrapUp();
});

test("the agent hangs up: both sides are told at once, and the customer can rate", { timeout: 90_000 }, async () => {
  await pair.call();
  await ended(() => pair.agent.hangUp());
  await pair.customer.sees(/Your agent ended the conversation/);
  await pair.customer.click("5 of 5 stars");
  await pair.customer.click("Send");
  await pair.customer.sees(/Thank you/);
  await pair.agent.wrapUp();
});

/** A letter with Alt held, as the console's keys are at first. */
async function presses(agent, letter) {
  await agent.page.keyboard.down("Alt");
  await agent.page.keyboard.press(`Key${letter}`);
  await agent.page.keyboard.up("Alt");
}

test("a call from the first ring to its end by keys alone, one of them changed", { timeout: 120_000 }, async () => {
  const { agent, customer } = pair;
  await customer.freshTab();
  await customer.call();
  await agent.sees(/Incoming video call/);
  await presses(agent, "A");
  await pair.seeEachOther();
  await presses(agent, "M");
  await customer.sees(/microphone is off/);
  await presses(agent, "H");
  await customer.sees(/On hold/);
  await agent.finds("Resume"); // the customer may have heard of it first
  await presses(agent, "H");
  await pair.seeEachOther();

  await agent.page.keyboard.press("?");
  await agent.click(/^Microphone on\/off: Alt\+M/);
  await presses(agent, "J");
  await agent.finds(/^Microphone on\/off: Alt\+J/);
  await agent.page.keyboard.press("Escape");
  await agent.finds("Hold"); // and no dialog before it
  await presses(agent, "J");
  await customer.sees((text) => !/microphone is off/.test(text));
  await customer.hearsTheVoice();

  await presses(agent, "E");
  await agent.finds("End now");
  await customer.seesMovingPicture(); // one key ends nothing
  await agent.page.keyboard.press("Enter");
  await customer.sees(/Your agent ended the conversation/);
  await agent.wrapUp();
});

test("who is made supervisor in the middle of a call and reloads still has its buttons, and the wall after it", { timeout: 120_000 }, async () => {
  const { agent, customer } = pair;
  await pair.call();
  const { items } = await administer(server.url, "GET", "/v1/users");
  const { id } = items.find(({ login }) => login === "agent1");
  await administer(server.url, "PATCH", `/v1/users/${id}`, { roles: ["supervisor"] });
  await agent.page.reload();
  await pair.seeEachOther();
  await agent.click("Mute");
  await customer.sees(/microphone is off/);
  await agent.hangUp();
  await customer.sees(/Your agent ended the conversation/);
  await agent.click("What was it about?");
  await agent.page.keyboard.type("Question");
  await agent.page.keyboard.press("Enter");
  await agent.click("Yes");
  await agent.click("Complete & ready");
  await agent.sees(/No contact is running/);
  assert.equal(await agent.find("Console"), null);
});
