// SPDX-License-Identifier: Apache-2.0
// A walk through every screen of the console in one browser; customers are clients without one. `see(name, page)` is called at each
// screen, in English.
import { AgentClient, CustomerClient, rest } from "./clients.js";
import { Agent } from "./people.js";
import { answering, cut, sit, turn } from "./screens.js";
import { until } from "./until.js";

/** As on a server where several companies work. */
async function askedForCompany(agent, see) {
  const problem = JSON.stringify({ code: "tenant_needed", detail: "Several companies work here." });
  const restore = await answering(agent.page, "/v1/session", (request) =>
    request.respond({ status: 400, contentType: "application/problem+json", body: problem }),
  );
  await agent.type("Password", "demo-agent");
  await agent.click("Sign in");
  await agent.sees(/Several companies work here/);
  await see("sign-in, company");
  await restore();
  await agent.type("Company", "demo");
}

async function signIn(agent, see) {
  await agent.page.goto(`${agent.server.url}/agent/`);
  await agent.finds("Sign in");
  await see("sign-in");
  await agent.type("Login", "agent1");
  await askedForCompany(agent, see);
  await agent.type("Password", "wrong");
  await agent.click("Sign in");
  await agent.sees(/is wrong/);
  await see("sign-in refused");
  await agent.type("Password", "demo-agent");
  await agent.click("Sign in");
  await agent.finds("Skip");
  await see("device check");
  await agent.click("Skip");
  await agent.finds("Invite by link");
  await see("away, nobody waits");
}

/** Takes whatever rings until the contacts of both are open, also where it stopped ringing while a screen was looked at. */
async function takeBoth(agent) {
  await until("both contacts", async () => {
    if ((await agent.find("赵敏")) && (await agent.find(/^Eleanor/))) return true;
    const next = (await agent.find(/^Accept\b/)) ?? (await agent.find("I am ready"));
    await next?.click().catch(() => undefined); // it may be gone by now
    return false;
  });
}

async function queue(agent, see) {
  const { url } = agent.server;
  const caller = await CustomerClient.arrive(url, {
    channel: "audio", name: "Eleanor Whitfield-Montgomery",
    attributes: { customer_id: "C-20391", page: "https://shop.example/cards/gold?step=3", product: "Gold card" },
  });
  const check = { skipped: false, camera: "ok", microphone: "ok", speaker: "not_tested", light: "good", network: "weak", rtt_ms: 210 };
  await rest(url, "POST", "/v1/public/contact/check", { token: caller.token, body: check });
  const writer = await CustomerClient.arrive(url, { channel: "chat", name: "赵敏", language: "zh-CN" });
  await agent.sees(/赵敏/);
  await see("two wait");
  await agent.click("I am ready");
  await agent.finds(/^Accept\b/);
  await see("ringing");
  await takeBoth(agent);
  await agent.click(/^Eleanor/);
  await agent.finds("Hold");
  return { caller, writer };
}

async function call(agent, { caller }, see) {
  const contact_id = caller.id;
  await caller.command("media.state", { contact_id, audio: "on", video: "none" });
  await see("voice call");
  await caller.command("contact.raise", { contact_id, channel: "video" });
  await agent.sees(/would like to switch to video/);
  await see("customer asks for video");
  await agent.click("Agree");
  await agent.finds("Camera off");
  await caller.command("media.state", { contact_id, audio: "off", video: "off" });
  await caller.command("chat.send", { contact_id, text: "The letter says I owe 340 euros, but I paid it on the 3rd." });
  await agent.write("Let me look that up for you.");
  await agent.sees(/I paid it/);
  await see("video call");
  await agent.click(/^(Good|Weak|Bad)$/);
  await agent.sees(/Sound lost/);
  await see("quality in figures");
  await agent.page.keyboard.press("Escape");
}

async function chat(agent, { writer }, see) {
  await agent.click("赵敏");
  await writer.command("chat.send", { contact_id: writer.id, text: "你好，我想问一下账单。" });
  await agent.sees(/我想问一下账单/);
  await see("chat beside the call");
  await agent.click(/^Eleanor/);
  await agent.click("History");
  await agent.sees(/No earlier contacts|not answered/);
  await see("history");
}

/** Escape, until no dialog is left: it hears keys only once it has opened. */
const closed = (agent) =>
  until("no dialog", async () => {
    if (!(await agent.page.$(".ant-modal"))) return true;
    await agent.page.keyboard.press("Escape");
    return false;
  });

/** Takes an item of a menu that may be closing, or closed by a change of the look: then it is opened again. */
const fromMenu = (agent, menu, item, words) =>
  until(`"${item}" to open`, async () => {
    if (words.test(await agent.text())) return true;
    const found = await agent.find(item);
    const taken = found && (await found.click().then(() => true, () => false));
    if (!taken) await (await agent.find(menu))?.click();
    return false;
  });

/** Opens one dialog after the other, by what opens it. */
async function dialogs(agent, see) {
  const shown = async (name, open, words) => {
    await open();
    await agent.sees(words);
    await see(name);
    await closed(agent);
  };
  await shown("transfer", () => agent.click("Transfer"), /Transfer/);
  await shown("third person", () => agent.click("Add"), /Add/);
  await shown("link", () => agent.click("Invite by link"), /One-time link/);
  await shown("search", () => agent.click(/^Search/), /Search/);
  await shown("settings", () => fromMenu(agent, /Settings and sign-out of/, "Settings", /Ringer/), /Ringer/);
  await shown("shortcuts", () => fromMenu(agent, /Settings and sign-out of/, "Keyboard shortcuts", /Use shortcuts/), /Use shortcuts/);
  await agent.click("More");
  await agent.finds("Abusive customer …");
  await see("menu of the call");
  await shown("abuse", () => fromMenu(agent, "More", "Abusive customer …", /End because of abuse/), /End because of abuse/);
  await agent.click("Show clearly");
}

async function interruptions(agent, { caller }, see) {
  await agent.click("Hold");
  await agent.finds("Resume");
  await see("on hold");
  await agent.click("Resume");
  await agent.finds("Hold");
  caller.cut();
  await agent.sees(/has dropped out/);
  await see("customer gone");
  await caller.connect();
  await until("the customer again", async () => !/has dropped out/.test(await agent.text()));
  await cut(agent);
  await agent.sees(/The connection is lost/);
  await see("reconnecting");
  await turn(agent, { offline: false });
  await until("the line again", async () => !/The connection is lost/.test(await agent.text()));
  const elsewhere = await AgentClient.signIn(agent.server.url, "agent1");
  await agent.sees(/open in another tab/);
  await see("open in another tab");
  elsewhere.cut();
  await agent.click("Use it here");
  await agent.finds("Hold");
}

async function wrapUp(agent, see) {
  await agent.hangUp();
  await agent.sees(/What was it about/);
  await agent.click("Complete & ready");
  await agent.sees(/Choose what it was about/);
  await see("wrap-up");
}

/** The console as a tablet and a phone show it. */
async function narrow(agent, see) {
  const { width, height } = agent.page.viewport();
  await agent.page.setViewport({ width: 1024, height: 768 });
  await agent.click("Customer and history");
  await agent.sees(/Here since/);
  await see("tablet, customer");
  await agent.page.keyboard.press("Escape");
  await agent.page.setViewport({ width: 390, height: 844 });
  for (const pane of ["Queue", "Contact", "Customer"]) {
    await agent.click(pane);
    await see(`phone, ${pane.toLowerCase()}`);
  }
  await agent.page.setViewport({ width, height });
}

async function asSomebodyElse(agent, login) {
  const session = await agent.page.createCDPSession();
  await session.send("Network.clearBrowserCookies");
  await agent.signIn(login, `demo-${login}`);
}

async function supervision(agent, see) {
  await CustomerClient.arrive(agent.server.url, { channel: "video", name: "周建国" });
  await asSomebodyElse(agent, "lead");
  await agent.click("Live wall");
  await agent.sees(/Service level/);
  await see("wall");
}

async function administration(agent, see) {
  await asSomebodyElse(agent, "admin");
  await agent.click("Administration");
  await agent.sees(/agent2/);
  await see("administration");
  for (const [button, name] of [["Add person", "add a person"], ["Add topic", "add a topic"]]) {
    await agent.click(button);
    await agent.click("Save");
    await agent.sees(/This is needed/);
    await see(name);
    await closed(agent);
  }
  for (const [button, name] of [[/^Edit .*Lin/, "edit a person"], [/^Edit Claims/, "edit a topic"]]) {
    await agent.click(button);
    await agent.finds("Save");
    await see(name);
    await closed(agent);
  }
}

/** The console, from sign-in to wrap-up; then the wall and the administration. */
export async function agentScreens(server, see, options = {}) {
  const agent = await sit(server, Agent, options);
  const look = (name) => see(name, agent.page);
  try {
    await signIn(agent, look);
    const people = await queue(agent, look);
    await call(agent, people, look);
    await chat(agent, people, look);
    await dialogs(agent, look);
    await interruptions(agent, people, look);
    await narrow(agent, look);
    await wrapUp(agent, look);
    await supervision(agent, look);
    await administration(agent, look);
  } finally {
    await agent.leave();
  }
}
