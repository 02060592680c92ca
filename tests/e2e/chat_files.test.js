// SPDX-License-Identifier: Apache-2.0
// A contact by text: files both ways, then raised to voice and to video with the consent of the other side.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { Pair } from "./lib/people.js";
import { Server } from "./lib/server.js";

let server;
let pair;
const folder = mkdtempSync(path.join(os.tmpdir(), "visavis-files-"));
before(async () => {
  server = await Server.start({ env: { VISAVIS__CENTER__RING_S: "300" } }); // nobody is sent on while a file is being sent
  pair = await Pair.sit(server);
});
after(async () => {
  await pair?.leave();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

function file(name, size) {
  const at = path.join(folder, name);
  const bytes = randomBytes(size);
  writeFileSync(at, bytes);
  return { at, name, sum: createHash("sha256").update(bytes).digest("hex") };
}

test("whoever waits sends a file, and the agent who answers finds it", { timeout: 120_000 }, async () => {
  const { agent, customer } = pair;
  await customer.freshTab();
  await customer.call({ channel: "Chat", name: "Jamie" });
  const claim = file("claim.pdf", 200_000);
  await customer.attach(claim.at);
  await customer.sees(/claim\.pdf/);
  await agent.sees(/Incoming chat Jamie/);
  await agent.accept();
  assert.equal(await agent.downloads(claim.name), claim.sum);
  await agent.click("End chat");
  await agent.wrapUp();
});

test("a chat, and files both ways arrive byte for byte", { timeout: 120_000 }, async () => {
  const { agent, customer } = pair;
  await pair.call({ channel: "Chat", name: "Robin" });
  await customer.write("Hello, my card is broken");
  await agent.sees(/Hello, my card is broken/);
  await agent.write("Please send a photo");
  await customer.sees(/Please send a photo/);

  const photo = file("卡片 photo 1.jpg", 300_000);
  await customer.attach(photo.at);
  assert.equal(await agent.downloads(photo.name), photo.sum);
  const form = file("form.pdf", 5_000_000);
  await agent.attach(form.at);
  assert.equal(await customer.downloads(form.name), form.sum);
});

test("a file that is too large is refused in words, and the chat goes on", { timeout: 120_000 }, async () => {
  const { agent, customer } = pair;
  const film = file("film.mov", 21 * 1024 * 1024);
  await customer.attach(film.at);
  await customer.sees(/larger than 20 MB/, { within: 30_000 });
  await customer.click("Remove");
  await agent.attach(film.at);
  await agent.sees(/larger than 20 MB|Not sent/, { within: 30_000 });
  await customer.write("That was too large");
  await agent.sees(/That was too large/);
});

test("raised to voice by the agent and to video by the customer, each with the other's consent", { timeout: 180_000 }, async () => {
  const { agent, customer } = pair;
  await agent.click("Ask to talk");
  await customer.sees(/would like to talk to you/);
  await customer.click("Not now");
  await agent.sees((text) => !/Waiting for the customer's answer/.test(text));
  await agent.click("Ask to talk");
  await customer.click("Allow");
  await pair.hearEachOther();
  assert.equal(await agent.view.evaluate(() => Boolean(__probe.remoteVideo())), false, "no picture was asked for");

  await customer.choose("More", "Switch to video");
  await agent.sees(/would like to switch to video/);
  await agent.click("Agree");
  await pair.seeEachOther();
  await pair.hearEachOther();
  await customer.click(/^Chat/);
  await customer.sees(/Hello, my card is broken/);
  await customer.click("Close");
  await pair.over();
});
