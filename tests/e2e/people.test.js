// SPDX-License-Identifier: Apache-2.0
// More than two: a colleague joins, the call is handed on to a person and to a queue, a supervisor looks on, and a
// newcomer practises alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./lib/browsers.js";
import { Agent, Customer } from "./lib/people.js";
import { Server } from "./lib/server.js";
import { until } from "./lib/until.js";

let server;
let browsers;
let lin;
let alex;
let lead;
let customer;
before(async () => {
  // What is looked at while it rings takes its time on a busy machine.
  server = await Server.start({ env: { VISAVIS__CENTER__RING_S: "120" } });
  // Colleagues share a browser process, each with cookies of their own: two cores carry no more.
  browsers = [await launch(), await launch("chromium", { width: 390, height: 844 })];
  const [office, phone] = browsers;
  [lin, alex, lead] = await Promise.all([1, 2, 3].map(async () => Agent.sit(server, { browser: await office.createBrowserContext() })));
  customer = await Customer.sit(server, { browser: phone });
  await lin.signIn("agent1");
  await alex.signIn("agent2");
  await lead.signIn("lead", "demo-lead");
  await lead.click("Live wall");
});
after(async () => {
  await Promise.all((browsers ?? []).map((browser) => browser.close()));
  await server.stop();
});

test("the wall shows who waits, who is in which state and which calls run", { timeout: 120_000 }, async () => {
  await alex.ready();
  await lead.sees(/Alex Weber Ready/);
  await lead.sees(/No contact is running/);
  await customer.call({ name: "Robin", topic: "Accounts and cards" });
  await customer.sees(/You are in the queue/);
  await lead.sees(/Robin Accounts and cards \d+:\d\d/);
  await lead.sees(/Waiting 1\b/);

  await lin.ready();
  await lin.sees(/Incoming video call/);
  await lin.accept();
  await Promise.all([lin.seesMovingPicture(), customer.seesMovingPicture()]);
  await lead.sees(/Robin 林小雨 Lin Accounts and cards/);
  await lead.sees(/林小雨 Lin In a call/);
  await lead.sees(/In calls 1\b/);
  await lead.sees(/No one is waiting/);
});

/** Nothing lies over the words: neither our own picture nor a sheet. */
const inSight = (person, selector, count = 1) =>
  until(`${count} × ${selector} in sight`, () => person.view.evaluate((what, many) => {
    const found = [...document.querySelectorAll(what)];
    return found.length === many && found.every((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const points = [left + 2, (left + right) / 2, right - 2].map((x) => document.elementFromPoint(x, (top + bottom) / 2));
      return points.every((at) => at === element || element.contains(at));
    });
  }, selector, count));

test("on a phone the call can be muted and is seen to be on hold while the chat is open", { timeout: 120_000 }, async () => {
  await customer.click(/^Chat/);
  await customer.click("Mute");
  await inSight(customer, ".muted-note");
  await customer.click("Unmute");
  await inSight(customer, ".controls button.end");
  await lin.click("Hold");
  await inSight(customer, ".hold strong");
  await lin.click("Resume");
  await customer.click("Close");
});

test("a colleague joins: three see and hear each other, and two go on when the third leaves", { timeout: 300_000 }, async () => {
  await customer.click(/^Chat/);
  await customer.write("My card is lost");
  await customer.click("Close");
  await lin.click("Add");
  await lin.click(/Alex Weber/);
  await lin.click("Ring");
  await alex.sees(/林小雨 Lin asks you to join/);
  await alex.accept();
  await Promise.all([lin, alex, customer].map((person) => person.seesMovingPeople(2)));
  await customer.sees((text) => text.includes("林小雨 Lin") && text.includes("Alex Weber"));
  await inSight(customer, ".person-tag", 2);
  await alex.sees(/My card is lost/);
  await seesNoMoreThanShown(lin, alex, "Alex Weber");
  // One voice at a time can be known again: the others keep quiet.
  await lin.click("Mute");
  await customer.sees(/林小雨 Lin's microphone is off/);
  await inSight(customer, ".person-tag", 2);
  await Promise.all([customer.hearsTheVoice(), alex.hearsTheVoice()]);
  await customer.click("Mute");
  await Promise.all([customer.hearsTheVoice(), lin.hearsTheVoice()]);
  await lin.click("Unmute");
  await customer.click("Unmute");

  await alex.click("Leave");
  await Promise.all([lin, customer].map((person) => person.seesMovingPeople(1)));
  await Promise.all([lin.hearsTheVoice(), customer.hearsTheVoice()]);
  await free(alex);
});

test("whoever rings a colleague sees it, and can stop it", { timeout: 120_000 }, async () => {
  await lin.click("Transfer");
  await lin.click("To a colleague");
  await lin.click(/Alex Weber/);
  await lin.click("Transfer");
  await alex.sees(/Handed over by 林小雨 Lin/);
  await lin.sees(/Alex Weber is being rung to take over/);
  await lin.click("Stop ringing");
  await alex.sees((text) => !/Handed over by/.test(text));
  await lin.sees((text) => !/is being rung/.test(text));
  await free(alex);
});

test("handed over to a colleague with a note: the customer never leaves the call, the chat goes along", { timeout: 120_000 }, async () => {
  await lin.click("Transfer");
  await lin.click("To a colleague");
  await lin.click(/Alex Weber/);
  await lin.type("Note for the colleague", "Card ends in 4417");
  await lin.click("Transfer");
  await alex.sees(/Handed over by 林小雨 Lin/);
  await alex.sees(/Card ends in 4417/);
  await Promise.all([lin, customer].map((person) => person.seesMovingPicture())); // nobody is alone while it rings
  await alex.accept();
  await Promise.all([alex, customer].map((person) => person.seesMovingPicture()));
  await Promise.all([alex.hearsTheVoice(), customer.hearsTheVoice()]);
  await customer.sees(/Alex Weber/);
  await alex.sees(/My card is lost/);
  await alex.sees(/Handed over by 林小雨 Lin[^]*Card ends in 4417/); // for as long as the call lasts
  await customer.sees((text) => !/Card ends in 4417/.test(text));
  await lin.wrapUp();
});

test("handed over to a queue: the customer waits there and is answered by whoever serves it", { timeout: 120_000 }, async () => {
  await alex.click("Transfer");
  await alex.click("Accounts and cards");
  await alex.click("Transfer");
  await customer.sees(/handing you over to a colleague/);
  await lin.sees(/Incoming video call/);
  await lin.accept();
  await Promise.all([lin, customer].map((person) => person.seesMovingPicture()));
  await Promise.all([lin.hearsTheVoice(), customer.hearsTheVoice()]);
  await alex.wrapUp();
});

test("whoever brought a colleague in may leave: the customer goes on with the colleague", { timeout: 120_000 }, async () => {
  await lin.click("Add");
  await lin.click(/Alex Weber/);
  await lin.click("Ring");
  await alex.accept();
  await Promise.all([lin, alex, customer].map((person) => person.seesMovingPeople(2)));
  await lin.click("Leave");
  await lin.wrapUp();
  await Promise.all([alex, customer].map((person) => person.seesMovingPicture()));
  await Promise.all([alex.hearsTheVoice(), customer.hearsTheVoice()]);
  await customer.hangUp();
  await alex.wrapUp();
});

test("a practice call alone at the screen is seen and heard", { timeout: 120_000 }, async () => {
  await alex.click("Practice call");
  await alex.sees(/Practice/);
  await alex.accept();
  await until("the practice customer moves", async () => (await alex.view.evaluate(() => __probe.changes(1500))) >= 5, { within: 30_000 });
  await until("the practice customer speaks", async () => {
    const { samples } = await alex.view.evaluate(() => __probe.listen(3000));
    return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / Math.max(1, samples.length)) > 0.01;
  }, { within: 30_000 });
  await alex.hangUp();
  await alex.sees(/Wrap-up/);
});

/** The layers of the picture that a browser sends, by its own word. */
const picturesSent = (person) =>
  person.view.evaluate(async () => {
    const reports = await Promise.all(__probe.connections.filter((c) => c.connectionState === "connected").map((c) => c.getStats()));
    const layers = reports.flatMap((r) => [...r.values()]).filter((s) => s.type === "outbound-rtp" && s.kind === "video");
    return layers.map(({ framesPerSecond, packetsSent }) => ({ framesPerSecond, packetsSent }));
  });

/** Lines of a picture that the page last asked the server for, as its WebSocket says. */
async function watchViews(agent, selector) {
  const session = await agent.page.createCDPSession();
  await session.send("Network.enable");
  const heights = new Map();
  session.on("Network.webSocketFrameSent", ({ response }) => {
    const { type, data } = JSON.parse(response.payloadData);
    if (type === "media.view") for (const { mid, height } of data.tracks) heights.set(mid, height);
  });
  const mid = () =>
    agent.view.evaluate((tile) => {
      const [track] = document.querySelector(tile).srcObject.getVideoTracks();
      return __probe.connections.flatMap((c) => c.getTransceivers()).find((t) => t.receiver.track.id === track.id).mid;
    }, selector);
  return async () => heights.get(await mid());
}

/** A picture comes in as many lines as its tile can show, not at all in a tab that nobody sees, and at once when they do. */
async function seesNoMoreThanShown(agent, colleague, name) {
  const tile = `video[aria-label*="${name}"]`;
  const shape = (width, height) => agent.view.evaluate((selector, style) => Object.assign(document.querySelector(selector).style, style), tile, { width: `${width}px`, height: `${height}px` });
  const lines = () => agent.view.evaluate((selector) => document.querySelector(selector).videoHeight, tile);
  const asked = await watchViews(agent, tile);
  await shape(96, 54);
  // The camera gives 360 lines, a browser short of time less; the smallest layer has a quarter of them.
  await until("a small tile gets a small picture", async () => (await lines()) <= 90, { within: 30_000 });
  const small = await lines();
  await shape(960, 540);
  // A browser that is short of time for long sends its smallest layer only: then there is nothing larger to be had.
  const layersSent = async () => (await picturesSent(colleague)).filter((layer) => layer.framesPerSecond > 0).length;
  await until("the page asks for a larger one", async () => (await asked()) > 90);
  const since = Date.now();
  const larger = async () => (await lines()) > small || (Date.now() - since > 30_000 && (await layersSent()) === 1);
  await until("a large one gets a larger picture", larger, { within: 60_000 });

  const look = (state) =>
    agent.view.evaluate((state) => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
      document.dispatchEvent(new Event("visibilitychange"));
    }, state);
  await look("hidden");
  // Packets, not frames: a browser that is short of time paints none either, whatever it is sent.
  const arrived = () =>
    agent.view.evaluate(async (selector) => {
      const [track] = document.querySelector(selector).srcObject.getVideoTracks();
      const reports = await Promise.all(__probe.connections.filter((c) => c.connectionState === "connected").map((c) => c.getStats()));
      return reports.flatMap((r) => [...r.values()]).find((s) => s.type === "inbound-rtp" && s.trackIdentifier === track.id).packetsReceived;
    }, tile);
  const sent = async () => (await picturesSent(colleague)).reduce((sum, { packetsSent }) => sum + packetsSent, 0);
  const twenty = async () => {
    const [received, since] = [await arrived(), await sent()];
    await until("twenty packets of the colleague's picture", async () => (await sent()) >= since + 20);
    return (await arrived()) - received;
  };
  await until("a hidden tab gets none of twenty packets", async () => (await twenty()) === 0, { within: 60_000 });
  const before = await arrived();
  await look("visible");
  await until("and gets them again when it is seen", async () => (await arrived()) > before);
  await agent.view.evaluate((selector) => document.querySelector(selector).removeAttribute("style"), tile);
}

/** Whatever a guest has left to do, until the next contact may ring. */
async function free(agent) {
  await until("to be free again", async () => {
    if (await agent.find("What was it about?")) await agent.wrapUp();
    const text = await agent.text();
    return text.includes("You are available");
  });
  assert.ok(await agent.find("Practice call"));
}
