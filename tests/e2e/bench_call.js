// SPDX-License-Identifier: Apache-2.0
// What two people get on this machine (part of `make bench`): from Accept to the first frame on both sides, frames per
// second, how well the voices are known again, and how long it takes to see each other again after a reload, a lost
// network and a killed server. No assertion: figures depend on the machine. As JSON into VISAVIS_BENCH_OUT.
import { writeFileSync } from "node:fs";
import { Link } from "./lib/link.js";
import { Customer, Pair } from "./lib/people.js";
import { Server } from "./lib/server.js";

const CALLS = Number(process.env.VISAVIS_BENCH_CALLS ?? 5);
const TROUBLES = 3;
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
  note(`${of}first_frame_agent_ms`, atAgent - accepted);
  note(`${of}first_frame_customer_ms`, atCustomer - accepted);
  const [agent, customer] = await Promise.all([pair.agent.watch(4000), pair.customer.watch(4000)]);
  note(`${of}fps_agent`, changing(agent));
  note(`${of}fps_customer`, changing(customer));
  const [heardByAgent, heardByCustomer] = await Promise.all([pair.agent.hearsTheVoice(), pair.customer.hearsTheVoice()]);
  note(`${of}voice_agent`, heardByAgent.correlation);
  note(`${of}voice_customer`, heardByCustomer.correlation);
  await pair.over();
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

async function kill(pair, server) {
  await server.killHard();
  const since = Date.now();
  await server.startAgain();
  note("start_s", (server.readyAt - since) / 1000);
  return seenAgain(pair, server.readyAt);
}

async function troubles(pair, server, link) {
  await pair.customer.leave();
  pair.customer = await Customer.sit(server, { width: 390, height: 844, link });
  await pair.call();
  for (let i = 0; i < TROUBLES; i++) {
    note("reload_customer_s", await reload(pair, pair.customer));
    note("reload_agent_s", await reload(pair, pair.agent));
    note("network_s", await cut(pair, link));
    note("kill_s", await kill(pair, server));
  }
}

/** A server and a pair of browsers for `measure` alone: no other browser takes their time. */
async function alone(browsers, measure) {
  const server = await Server.start();
  const pair = await Pair.sit(server, browsers);
  const link = await Link.to(server);
  try {
    await measure(pair, server, link);
  } finally {
    await pair.leave();
    await link.close();
    await server.stop();
  }
}

async function calls(pair, of) {
  for (let i = 0; i < CALLS; i++) await oneCall(pair, of);
}

try {
  await alone({}, async (pair, server, link) => {
    await calls(pair);
    await troubles(pair, server, link);
  });
  await alone({ agent: { kind: "firefox" } }, (pair) => calls(pair, "firefox_agent_"));
  await alone({ customer: { kind: "firefox" } }, (pair) => calls(pair, "firefox_customer_"));
} finally {
  // What was measured before a step failed is worth keeping.
  console.log("== browsers", JSON.stringify(samples));
  if (process.env.VISAVIS_BENCH_OUT) writeFileSync(process.env.VISAVIS_BENCH_OUT, JSON.stringify(figures));
}
