// SPDX-License-Identifier: Apache-2.0
// A customer and an agent in real browsers, doing what people do: they click what they can see and read.
import path from "node:path";
import { launch, openPage } from "./browsers.js";
import * as fixtures from "./fixtures.js";
import { compare } from "./hearing.js";
import { keepPrivate } from "./private.js";
import { until } from "./until.js";

/**
 * Finds a visible, enabled control by its exact name (text or label) in the page or its shadow roots; while a dialog is
 * open only there, as for a person.
 */
function findControl(name, selector) {
  const all = [];
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.matches(selector)) all.push(element);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  const dialogs = [...document.querySelectorAll("dialog:modal, .ant-modal-wrap, .ant-drawer-open")].filter((d) => d.getClientRects().length > 0);
  walk(dialogs.at(-1) ?? document);
  const words = (element) =>
    [element.getAttribute("aria-label"), element.innerText, element.title, element.placeholder].filter(Boolean).map((t) => t.trim().replace(/\s+/g, " "));
  const match = name instanceof RegExp ? (t) => name.test(t) : (t) => t === name;
  const usable = (e) => e.getClientRects().length > 0 && !e.disabled && !e.closest("[inert]") && getComputedStyle(e).visibility !== "hidden";
  return all.find((e) => usable(e) && words(e).some(match)) ?? null;
}

/** Nobody hits what is still flying in. */
async function standsStill(element) {
  const place = () => JSON.stringify(element.getBoundingClientRect());
  const before = place();
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const patience = new Promise((resolve) => setTimeout(resolve, 500)); // a tab behind others paints no frames
  await Promise.race([frame().then(frame), patience]);
  return element.isConnected && place() === before;
}

const CONTROLS = "button, [role=button], [role=menuitem], [role=menuitemradio], [role=tab], [role=radio], [role=option], a, label, input, textarea, select, li[tabindex]";

export class Person {
  constructor(server, browser, page, kind) {
    Object.assign(this, { server, browser, page, kind });
  }

  /** Where this person looks: the page, or a frame in it (`this.frame`). */
  get view() {
    return this.frame ?? this.page;
  }

  /** A fresh tab: nothing is left of the visit before, but what the browser keeps for all tabs. */
  async freshTab() {
    const before = this.page;
    this.frame = undefined;
    this.page = await openPage(this.browser, { kind: this.kind, ...this.options });
    await before.close();
  }

  static async sit(server, { kind = "chromium", browser, ...options } = {}) {
    const own = browser ?? (await launch(kind, options));
    const page = await openPage(own, { kind, ...options });
    return Object.assign(new this(server, own, page, kind), { options });
  }

  /** Opens an address as if typed in: never only a jump within the page that is open. */
  async goTo(url) {
    this.frame = undefined;
    await this.page.goto("about:blank");
    await this.page.goto(url);
  }

  async leave() {
    await this.browser.close();
  }

  async find(name, selector = CONTROLS) {
    const source = name instanceof RegExp ? { source: name.source, flags: name.flags } : { exact: name };
    const handle = await this.view.evaluateHandle(
      ({ exact, source: pattern, flags, selector: s, find }) => {
        const control = new Function(`return ${find}`)();
        return control(exact ?? new RegExp(pattern, flags), s);
      },
      { ...source, selector, find: findControl.toString() },
    );
    return handle.asElement();
  }

  /** Clicks what is called `name`, as soon as it is there; when (Date.now()) it did. */
  async click(name, { within } = {}) {
    return until(`"${name}" to click on`, async () => {
      const element = await this.find(name);
      if (!element || !(await element.evaluate(standsStill))) return false;
      const at = Date.now();
      await element.click();
      return at;
    }, { within }).catch((error) => this.#failed(error));
  }

  /** What this person saw when it went wrong: the words, the page's errors, a picture beside the fixtures. */
  async #failed(error) {
    const file = path.join(fixtures.folder, `failed-${this.constructor.name.toLowerCase()}-${process.pid}.png`);
    await this.page.screenshot({ path: file }).catch(() => undefined);
    const words = await this.text().catch(() => "");
    throw new Error(`${error.message}\non the screen (${file}): ${words.slice(0, 1500)}\nerrors of the page: ${this.page.troubles.slice(-5).join("\n")}`);
  }

  /** Waits until what is called `name` is there. */
  finds(name, selector, { within } = {}) {
    return until(`"${name}" on the screen`, () => this.find(name, selector), { within });
  }

  /** Waits for words on the screen: a pattern, or a question about the whole text. */
  async sees(text, { within, every } = {}) {
    const found = typeof text === "function" ? text : (words) => text.test(words);
    await until(`the words ${text}`, async () => found(await this.text()), { within, every }).catch((error) => this.#failed(error));
  }

  /** Opens a menu and takes one of its items. */
  async choose(menu, item) {
    await this.click(menu);
    await this.click(item);
  }

  /** Says something in the chat that is open. */
  async write(text) {
    await this.type("Write a message", text);
    await this.page.keyboard.press("Enter");
  }

  async attach(file) {
    const [chooser] = await Promise.all([this.page.waitForFileChooser(), this.click(/^(Attach|Send) a file$/)]);
    await chooser.accept([file]);
  }

  /** Clicks on the file called `name` in the chat; SHA-256 of what the browser would save. */
  async downloads(name) {
    await this.view.evaluate(() => {
      // A download is a click on a link that the page makes: its bytes are read instead of saved.
      globalThis.__saved = new Promise((resolve) => {
        const digest = (body) => body.arrayBuffer().then((bytes) => crypto.subtle.digest("SHA-256", bytes));
        const make = URL.createObjectURL;
        let made;
        URL.createObjectURL = (blob) => make((made = blob));
        const save = (link) => resolve(link.href.startsWith("blob:") ? digest(made) : fetch(link.href).then(digest));
        HTMLAnchorElement.prototype.click = function () {
          save(this);
        };
        document.addEventListener("click", (event) => {
          const link = event.target.closest("a[download]");
          if (!link) return;
          event.preventDefault();
          save(link);
        }, { once: true });
      });
    });
    await this.click(new RegExp(name.replace(/[.]/g, "\\.")));
    return this.view.evaluate(async () => [...new Uint8Array(await globalThis.__saved)].map((b) => b.toString(16).padStart(2, "0")).join(""));
  }

  text() {
    return this.view.evaluate(() => document.body.innerText.replace(/\s+/g, " "));
  }

  async type(name, text) {
    if (name !== "Company") keepPrivate(name, text);
    await until(`a field "${name}"`, async () => {
      const found = await this.view.evaluateHandle((label) => {
        const fields = [...document.querySelectorAll("input, textarea")];
        return fields.find((f) => [f.getAttribute("aria-label"), f.placeholder, f.id && document.querySelector(`label[for="${f.id}"]`)?.innerText, f.closest("label")?.innerText]
          .filter(Boolean).some((t) => t.trim().startsWith(label)) && f.getClientRects().length > 0) ?? null;
      }, name);
      const element = found.asElement();
      if (!element) return false;
      await element.click({ count: 3 });
      await element.type(text);
      return true;
    });
  }

  /** The other person's picture moves: at least `distinct` different counters within `ms`. */
  async watch(ms = 2000) {
    return this.view.evaluate((time) => __probe.watch(time), ms);
  }

  async seesMovingPicture({ within = 30_000, fps = 5 } = {}) {
    let last;
    await until(`${this.constructor.name} sees a moving picture`, async () => {
      last = await this.watch(1500);
      return last.fps >= fps && last.distinct >= 5 && last;
    }, { within }).catch((error) => {
      throw new Error(`${error.message}\n${JSON.stringify(last)}\nerrors of the page: ${this.page.troubles.slice(-5).join("\n")}`);
    });
    return last;
  }

  seesMovingPeople(count, { within = 30_000 } = {}) {
    return until(`${this.constructor.name} sees ${count} others move`, async () => (await this.view.evaluate(() => __probe.movingOthers(1000))) === count, { within });
  }

  /** When (ms) the other person's picture has moved since now: two different counters seen. */
  async firstMovingFrame({ within = 30_000 } = {}) {
    await until(`${this.constructor.name} sees the picture move again`, async () => {
      const { distinct } = await this.watch(200).catch(() => ({})); // a page that is being loaded has no eyes yet
      return distinct >= 2;
    }, { within, every: 10 });
    return Date.now();
  }

  /** Where this person finds the server: over their own link, if they have one. */
  get home() {
    return this.options.link?.url ?? this.server.url;
  }

  /** As when the machine loses power. */
  async browserDies() {
    const gone = new Promise((resolve) => this.browser.process().once("exit", resolve));
    this.browser.process().kill("SIGKILL");
    await gone;
  }

  async sitAgain() {
    this.browser = await launch(this.kind, this.options);
    this.page = await openPage(this.browser, { kind: this.kind, ...this.options });
  }

  remoteColour() {
    return this.view.evaluate(() => __probe.colour());
  }

  seesColour(fits, { within } = {}) {
    return until("a picture of the other colour", async () => {
      const colour = await this.remoteColour();
      return colour !== null && fits(colour);
    }, { within });
  }

  async hearsTheVoice({ within = 30_000, atLeast = 0.6 } = {}) {
    const known = fixtures.readWav(fixtures.speech());
    return until(`${this.constructor.name} hears the known voice`, async () => {
      const heard = compare(await this.view.evaluate(() => __probe.listen(4000)), known);
      this.heard = heard;
      return heard.correlation >= atLeast && heard.rms > 0.005 && heard;
    }, { within });
  }

  async hearsSilence({ within = 30_000 } = {}) {
    await until(`${this.constructor.name} hears silence`, async () => {
      const { samples } = await this.view.evaluate(() => __probe.listen(1500));
      return Math.sqrt(samples.reduce((s, x) => s + x * x, 0) / Math.max(1, samples.length)) < 0.003;
    }, { within });
  }

  async seesNoMovingPicture({ within = 15_000 } = {}) {
    await until(`${this.constructor.name} sees no moving picture`, async () => ((await this.watch(1200)).distinct ?? 0) <= 1, { within });
  }

  transport() {
    return this.view.evaluate(() => __probe.transport());
  }
}

export class Customer extends Person {
  async hangUp() {
    await this.click("End the call");
    await this.sees(/End the call\?/);
    return this.click("End the call");
  }

  /** From the entry card to the waiting room. */
  async call({ path = "/", ...choices } = {}) {
    await this.page.goto(this.home + path);
    await this.ask(choices);
    if (choices.channel !== "Chat") await this.click(/^(Call now|Skip the check)$/);
  }

  /** From the entry card to the device check, or into the chat. */
  async ask({ channel = "Video", name = "Casey", topic = "Accounts and cards" } = {}) {
    await this.click(new RegExp(`^${topic}`));
    await this.click(new RegExp(`^${channel}`));
    await this.type("Your name", name);
    await this.click("Continue");
  }

  /** Looks into the widget's panel from now on; with `open` after a click on the launcher. */
  async intoWidget({ open = false } = {}) {
    this.frame = undefined;
    if (open) await this.click(/^Contact us/);
    this.frame = await until("the widget's frame", async () => {
      const frame = this.page.frames().find((each) => each.url().includes("/widget/"));
      return frame && (await frame.evaluate(() => document.readyState === "complete" && Boolean(globalThis.__probe)).catch(() => false)) && frame;
    });
  }
}

/** What stands in the middle of the console of whoever is ready: whoever waits already rings at once. */
const AVAILABLE = /You are available|It rings: /;

export class Agent extends Person {
  async signIn(login = "agent1", password = "demo-agent", { path = "/agent/" } = {}) {
    await this.page.goto(this.home + path);
    await this.type("Login", login);
    await this.type("Password", password);
    await this.click("Sign in");
    await until("the console", async () => {
      const skip = await this.find("Skip");
      if (skip) await skip.click();
      return (await this.find("Invite by link")) ?? this.find("Administration");
    });
  }

  /** Clicks once: in the place of "I am ready" is another button as soon as the agent is. */
  async ready() {
    const button = await until("to be available, or the way to it", async () => (await this.find("I am ready")) ?? AVAILABLE.test(await this.text()));
    if (button !== true) await this.click("I am ready");
    await this.sees(AVAILABLE);
  }

  accept() {
    return this.click(/^Accept\b/);
  }

  hangUp() {
    return this.click("End");
  }

  /** What it was about, solved, done: ready for the next. */
  async wrapUp() {
    await this.click("What was it about?");
    await this.page.keyboard.type("Question");
    await this.page.keyboard.press("Enter");
    await this.click("Yes");
    await this.click("Complete & ready");
    await this.sees(AVAILABLE);
  }
}

/** A customer and an agent who is ready, in browsers that serve all tests of a file; call() puts them into a new call. */
export class Pair {
  static async sit(server, { agent = {}, customer = {}, login } = {}) {
    const pair = new Pair();
    pair.agent = await Agent.sit(server, agent);
    pair.customer = await Customer.sit(server, { width: 390, height: 844, ...customer });
    await pair.agent.signIn(login);
    await pair.agent.ready();
    return pair;
  }

  /** A new visit of the customer, up to moving pictures on both sides. */
  async call(options) {
    await this.customer.freshTab();
    await this.customer.call(options);
    await this.agent.accept();
    if ((options?.channel ?? "Video") === "Video") await this.seeEachOther();
  }

  seeEachOther(options) {
    return Promise.all([this.agent.seesMovingPicture(options), this.customer.seesMovingPicture(options)]);
  }

  async hearEachOther(options) {
    await Promise.all([this.agent.hearsTheVoice(options), this.customer.hearsTheVoice(options)]);
  }

  /** When both have seen that the call is over: ms after `since`, at the agent and at the customer. */
  async ended(since) {
    const seen = (person, words) => person.sees(words, { within: 30_000, every: 10 }).then(() => Date.now() - since);
    return Promise.all([seen(this.agent, /Wrap-up/), seen(this.customer, /The conversation has ended/)]);
  }

  /** Out of whatever is left of a call. */
  async over() {
    await this.agent.hangUp();
    await this.agent.wrapUp();
  }

  async leave() {
    await this.customer?.leave();
    await this.agent?.leave();
  }
}
