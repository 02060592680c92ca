// SPDX-License-Identifier: Apache-2.0
// A customer and an agent meet: moving pictures and a known voice both ways, in each pairing of browsers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Agent, Customer } from "./lib/people.js";
import { Server } from "./lib/server.js";

async function meet(agentKind, customerKind) {
  const server = await Server.start();
  const agent = await Agent.sit(server, { kind: agentKind });
  const customer = await Customer.sit(server, { kind: customerKind, width: 390, height: 844 });
  try {
    await agent.signIn();
    await agent.ready();
    await customer.call();
    await agent.accept();
    const [seenByAgent, seenByCustomer] = await Promise.all([agent.seesMovingPicture(), customer.seesMovingPicture()]);
    assert.ok(seenByAgent.fps > 5 && seenByCustomer.fps > 5, `${seenByAgent.fps} and ${seenByCustomer.fps} frames/s`);
    await agent.hearsTheVoice();
    await customer.hearsTheVoice();
    for (const person of [agent, customer]) {
      const { srtp, video } = await person.transport();
      assert.match(video, /VP8/i);
      if (person.kind === "chromium") assert.equal(srtp, "SRTP_AEAD_AES_128_GCM");
    }
    // Firefox does not tell; the server, whose choice it is, does.
    const picked = [...server.log.matchAll(/\bsrtp=(\S+)/g)].map(([, profile]) => profile);
    assert.ok(picked.length >= 2, server.log);
    assert.deepEqual([...new Set(picked)], ["SRTP_AEAD_AES_128_GCM"]);
    await customer.hangUp();
    await agent.sees(/Wrap-up|Complete/, { within: 5000 });
  } finally {
    await customer.leave();
    await agent.leave();
    await server.stop();
  }
}

test("Chromium and Chromium", { timeout: 180_000 }, () => meet("chromium", "chromium"));
test("Firefox as the agent", { timeout: 240_000 }, () => meet("firefox", "chromium"));
test("Firefox as the customer", { timeout: 240_000 }, () => meet("chromium", "firefox"));
