// SPDX-License-Identifier: Apache-2.0
// What the buttons of a call do, as the person on the other side sees and hears it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
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
