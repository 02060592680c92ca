// SPDX-License-Identifier: Apache-2.0
// A walk through every screen of the customer page in one browser; the agent is a client without one. `see(name, page)` is called at
// each screen, in English.
import { AgentClient, askConsent, CustomerClient, rest } from "./clients.js";
import { Customer } from "./people.js";
import { answering, cut, sit, turn } from "./screens.js";
import { until } from "./until.js";

async function noServer(customer, see) {
  const { page, server } = customer;
  await page.goto(`${server.url}/?key=nowhere`);
  await customer.sees(/This address is not known/);
  await see("address not known");
  let held;
  const stop = await answering(page, "/v1/public/entry", (request) => (held ? request.abort() : (held = request)));
  await page.goto(`${server.url}/?key=demo`);
  await until("the skeleton", () => page.$(".skeleton"));
  await see("loading");
  await held.abort();
  await customer.sees(/cannot be reached/);
  await see("server not reached");
  await stop();
}

async function entry(customer, see) {
  const { page, server } = customer;
  const { identifier } = await page.evaluateOnNewDocument(() => delete globalThis.RTCPeerConnection);
  await page.goto(`${server.url}/?key=demo`);
  await customer.sees(/This browser cannot make calls/);
  await see("browser without calls");
  await page.removeScriptToEvaluateOnNewDocument(identifier);
  await page.goto(`${server.url}/?key=demo`);
  await customer.click(/^Accounts and cards/);
  await customer.click(/^Voice/);
  await see("entry");
  await customer.type("Your name", "Casey");
  await customer.click("Continue");
  await customer.sees(/What we may do/);
  await see("consents");
}

async function deviceCheck(customer, see) {
  await turn(customer, { refuse: "NotAllowedError" });
  await customer.click("Continue");
  await customer.sees(/The microphone is blocked/);
  await see("microphone blocked");
  await customer.click("Back");
  await customer.click("Back");
  await customer.click(/^Video/);
  await customer.click("Continue");
  await turn(customer, { refuse: "NotFoundError" });
  await customer.click("Continue");
  await customer.sees(/No camera was found/);
  await see("no camera, no microphone");
  await turn(customer, { refuse: "" });
  await customer.click("Try again");
  await customer.sees(/We can hear you|Say something/);
  await see("device check");
  await customer.click("Play a sound");
  await customer.sees(/Did you hear it/);
  await customer.click("Go on with sound only");
}

async function waitingRoom(customer, see) {
  await customer.click("Call now");
  await customer.sees(/You are in the queue/);
  await see("waiting");
  await customer.click("Describe your request now");
  await customer.write("I cannot find the statement of last month.");
  await customer.sees(/statement of last month/);
  await see("waiting, writing");
  await customer.click("Close");
}

/** The next offer of this agent, accepted; the contact's id. */
async function accepted(agent) {
  await agent.ready();
  const offer = await until("an offer", () => agent.offer);
  await agent.command("offer.accept", { contact_id: offer.contact.id });
  return offer.contact.id;
}

async function finished(agent, id, reason) {
  await agent.command("contact.end", { contact_id: id, ...(reason ? { reason } : {}) });
  await agent.command("wrapup.complete", { contact_id: id, disposition: "answered", resolved: true });
}

async function call(customer, agent, id, see) {
  await customer.finds("More");
  await see("voice call");
  await agent.command("contact.raise", { contact_id: id, channel: "video" });
  await customer.sees(/would like to see you/);
  await see("agent asks for video");
  await customer.click("Allow");
  await customer.finds("Camera off");
  await see("video call");
  await customer.click("More");
  await see("more");
  await customer.click("Privacy choices");
  await see("privacy choices");
  await customer.click("Close");
  await agent.command("chat.send", { contact_id: id, text: "Here is where you find it: Accounts, then Statements." });
  await customer.click(/^Chat/);
  await customer.sees(/then Statements/);
  await see("call with chat");
  await customer.click("Close");
  await customer.click("End the call");
  await see("end the call?");
  await customer.click("Stay");
  await customer.click("Mute");
  await see("muted");
  await customer.click("Unmute");
}

async function interruptions(customer, agent, id, see) {
  await agent.command("contact.hold", { contact_id: id, on: true });
  await customer.sees(/On hold/);
  await see("on hold");
  await agent.command("contact.hold", { contact_id: id, on: false });
  await cut(customer);
  await customer.sees(/Connection lost/);
  await see("reconnecting");
  await turn(customer, { offline: false });
  await until("the line again", async () => !/Connection lost/.test(await customer.text()));
  agent.cut();
  await customer.sees(/We keep the call open/);
  await see("agent gone");
  await agent.connect();
  const elsewhere = Object.assign(new CustomerClient(customer.server.url), { token: await tokenOf(customer) });
  await elsewhere.connect();
  await customer.sees(/open in another window/);
  await see("open in another window");
  elsewhere.cut();
  await customer.click("Continue here");
  await customer.finds("More");
}

const tokenOf = (customer) => customer.page.evaluate(() => new URLSearchParams(location.hash.slice(1)).get("t"));

async function end(customer, agent, id, see) {
  await finished(agent, id);
  await customer.sees(/How was it/);
  await see("ended, rating");
  await customer.click("5 of 5 stars");
  await customer.click("Send");
  await customer.sees(/Thank you/);
  await see("thanks");
}

async function chat(customer, agent, see) {
  await agent.command("agent.state", { state: "break", reason: "other" });
  await customer.freshTab();
  await customer.call({ channel: "Chat" });
  await customer.sees(/Waiting for an agent/);
  await see("chat, waiting");
  const id = await accepted(agent);
  await agent.command("chat.send", { contact_id: id, text: "Good morning, how can I help?" });
  await customer.sees(/how can I help/);
  await customer.write("My card was refused.");
  await agent.command("chat.typing", { contact_id: id });
  await customer.sees(/is writing/);
  await see("chat");
  await finished(agent, id, "abuse");
  await customer.sees(/The conversation has ended/);
  await see("ended by the agent");
  await agent.command("agent.state", { state: "break", reason: "other" });
  await customer.freshTab();
  await customer.call({ channel: "Chat" });
  await customer.click("End");
  await customer.sees(/End the conversation\?/);
  await customer.click("End");
  await customer.sees(/You left the queue/);
  await see("ended without an answer");
}

async function links(customer, agent, see) {
  const { server } = customer;
  const entryOf = await rest(server.url, "GET", "/v1/public/entry?key=demo");
  const topic_id = entryOf.body.topics[0].id;
  const made = await agent.rest("POST", "/v1/links", { topic_id, channel: "video", customer: { name: "Casey" }, to_me: true });
  const visit = async (what) => {
    await customer.freshTab();
    await customer.page.goto(made.body.url);
    await customer.sees(what);
  };
  await visit(/invites you/);
  await see("invitation");
  const link_token = new URL(made.body.url).hash.slice("#l=".length);
  await rest(server.url, "POST", "/v1/public/contacts", { body: { key: "demo", topic_id, channel: "video", language: "en", consents: [], link_token } });
  await visit(/already been used/);
  await see("link used");
  // Another link in the same tab: only the fragment changes.
  await customer.page.goto(`${server.url}/c/#l=${"x".repeat(43)}`);
  await customer.sees(/This link is not valid/);
  await see("link unknown");
  await customer.page.goto(`${server.url}/c/?key=demo#t=${"x".repeat(43)}`);
  await customer.sees(/This conversation is over/);
  await see("conversation over");
  await customer.page.goto(`${server.url}/demo/`);
  await see("foreign page with the widget");
}

/** The customer page, from the entry card to the rating. */
export async function customerScreens(server, see, options = {}) {
  const customer = await sit(server, Customer, { width: 390, height: 844, ...options });
  const agent = await AgentClient.signIn(server.url, "agent1");
  const look = (name) => see(name, customer.page);
  await askConsent(server.url, ["recording", "transcript", "face_analysis", "screen_view", "biometrics"]);
  try {
    await noServer(customer, look);
    await entry(customer, look);
    await deviceCheck(customer, look);
    await waitingRoom(customer, look);
    const id = await accepted(agent);
    await call(customer, agent, id, look);
    await interruptions(customer, agent, id, look);
    await end(customer, agent, id, look);
    await askConsent(server.url, []);
    await chat(customer, agent, look);
    await links(customer, agent, look);
  } finally {
    agent.cut();
    await customer.leave();
  }
}
