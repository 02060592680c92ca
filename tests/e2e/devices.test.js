// SPDX-License-Identifier: Apache-2.0
// What goes wrong at somebody's desk, as both sides are told of it: headsets, switches, one-way pictures, browsers that keep
// quiet, consoles behind other windows, and customers whom nobody wants to look at.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { refuseAutoplay, sharpness } from "./lib/devices.js";
import { Link } from "./lib/link.js";
import { Pair } from "./lib/people.js";
import { Server } from "./lib/server.js";
import { until } from "./lib/until.js";

let server;
let link;
let pair;
before(async () => {
  // What is looked at while it rings takes its time on a busy machine.
  server = await Server.start({ env: { VISAVIS__CENTER__RING_S: "120" } });
  link = await Link.to(server);
  pair = await Pair.sit(server, { agent: { desk: true }, customer: { desk: true, link } });
});
after(async () => {
  await pair?.leave();
  await link.close();
  await server.stop();
});

const desk = (person, what, ...values) => person.page.evaluate((name, args) => __desk[name](...args), what, values);
const noLonger = (person, words) => person.sees((text) => !words.test(text));

async function chooseRinger(agent) {
  await agent.choose(/Settings and sign-out of/, "Settings");
  await agent.sees(/Ringer/);
  await until("both speakers to choose from", () => agent.page.$("#ringer"));
  await until("the built-in speaker as ringer", async () => {
    await agent.page.focus("#ringer");
    for (const key of ["ArrowDown", "ArrowDown", "Enter"]) await agent.page.keyboard.press(key);
    return agent.page.evaluate(() => JSON.parse(localStorage.getItem("visavis.agent.prefs")).state.ringDevice === "built-in");
  });
  await agent.click("Close");
}

test("the console is behind another window: an offer is shown on the desktop and rings on the second speaker", { timeout: 120_000 }, async () => {
  const { agent, customer } = pair;
  await agent.browser.defaultBrowserContext().overridePermissions(new URL(agent.page.url()).origin, ["notifications"]);
  await chooseRinger(agent);
  const inFront = await agent.browser.newPage();
  await inFront.bringToFront();
  await until("the console is behind", () => agent.page.evaluate(() => !document.hasFocus()));

  await customer.call({ name: "Noor" });
  const note = await until("the desktop notification", () => agent.page.evaluate(() => {
    const shown = __desk.notes.find((each) => each.shown);
    return shown && { title: shown.title, body: shown.body };
  }));
  assert.deepEqual(note, { title: "Incoming video call", body: "Noor · Accounts and cards" });
  assert.match(await agent.page.title(), /Incoming video call – Noor/);
  const rang = await until("a ring", () => agent.page.evaluate(() => __desk.rang.length > 0 && [...new Set(__desk.rang)]));
  assert.deepEqual(rang, ["built-in"]);

  await inFront.close();
  await agent.page.bringToFront();
  await agent.accept();
  await pair.seeEachOther();
  assert.equal(await agent.page.evaluate(() => __desk.notes.some((each) => each.shown)), false, "the notification stayed after the answer");
});

test("the headset is unplugged: the call goes on over the built-in devices, and says so", { timeout: 120_000 }, async () => {
  const { agent, customer } = pair;
  await desk(customer, "unplug", "headset");
  await customer.sees(/(Microphone now in use|The headset was unplugged. Sound now comes from): Built-in/);
  await agent.hearsTheVoice();
  await desk(agent, "unplug", "headset");
  await agent.sees(/A sound device was unplugged. The call goes on over another one/);
  await customer.hearsTheVoice();
  await pair.seeEachOther();
});

test("a microphone that is switched off at the device is noticed, and heard again", { timeout: 120_000 }, async () => {
  const { agent, customer } = pair;
  const said = { customer: /Your microphone is on but gives no sound/, agent: /Your microphone gives no sound: Noor cannot hear you/ };
  for (const [who, listener] of [["customer", agent], ["agent", customer]]) {
    await desk(pair[who], "turn", "built-in", false);
    await pair[who].sees(said[who]);
    await listener.hearsSilence();
    await desk(pair[who], "turn", "built-in", true);
    await noLonger(pair[who], said[who]);
    await listener.hearsTheVoice();
  }
});

/** Knows a picture's packets: RTP of a payload type that one of the page's m=video lines names. */
async function pictures(person) {
  const types = await person.page.evaluate(() =>
    __probe.connections.flatMap((each) => (each.localDescription?.sdp ?? "").match(/^m=video.*$/gm) ?? []).flatMap((line) => line.trim().split(" ").slice(3).map(Number)));
  const known = new Set(types);
  assert.ok(known.size > 0, "the page offers pictures");
  return (packet) => packet.length > 12 && packet[0] >> 6 === 2 && known.has(packet[1] & 127);
}

test("one-way video: whoever misses the other's picture is told, the sound goes on, and the picture comes back", { timeout: 180_000 }, async () => {
  const { agent, customer } = pair;
  const missed = { customer: /picture does not arrive. The sound is not affected/, agent: /Noor has the camera on, but no picture arrives/ };
  const isPicture = await pictures(customer);
  for (const [who, other, way] of [["customer", agent, "down"], ["agent", customer, "up"]]) {
    link.loses = (packet, direction) => direction === way && isPicture(packet);
    await pair[who].sees(missed[who]);
    await Promise.all([pair[who].hearsTheVoice(), other.seesMovingPicture()]);
    link.loses = () => false;
    await pair[who].seesMovingPicture({ within: 60_000 });
    await noLonger(pair[who], missed[who]);
  }
});

/** What stands behind the word for the call's quality: the figure of a row, of what is sent and what is received. */
const figures = (agent, row) =>
  agent.page.evaluate((name) => {
    const found = [...document.querySelectorAll(".ant-popover tr")].find((each) => each.querySelector("th")?.innerText === name);
    return [...(found?.querySelectorAll("td") ?? [])].map((cell) => Number.parseFloat(cell.innerText));
  }, row);

test("the customer's sound is lost on its way: the agent reads it in a word and in figures, and reads when it is over", { timeout: 180_000 }, async () => {
  const { agent, customer } = pair;
  const isPicture = await pictures(customer);
  const received = async () => (await figures(agent, "Sound lost"))[1];
  await agent.finds("Good", undefined, { within: 60_000 });
  await agent.click("Good");
  await agent.sees(/Sound and picture are fine/);
  await until("next to nothing lost", async () => (await received()) < 4);
  assert.ok((await figures(agent, "Sound"))[1] > 5, "kbit/s of the voice");
  let count = 0;
  link.loses = (packet, direction) => direction === "up" && packet[0] >> 6 === 2 && packet[1] < 192 && !isPicture(packet) && count++ % 3 === 0;
  await agent.sees(/The network is bad/, { within: 60_000 });
  await until("about a third lost", async () => (await received()) > 20, { within: 60_000 });
  await agent.finds("Bad");
  link.loses = () => false;
  await agent.sees(/Sound and picture are fine/, { within: 60_000 });
  await until("next to nothing lost again", async () => (await received()) < 4, { within: 60_000 });
  await agent.page.keyboard.press("Escape");
  await pair.hearEachOther();
});

test("a browser that plays nothing unasked after a reload: one tap, and the voice is heard", { timeout: 180_000 }, async () => {
  const buttons = { customer: "Tap to hear", agent: "Click to hear" };
  for (const who of ["customer", "agent"]) {
    const person = pair[who];
    const { identifier } = await person.page.evaluateOnNewDocument(refuseAutoplay);
    await person.page.reload({ waitUntil: "load" });
    await person.seesMovingPicture();
    await person.finds(buttons[who]);
    await person.hearsSilence();
    await person.click(buttons[who]);
    await person.hearsTheVoice();
    assert.equal(await person.find(buttons[who]), null);
    await person.page.removeScriptToEvaluateOnNewDocument(identifier);
  }
});

test("an abusive customer: the picture is blurred, the call is ended as abuse, and the history says so", { timeout: 120_000 }, async () => {
  const { agent, customer } = pair;
  await until("a sharp picture", async () => (await sharpness(agent)) >= 25);
  await agent.click("Blur");
  await agent.sees(/Only your view is blurred/);
  await until("a blurred picture", async () => (await sharpness(agent)) <= 10);
  await agent.hearsTheVoice();
  await agent.click("Show clearly");
  await until("a sharp picture again", async () => (await sharpness(agent)) >= 25);

  await agent.choose("More", "Abusive customer …");
  await agent.sees(/End because of abuse\?/);
  await agent.click("End as abuse");
  await customer.sees(/The conversation was ended by the agent/);
  assert.doesNotMatch(await customer.text(), /abus/i);
  await agent.sees(/ended as abuse/);
  await agent.wrapUp();
  await agent.click(/^Search/);
  await agent.type("Customer's name", "Noor");
  await agent.sees(/Noor Accounts and cards .* ended as abuse/);
});
