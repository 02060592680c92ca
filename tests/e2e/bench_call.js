// SPDX-License-Identifier: Apache-2.0
// What two people get on this machine (part of `make bench`): from Accept to the first frame on both sides, frames per
// second, how well the voices are known again, how long it takes until both know of a hang-up, and to see each other again after
// a reload, a lost network, a killed browser or server, and a click on the site around the widget. No assertion: figures
// depend on the machine. As JSON into VISAVIS_BENCH_OUT.
import { writeFileSync } from "node:fs";
import { HostPage } from "./lib/host_page.js";
import { Link } from "./lib/link.js";
import { Agent, Customer, Pair } from "./lib/people.js";
import { Server } from "./lib/server.js";

const CALLS = Number(process.env.VISAVIS_BENCH_CALLS ?? 5);
const TROUBLES = Number(process.env.VISAVIS_BENCH_TROUBLES ?? 3);
const CUT_MS = 5000;

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const figures = {};
const samples = {};
const note = (key, value) => {
  (samples[key] ??= []).push(value);
  figures[key] = median(samples[key]);
};

/** Frames a second that differ from the one before. */
const changing = ({ fps, counters }) => (fps * counters.filter((c, i) => c !== null && c !== counters[i - 1]).length) / Math.max(1, counters.length);

async function ring(pair) {
  await pair.customer.freshTab();
  await pair.customer.call();
  await pair.agent.sees(/Incoming video call/);
}

/** `of`: what the figures' names begin with. */
async function oneCall(pair, of = "") {
  await ring(pair);
  const frames = [pair.agent, pair.customer].map((person) => person.page.evaluate(() => __probe.firstFrame(10_000)));
  const accepted = await pair.agent.accept();
  const [atAgent, atCustomer] = await Promise.all(frames);
  // A call without a picture is no sample; it must not be taken for a quick one.
  if (atAgent === null || atCustomer === null) throw new Error("no picture within 10 s");
  note(`${of}first_frame_agent_ms`, atAgent - accepted);
  note(`${of}first_frame_customer_ms`, atCustomer - accepted);
  const [agent, customer] = await Promise.all([pair.agent.watch(4000), pair.customer.watch(4000)]);
  note(`${of}fps_agent`, changing(agent));
  note(`${of}fps_customer`, changing(customer));
  const [heardByAgent, heardByCustomer] = await Promise.all([pair.agent.hearsTheVoice(), pair.customer.hearsTheVoice()]);
  note(`${of}voice_agent`, heardByAgent.correlation);
  note(`${of}voice_customer`, heardByCustomer.correlation);
  await hangUp(pair, of);
}

/** Now the one hangs up, now the other. */
async function hangUp(pair, of) {
  const key = `${of}hang_up_ms`;
  const who = (samples[key]?.length ?? 0) % 2 ? pair.customer : pair.agent;
  note(key, Math.max(...(await pair.ended(await who.hangUp()))));
  await pair.agent.wrapUp();
}

/** Seconds from `since` until both see the other's picture move. */
async function seenAgain(pair, since) {
  const [agent, customer] = await Promise.all([pair.agent.firstMovingFrame(), pair.customer.firstMovingFrame()]);
  return (Math.max(agent, customer) - since) / 1000;
}

async function reload(pair, person) {
  await person.page.reload({ waitUntil: "load" });
  return seenAgain(pair, Date.now());
}

async function cut(pair, link) {
  link.setGone(true);
  await new Promise((resolve) => setTimeout(resolve, CUT_MS));
  link.setGone(false);
  return seenAgain(pair, Date.now());
}

/** Seconds from a broken WebSocket until what the agent writes is at the customer; the picture never stops. */
async function breakSocket(pair, link, text) {
  const since = Date.now();
  link.breakConnections();
  await pair.agent.write(text);
  await pair.customer.sees((words) => words.includes(text), { every: 10 });
  return (Date.now() - since) / 1000;
}

async function agentsBrowserDies(pair) {
  await pair.agent.browserDies();
  await pair.agent.sitAgain();
  await pair.agent.signIn();
  return seenAgain(pair, Date.now());
}

async function kill(pair, server) {
  await server.killHard();
  const since = Date.now();
  await server.startAgain();
  note("start_s", (server.readyAt - since) / 1000);
  return seenAgain(pair, server.readyAt);
}

async function troubles(pair, server, links) {
  await pair.leave();
  pair.customer = await Customer.sit(server, { width: 390, height: 844, link: links.customer });
  pair.agent = await Agent.sit(server, { link: links.agent });
  await pair.agent.signIn();
  await pair.agent.ready();
  await pair.call();
  for (let i = 0; i < TROUBLES; i++) {
    note("reload_customer_s", await reload(pair, pair.customer));
    note("reload_agent_s", await reload(pair, pair.agent));
    await pair.customer.click(/^Chat/);
    note("websocket_customer_s", await breakSocket(pair, links.customer, `After the customer's cut ${i}`));
    note("websocket_agent_s", await breakSocket(pair, links.agent, `After the agent's cut ${i}`));
    note("network_s", await cut(pair, links.customer));
    note("network_agent_s", await cut(pair, links.agent));
    note("agent_browser_s", await agentsBrowserDies(pair));
    note("kill_s", await kill(pair, server));
  }
}

/** A call in the widget of somebody else's site, whose visitor goes from page to page. */
async function navigations(pair, server) {
  const { customer } = pair;
  const shop = await HostPage.open({ attributes: { key: "demo", lang: "en" } });
  try {
    shop.widgetFrom = server.url;
    await customer.page.setViewport({ width: 1280, height: 800 });
    await customer.goTo(`${shop.origin}/first`);
    await customer.intoWidget({ open: true });
    await customer.ask();
    await customer.click("Call now");
    await pair.agent.accept();
    await pair.seeEachOther();
    for (let i = 0; i < TROUBLES; i++) {
      customer.frame = undefined;
      await Promise.all([customer.page.waitForNavigation({ waitUntil: "load" }), customer.click(`To the ${i % 2 ? "first" : "second"} page`)]);
      const since = Date.now();
      await customer.intoWidget();
      note("widget_navigation_s", await seenAgain(pair, since));
    }
  } finally {
    shop.close();
  }
}

/** A server and a pair of browsers for `measure` alone: no other browser takes their time. */
async function alone(browsers, measure) {
  const server = await Server.start();
  const pair = await Pair.sit(server, browsers);
  const links = { agent: await Link.to(server), customer: await Link.to(server) };
  try {
    await measure(pair, server, links);
  } finally {
    await pair.leave();
    await Promise.all(Object.values(links).map((link) => link.close()));
    await server.stop();
  }
}

async function calls(pair, of) {
  for (let i = 0; i < CALLS; i++) await oneCall(pair, of);
}

try {
  await alone({}, async (pair, server, links) => {
    await calls(pair);
    await troubles(pair, server, links);
  });
  await alone({}, navigations);
  await alone({ agent: { kind: "firefox" } }, (pair) => calls(pair, "firefox_agent_"));
  await alone({ customer: { kind: "firefox" } }, (pair) => calls(pair, "firefox_customer_"));
} finally {
  // What was measured before a step failed is worth keeping.
  console.log("== browsers", JSON.stringify(samples));
  if (process.env.VISAVIS_BENCH_OUT) writeFileSync(process.env.VISAVIS_BENCH_OUT, JSON.stringify(figures));
}
