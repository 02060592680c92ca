// SPDX-License-Identifier: Apache-2.0
// What two people get on this machine (part of `make bench`): time from Accept to the first frame on both sides, frames
// per second, how well the voice is known again. No assertion: figures depend on the machine.
import { Agent, Customer } from "./lib/people.js";
import { Server } from "./lib/server.js";

const CALLS = Number(process.env.VISAVIS_BENCH_CALLS ?? 5);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function oneCall(server, agent) {
  const customer = await Customer.sit(server, { width: 390, height: 844 });
  try {
    await customer.call();
    await agent.sees(/Incoming video call/);
    const frames = [agent, customer].map((person) => person.page.evaluate(() => __probe.firstFrame(10_000)));
    const accepted = Date.now();
    await agent.accept();
    const [atAgent, atCustomer] = (await Promise.all(frames)).map((at) => at - accepted);
    const [seenByAgent, seenByCustomer] = await Promise.all([agent.watch(4000), customer.watch(4000)]);
    const heard = await agent.hearsTheVoice();
    await customer.hangUp();
    await agent.wrapUp();
    return { atAgent, atCustomer, fpsAgent: seenByAgent.fps, fpsCustomer: seenByCustomer.fps, voice: heard.correlation };
  } finally {
    await customer.leave();
  }
}

const server = await Server.start();
const agent = await Agent.sit(server, {});
try {
  await agent.signIn();
  await agent.ready();
  const calls = [];
  for (let i = 0; i < CALLS; i++) calls.push(await oneCall(server, agent));
  const of = (key) => median(calls.map((c) => c[key]));
  console.log(`\n== two Chromium, ${CALLS} calls, medians`);
  console.log(`first frame after Accept: agent ${of("atAgent")} ms, customer ${of("atCustomer")} ms (bar 700)`);
  console.log(`frames/s (camera sends 15): agent ${of("fpsAgent").toFixed(1)}, customer ${of("fpsCustomer").toFixed(1)}`);
  console.log(`the known voice at the agent: correlation ${of("voice").toFixed(2)}`);
} finally {
  await agent.leave();
  await server.stop();
}
