// SPDX-License-Identifier: Apache-2.0
// A call runs in a codec that the browser of whoever joins does not have: the other changes to one that both have, and
// nobody is left with a black picture. Chromium changes as it sends; Firefox by another offer, and it has no H.264.
import assert from "node:assert/strict";
import { test } from "node:test";
import { lackCodec } from "./lib/devices.js";
import { Pair } from "./lib/people.js";
import { Server } from "./lib/server.js";
import { until } from "./lib/until.js";

const codecs = (pair) => Promise.all([pair.agent, pair.customer].map(async (person) => (await person.transport()).video));

for (const kind of ["chromium", "firefox"])
  test(`VP8 with a customer in ${kind}; the agent comes back in a browser without it`, { timeout: 180_000 }, async () => {
    const server = await Server.start();
    let pair;
    try {
      pair = await Pair.sit(server, { customer: { kind } });
      await pair.customer.call();
      await pair.agent.accept();
      await pair.seeEachOther();
      assert.deepEqual(await codecs(pair), ["video/VP8", "video/VP8"]);
      await pair.agent.page.evaluateOnNewDocument(lackCodec, "video/VP8");
      await pair.agent.page.reload({ waitUntil: "load" });
      await pair.seeEachOther();
      const wanted = kind === "firefox" ? "video/VP9" : "video/H264";
      await until(`${wanted} both ways`, async () => (await codecs(pair)).every((codec) => codec === wanted));
    } finally {
      await pair?.leave();
      await server.stop();
    }
  });
