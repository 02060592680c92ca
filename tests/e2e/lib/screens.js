// SPDX-License-Identifier: Apache-2.0
// What the walks through all screens need: switches in the page for what a browser and a network do to people, and its look.

/** Lets a walk refuse the devices and cut the line of a page, as a browser and a network would. */
function installSwitches() {
  const sockets = [];
  globalThis.__switches = {
    refuse: "", // name of the error that getUserMedia answers with
    offline: false,
    cut() {
      this.offline = true;
      for (const socket of sockets) socket.close();
    },
  };
  const capture = navigator.mediaDevices?.getUserMedia.bind(navigator.mediaDevices);
  if (capture)
    navigator.mediaDevices.getUserMedia = (constraints) => {
      const { refuse } = globalThis.__switches;
      return refuse ? Promise.reject(new DOMException("refused", refuse)) : capture(constraints);
    };
  const load = globalThis.fetch;
  globalThis.fetch = (...args) => (globalThis.__switches.offline ? Promise.reject(new TypeError("offline")) : load(...args));
  globalThis.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      sockets.push(this);
    }
  };
}

/** Turns one of the switches of the page. */
export const turn = (person, change) => person.page.evaluate((to) => Object.assign(__switches, to), change);
export const cut = (person) => person.page.evaluate(() => __switches.cut());

/** Answers requests whose path begins with `path` by `how`, until the returned function is called. */
export async function answering(page, path, how) {
  const listener = (request) => (new URL(request.url()).pathname.startsWith(path) ? how(request) : request.continue());
  await page.setRequestInterception(true);
  page.on("request", listener);
  return async () => {
    page.off("request", listener);
    await page.setRequestInterception(false);
  };
}

export async function sit(server, Who, options) {
  const person = await Who.sit(server, options);
  await person.page.evaluateOnNewDocument(installSwitches);
  return person;
}

const KEPT = { customer: "visavis.look", agent: "visavis.agent.prefs" };

/** Changes language and colours of a page as another tab of the same person would. */
export async function look(page, who, { lang, theme }) {
  await page.evaluate(
    (key, agent, choice) => {
      const { state, ...kept } = JSON.parse(localStorage.getItem(key) ?? '{"version":1}');
      const value = agent ? { ...kept, state: { ...state, lang: choice.lang, mode: choice.theme } } : choice;
      localStorage.setItem(key, JSON.stringify(value));
      dispatchEvent(new StorageEvent("storage", { key, newValue: JSON.stringify(value) }));
      return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    },
    KEPT[who], who === "agent", { lang, theme },
  );
}
