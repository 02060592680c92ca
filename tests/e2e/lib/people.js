// SPDX-License-Identifier: Apache-2.0
// A customer and an agent in real browsers, doing what people do: they click what they can see and read.
import { launch, openPage } from "./browsers.js";
import { readWav, speech } from "./fixtures.js";
import { compare } from "./hearing.js";
import { until } from "./until.js";

/** Finds a visible, enabled control by its exact name (text or label) in the page or its frames' shadow roots. */
function findControl(name, selector) {
  const all = [];
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.matches(selector)) all.push(element);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document);
  const words = (element) =>
    [element.getAttribute("aria-label"), element.innerText, element.title, element.placeholder].filter(Boolean).map((t) => t.trim().replace(/\s+/g, " "));
  const match = name instanceof RegExp ? (t) => name.test(t) : (t) => t === name;
  const usable = (e) => e.getClientRects().length > 0 && !e.disabled && !e.closest("[inert]") && getComputedStyle(e).visibility !== "hidden";
  return all.find((e) => usable(e) && words(e).some(match)) ?? null;
}

const CONTROLS = "button, [role=button], [role=menuitem], [role=menuitemradio], [role=tab], [role=radio], [role=option], a, label, input, textarea, li[tabindex]";

export class Person {
  constructor(server, browser, page, kind) {
    Object.assign(this, { server, browser, page, kind });
  }

  static async sit(server, { kind = "chromium", browser, ...options } = {}) {
    const own = browser ?? (await launch(kind, options));
    const page = await openPage(own, { kind });
    return new this(server, own, page, kind);
  }

  async leave() {
    await this.browser.close();
  }

  async find(name, selector = CONTROLS) {
    const source = name instanceof RegExp ? { source: name.source, flags: name.flags } : { exact: name };
    const handle = await this.page.evaluateHandle(
      ({ exact, source: pattern, flags, selector: s, find }) => {
        const control = new Function(`return ${find}`)();
        return control(exact ?? new RegExp(pattern, flags), s);
      },
      { ...source, selector, find: findControl.toString() },
    );
    return handle.asElement();
  }

  /** Clicks what is called `name`, as soon as it is there. */
  async click(name, { within } = {}) {
    await until(`"${name}" to click on`, async () => {
      const element = await this.find(name);
      if (!element) return false;
      await element.click();
      return true;
    }, { within });
  }

  async sees(text, { within } = {}) {
    await until(`the words "${text}"`, async () => (await this.text()).match(text) !== null, { within });
  }

  text() {
    return this.page.evaluate(() => document.body.innerText.replace(/\s+/g, " "));
  }

  async type(name, text) {
    await until(`a field "${name}"`, async () => {
      const found = await this.page.evaluateHandle((label) => {
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
    return this.page.evaluate((time) => __probe.watch(time), ms);
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

  async hearsTheVoice({ within = 30_000, atLeast = 0.6 } = {}) {
    const known = readWav(speech());
    return until(`${this.constructor.name} hears the known voice`, async () => {
      const heard = compare(await this.page.evaluate(() => __probe.listen(4000)), known);
      this.heard = heard;
      return heard.correlation >= atLeast && heard.rms > 0.005 && heard;
    }, { within });
  }

  async hearsSilence({ within = 30_000 } = {}) {
    await until(`${this.constructor.name} hears silence`, async () => {
      const { samples } = await this.page.evaluate(() => __probe.listen(1500));
      return Math.sqrt(samples.reduce((s, x) => s + x * x, 0) / Math.max(1, samples.length)) < 0.003;
    }, { within });
  }

  async seesNoMovingPicture({ within = 15_000 } = {}) {
    await until(`${this.constructor.name} sees no moving picture`, async () => (await this.watch(1200)).distinct === undefined || (await this.watch(1200)).distinct <= 1, { within });
  }

  transport() {
    return this.page.evaluate(() => __probe.transport());
  }
}

export class Customer extends Person {
  /** From the entry card to the waiting room. */
  async call({ channel = "Video", topic = "Accounts and cards", name = "Casey", path = "/" } = {}) {
    await this.page.goto(this.server.url + path);
    await this.click(new RegExp(`^${topic}`));
    await this.click(new RegExp(`^${channel}`));
    await this.type("Your name", name);
    await this.click("Continue");
    await this.sees(/What we may do/);
    await this.click("Continue");
    if (channel !== "Chat") await this.click(/^(Call now|Skip the check)$/);
  }
}

export class Agent extends Person {
  async signIn(login = "agent1", password = "demo-agent") {
    await this.page.goto(`${this.server.url}/agent/`);
    await this.type("Login", login);
    await this.type("Password", password);
    await this.click("Sign in");
    await until("the console", async () => {
      const skip = await this.find("Skip");
      if (skip) await skip.click();
      return (await this.find("I am ready")) || (await this.text()).includes("You are available");
    });
  }

  async ready() {
    await this.click("I am ready");
    await this.sees(/You are available/);
  }

  accept() {
    return this.click("Accept");
  }
}
