// SPDX-License-Identifier: Apache-2.0
// How customers come: by a one-time link, without camera or microphone, from another tab, by the widget on somebody else's
// page, in Chinese.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, watchPage } from "./lib/browsers.js";
import { rest } from "./lib/clients.js";
import { HostPage } from "./lib/host_page.js";
import { Agent, Customer } from "./lib/people.js";
import { Server } from "./lib/server.js";
import { until } from "./lib/until.js";

let server;
let shop;
let stranger;
let phone;
let agent;
let customer;
let expiredLink;
before(async () => {
  server = await Server.start();
  shop = await HostPage.open({ attributes: { key: "demo", lang: "en", "attr-customer-id": "K-77", "attr-product": "card" } });
  stranger = await HostPage.open({ attributes: { key: "demo", lang: "en" } });
  expiredLink = await linkByRest();
  await server.killHard();
  server.changeStored("UPDATE link SET expires_at = created_at + 1");
  server.changeStored("UPDATE tenant SET allowed_origins = replace(allowed_origins, '*', ?)", shop.origin);
  await server.startAgain();
  shop.widgetFrom = stranger.widgetFrom = server.url;

  phone = await launch("chromium", { width: 390, height: 844 });
  agent = await Agent.sit(server);
  customer = await Customer.sit(server, { browser: phone });
  await agent.signIn();
  await agent.ready();
});
after(async () => {
  await phone?.close();
  await agent?.leave();
  shop.close();
  stranger.close();
  await server.stop();
});

async function linkByRest() {
  const session = await rest(server.url, "POST", "/v1/session", { body: { tenant_key: "demo", login: "agent1", password: "demo-agent" } });
  const entry = await rest(server.url, "GET", "/v1/public/entry?key=demo");
  const made = await rest(server.url, "POST", "/v1/links", {
    cookie: session.headers.get("set-cookie").split(";")[0], csrf: session.body.csrf_token,
    body: { topic_id: entry.body.topics[0].id, channel: "video", customer: { name: "Late" } },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return made.body.url;
}

const seeEachOther = () => Promise.all([agent.seesMovingPicture(), customer.seesMovingPicture()]);
const hearEachOther = () => Promise.all([agent.hearsTheVoice(), customer.hearsTheVoice()]);

/** Someone else at the same server, on the phone's browser but with storage of their own. */
const another = async (options = {}) => Customer.sit(server, { browser: await phone.createBrowserContext(), ...options });

async function end() {
  await agent.hangUp();
  await agent.wrapUp();
}

test("a one-time link: made by the agent, opened once, and back by it in the same browser only", { timeout: 180_000 }, async () => {
  await agent.click("Invite by link");
  await agent.type("Customer's name", "Taylor");
  await agent.click("Make link");
  await agent.sees(/Works once, until/);
  const link = await agent.page.$eval("#link-address", (field) => field.value);
  await until("the QR code is drawn", () => agent.page.$eval("img[alt='QR code of the link']", (image) => image.naturalWidth > 0));
  await agent.page.keyboard.press("Escape");

  await customer.goTo(link);
  await customer.sees(/林小雨 Lin invites you/);
  await customer.click("Continue");
  await customer.click("Call now");
  await agent.sees(/Incoming video call Taylor/);
  await agent.accept();
  await seeEachOther();
  await agent.sees(/One-time link/);

  await customer.goTo(link);
  await seeEachOther();
  const other = await another();
  await other.goTo(link);
  await other.sees(/This link has already been used/);
  await other.goTo(expiredLink);
  await other.sees(/This link has expired/);
  await other.goTo(`${server.url}/c/#l=${"x".repeat(43)}`);
  await other.sees(/This link is not valid/);
  await other.click("New request");
  await other.sees(/How can we help/);
  await other.leave();
  await seeEachOther();
});

test("a second tab takes the call, the first says where it is and takes it back; the same for the agent", { timeout: 120_000 }, async () => {
  const tab = await Customer.sit(server, { browser: phone });
  await tab.goTo(customer.page.url());
  await tab.seesMovingPicture();
  await customer.page.bringToFront();
  await customer.sees(/The conversation is open in another window/);
  await customer.click("Continue here");
  await seeEachOther();
  await tab.sees(/The conversation is open in another window/);
  await tab.page.close();

  const console2 = await Agent.sit(server, { browser: agent.browser });
  await console2.goTo(`${server.url}/agent/`);
  await console2.click("Continue here");
  await console2.seesMovingPicture();
  await agent.page.bringToFront();
  await agent.sees(/The console is open in another tab/);
  await agent.click("Use it here");
  await seeEachOther();
  await hearEachOther();
  await console2.page.close();
  await end();
});

test("camera and microphone denied: the page says how to allow them, and the chat works", { timeout: 120_000 }, async () => {
  const denied = await Customer.sit(server, { width: 390, height: 844, flags: ["--use-fake-ui-for-media-stream=deny"] });
  await denied.goTo(server.url);
  await denied.ask({ name: "Denied" });
  await denied.sees(/The camera is blocked Tap the icon at the left of the address, switch Camera on, then try again/);
  await denied.sees(/The microphone is blocked/);
  await denied.click("Chat instead");
  await agent.sees(/Incoming chat/);
  await agent.accept();
  await denied.write("No camera here");
  await agent.sees(/No camera here/);
  await denied.leave();
  await agent.click("End chat");
  await agent.wrapUp();
});

test("no camera: the call goes on with sound only", { timeout: 120_000 }, async () => {
  const blind = await another({ missing: ["video"] });
  await blind.goTo(server.url);
  await blind.ask({ name: "Soundonly" });
  await blind.sees(/No camera was found/);
  await blind.click("Go on with sound only");
  await blind.click("Call now");
  await agent.sees(/Incoming audio call/);
  await agent.accept();
  await Promise.all([agent.hearsTheVoice(), blind.hearsTheVoice()]);
  await blind.leave();
  await end();
});

test("no microphone: both are told, and the customer sees, hears and is seen", { timeout: 120_000 }, async () => {
  const mute = await another({ missing: ["audio"] });
  await mute.goTo(server.url);
  await mute.ask({ name: "Quiet" });
  await mute.sees(/No microphone was found/);
  await mute.click("Call now");
  await agent.accept();
  await Promise.all([agent.seesMovingPicture(), mute.seesMovingPicture(), mute.hearsTheVoice()]);
  await mute.sees(/No microphone was found/);
  await agent.sees(/No microphone/);
  await mute.leave();
  await end();
});

test("the widget on a foreign site: attributes travel, and the call is back after a navigation without a click", { timeout: 180_000 }, async () => {
  await customer.freshTab();
  await customer.page.setViewport({ width: 1280, height: 800 }); // on a phone the panel covers the site's links
  await customer.goTo(`${shop.origin}/first`);
  await customer.intoWidget({ open: true });
  await customer.ask({ name: "Shopper" });
  await customer.click("Call now");
  await agent.sees(/Incoming video call Shopper/);
  await agent.accept();
  await seeEachOther();
  await agent.sees(/K-77/);
  await agent.sees((text) => text.includes(`${shop.origin}/first`));

  customer.frame = undefined;
  await Promise.all([customer.page.waitForNavigation({ waitUntil: "load" }), customer.click("To the second page")]);
  const since = Date.now();
  await customer.intoWidget();
  const [atAgent, atCustomer] = await Promise.all([agent, customer].map(async (person) => (await person.firstMovingFrame({ within: 30_000 })) - since));
  console.log(`after the host page's navigation: picture back after ${atAgent} ms at the agent, ${atCustomer} ms at the customer (bar 3000)`);
  await seeEachOther();
  await hearEachOther();
});

async function popOut() {
  await customer.click("Open in its own window");
  const target = await phone.waitForTarget((each) => /\/c\/.*#t=/.test(each.url()));
  return Object.assign(new Customer(server, phone, await watchPage(await target.page()), "chromium"), { options: {} });
}

test("popped out, the call stays in its window while the site is browsed, until it is brought back", { timeout: 120_000 }, async () => {
  const popup = await popOut();
  await popup.page.reload();
  await popup.seesMovingPicture();
  await customer.sees(/The conversation continues in its own window/);

  const watching = popup.watch(5000);
  customer.frame = undefined;
  await Promise.all([customer.page.waitForNavigation({ waitUntil: "load" }), customer.click("To the first page")]);
  await customer.intoWidget();
  await customer.sees(/The conversation continues in its own window/);
  const { fps, distinct } = await watching;
  assert.ok(fps >= 5 && distinct >= 15, `${fps} frames/s, ${distinct} different ones in the popped-out window`);
  await Promise.all([agent.seesMovingPicture(), popup.seesMovingPicture()]);

  await customer.click("Bring it back here");
  await seeEachOther();
  await popup.sees(/The conversation is open in another window/);
  await popup.page.close();
});

test("popped out and the window closed, the call is back in the widget without a click", { timeout: 120_000 }, async () => {
  const popup = await popOut();
  await popup.page.reload();
  await popup.seesMovingPicture();
  await customer.sees(/The conversation continues in its own window/);
  await popup.page.close();
  await seeEachOther();
  await hearEachOther();
  await end();
  await customer.sees(/The conversation has ended/);
});

test("a site that the company does not know cannot embed the conversation", { timeout: 60_000 }, async () => {
  await customer.freshTab();
  await customer.goTo(`${stranger.origin}/first`);
  await customer.click(/^Contact us/);
  const inWidget = (selector) => customer.page.evaluate((what) => {
    const roots = [...document.body.children].map((element) => element.shadowRoot).filter(Boolean);
    return roots.map((root) => root.querySelector(what)?.textContent ?? "").join("");
  }, selector);
  await until("words instead of the browser's grey box", async () => /cannot be opened on this page/.test(await inWidget("[role=alert]")));
  assert.equal(customer.page.frames().length, 1, "the refused frame is gone");
  await customer.click("Minimise");
  await until("the launcher again", async () => customer.page.evaluate(() => Boolean(document.activeElement?.shadowRoot?.activeElement)));
});

test("the demo shop: what the page knows of the customer is at the agent's", { timeout: 90_000 }, async () => {
  await customer.goTo(`${server.url}/demo/en/account/`);
  await customer.intoWidget({ open: true });
  await customer.ask({ name: "Chen", channel: "Chat" });
  await agent.accept();
  await agent.sees(/C-20417/);
  await agent.sees(/gold/);
  await agent.click("End chat");
  await agent.wrapUp();
});

test("in Chinese, from the first page to the waiting room", { timeout: 60_000 }, async () => {
  const guest = await another();
  await guest.goTo(`${server.url}/?lang=zh-CN`);
  await guest.sees(/需要什么帮助/);
  assert.equal(await guest.page.evaluate(() => document.documentElement.lang), "zh-CN");
  await guest.click(/^账户与银行卡/);
  await guest.click("继续");
  await guest.sees(/通话前检查/);
  await guest.click("跳过检查");
  await guest.sees(/您已在排队中|下一位就是您/);
  await guest.click("不等了");
  await guest.leave();
});
