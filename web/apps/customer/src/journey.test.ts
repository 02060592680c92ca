// SPDX-License-Identifier: Apache-2.0
import { LocalMedia } from "@visavis/client-core";
import { FakeEnvironment, settle } from "@visavis/client-core/testkit";
import type { Consent, ConsentText, Entry, Purpose } from "@visavis/protocol";
import { beforeEach, describe, expect, it } from "vitest";
import type { Host, PageState, SavedContact } from "./host.ts";
import { Journey } from "./journey.ts";

const entry: Entry = {
  tenant: { key: "demo", name: { "zh-CN": "演示", en: "Demo" } },
  topics: [
    { id: "q1", name: { "zh-CN": "甲", en: "A" }, channels: ["chat", "audio", "video"], open: true },
    { id: "q2", name: { "zh-CN": "乙", en: "B" }, channels: ["chat"], open: true },
    { id: "q3", name: { "zh-CN": "丙", en: "C" }, channels: ["video"], open: false },
  ],
  consents: [
    { purpose: "recording", version: "1", title: "Recording", text: "…" },
    { purpose: "transcript", version: "2", title: "Transcript", text: "…" },
  ],
  required: { q2: ["recording"] },
};

class FakeHost implements Host {
  embedded = false;
  token: string | undefined;
  key = "";
  elsewhere: string | undefined;
  readonly states: PageState[] = [];
  readonly links: Record<string, SavedContact> = {};

  on(): () => void {
    return () => undefined;
  }
  loadToken(key: string, link?: string): SavedContact | undefined {
    if (link) return this.links[link];
    return this.token ? { token: this.token, key } : undefined;
  }
  saveToken(token: string | undefined, key: string, link?: string): void {
    this.token = token;
    this.key = key;
    if (link && token) this.links[link] = { token, key };
  }
  tellState(state: PageState): void {
    this.states.push(state);
  }
  minimise(): void {}
  popOut(): boolean {
    return false;
  }
  isElsewhere(token: string): boolean {
    return this.elsewhere === token;
  }
  saveElsewhere(token: string | undefined): void {
    this.elsewhere = token;
  }
  start(): void {}
}

let environment: FakeEnvironment;
let host: FakeHost;
let journey: Journey;

function make(canCall = true): Journey {
  return new Journey({
    environment,
    local: new LocalMedia({ devices: undefined, now: () => 0 }),
    host,
    origin: "https://host",
    lang: () => "en",
    canCall,
  });
}

const problem = (status: number, code: string) =>
  new Response(JSON.stringify({ code, detail: code }), {
    status,
    headers: { "Content-Type": "application/problem+json" },
  });
const created = () =>
  Response.json(
    { contact_id: "c", token: "tok", participant_id: "p", rejoin_url: "/c/#t=tok" },
    { status: 201 },
  );
const bodyOf = (path: string) => {
  const request = environment.requests.find((each) => each.path.endsWith(path));
  return request && (JSON.parse(String(request.body)) as Record<string, unknown>);
};
const stage = () => journey.state.get().stage;

beforeEach(() => {
  environment = new FakeEnvironment();
  host = new FakeHost();
  environment.answer = (path) => {
    if (path.includes("/public/entry")) return Response.json(entry);
    if (path.endsWith("/public/contacts")) return created();
    return Response.json({ ticket: "t" });
  };
  journey = make();
});

async function begin(link?: string): Promise<void> {
  journey.begin({ key: "demo", attributes: { product: "card" } }, link);
  await settle();
}

describe("to a call", () => {
  it("goes from entry over consent and check to the contact, with everything that was chosen", async () => {
    await begin();
    expect(stage()).toBe("entry");
    journey.choose({ topicId: "q1", name: " Li " });
    journey.toConsent();
    expect(stage()).toBe("consent");
    journey.grant("recording", true);
    journey.afterConsent();
    expect(stage()).toBe("check");
    await journey.create({ camera: "ok" });
    await settle();
    expect(stage()).toBe("contact");
    expect(host).toMatchObject({ token: "tok", key: "demo" });
    expect(bodyOf("/public/contacts")).toEqual({
      key: "demo",
      topic_id: "q1",
      channel: "video",
      language: "en",
      name: "Li",
      attributes: { product: "card" },
      consents: [
        { purpose: "recording", version: "1", granted: true },
        { purpose: "transcript", version: "2", granted: false },
      ],
    });
    expect(bodyOf("/public/contact/check")).toEqual({ camera: "ok" });
  });

  it("stores no consent as given that was not ticked, and lets people go on without any", async () => {
    await begin();
    journey.choose({ topicId: "q1" });
    journey.toConsent();
    journey.afterConsent("audio");
    await journey.create();
    const consents = bodyOf("/public/contacts")?.consents as Array<{ granted: boolean }>;
    expect(consents.map(({ granted }) => granted)).toEqual([false, false]);
    expect(bodyOf("/public/contacts")?.channel).toBe("audio");
  });

  it("stops at a required consent and says which", async () => {
    await begin();
    journey.choose({ topicId: "q2" });
    expect(journey.state.get().channel).toBe("chat");
    journey.toConsent();
    journey.afterConsent();
    expect(stage()).toBe("consent");
    expect(journey.state.get().error).toBe("required_recording");
    journey.grant("recording", true);
    journey.afterConsent();
    await settle();
    expect(stage()).toBe("contact");
  });

  it("sends a repeated attempt with the same idempotency key, and a later contact with another", async () => {
    await begin();
    journey.choose({ topicId: "q1", channel: "chat" });
    let failing = true;
    environment.answer = (path) => {
      if (!path.endsWith("/public/contacts")) return Response.json({ ticket: "t" });
      if (failing) throw new Error("network");
      return created();
    };
    await journey.create();
    expect(journey.state.get()).toMatchObject({ error: "network", busy: false });
    failing = false;
    await journey.create();
    await journey.create();
    const keys = environment.requests
      .filter(({ path }) => path.endsWith("/public/contacts"))
      .map(({ headers }) => headers["Idempotency-Key"]);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it("offers only chat where the browser cannot call", async () => {
    journey = make(false);
    await begin();
    journey.choose({ topicId: "q1" });
    expect(journey.channels()).toEqual(["chat"]);
    expect(journey.state.get().channel).toBe("chat");
  });
});

describe("coming back", () => {
  it("joins the contact of the saved token without any question", async () => {
    host.token = "old";
    await begin();
    expect(stage()).toBe("contact");
    expect(environment.requests[0]?.headers.Authorization).toBe("Bearer old");
  });

  const contactWhere = (present: boolean) =>
    Response.json({ id: "c", participants: [{ id: "p", role: "customer", present }] });

  it("brings a conversation back whose own window was closed", async () => {
    host.token = "old";
    host.elsewhere = "old";
    const before = environment.answer;
    environment.answer = (path, method) =>
      path.endsWith("/public/contact") ? contactWhere(false) : before(path, method);
    await begin();
    expect(environment.sockets).toHaveLength(1);
  });

  describe("popped out of the widget", () => {
    let there: boolean;

    beforeEach(async () => {
      host.embedded = true;
      host.token = "old";
      there = true;
      const before = environment.answer;
      environment.answer = (path, method) =>
        path.endsWith("/public/contact") ? contactWhere(there) : before(path, method);
      await begin();
      environment.socket.open();
      environment.socket.receive("welcome", { resume: "r", resumed: false, server_time: environment.now() });
      environment.socket.receive("superseded", {});
    });

    it("comes back by itself when its window is closed", async () => {
      await environment.advance(60_000);
      expect(environment.sockets).toHaveLength(1);
      there = false;
      await environment.advance(9000);
      expect(environment.sockets).toHaveLength(2);
    });

    it("stays in its window while that is reloaded", async () => {
      await environment.advance(2900);
      there = false;
      await environment.advance(200);
      there = true;
      await environment.advance(60_000);
      expect(environment.sockets).toHaveLength(1);
      expect(journey.state.get().client?.connection.state.get().phase).toBe("superseded");
    });

    it("stays where it is while the server cannot be asked", async () => {
      environment.answer = () => problem(503, "unavailable");
      await environment.advance(60_000);
      expect(environment.sockets).toHaveLength(1);
    });

    it("leaves whoever rates it there alone when it is over", async () => {
      environment.answer = () => Response.json({ id: "c", state: "wrapup", participants: [] });
      await environment.advance(60_000);
      expect(environment.sockets).toHaveLength(1);
    });
  });

  it("says that a conversation is over that ended in its own window", async () => {
    host.token = "old";
    host.elsewhere = "old";
    const before = environment.answer;
    environment.answer = (path, method) =>
      path.includes("/public/contact") || path.endsWith("/ws-tickets")
        ? problem(401, "contact_token_unknown")
        : before(path, method);
    await begin();
    expect(stage()).toBe("over");
  });

  it("leaves a conversation that another window has where it is, until it is asked for", async () => {
    host.token = "old";
    host.elsewhere = "old";
    const before = environment.answer;
    environment.answer = (path, method) =>
      path.endsWith("/public/contact") ? contactWhere(true) : before(path, method);
    await begin();
    const connection = journey.state.get().client?.connection;
    expect(connection?.state.get().phase).toBe("superseded");
    expect(environment.sockets).toHaveLength(0);
    connection?.takeOver();
    await settle();
    environment.socket.open();
    environment.socket.receive("welcome", { resume: "r", resumed: false, server_time: environment.now() });
    expect(host.elsewhere).toBeUndefined();
    environment.socket.receive("superseded", {});
    expect(host.elsewhere).toBe("old");
  });

  it("says so when the contact is over, and starts anew on request", async () => {
    host.token = "old";
    environment.answer = (path) =>
      path.endsWith("/ws-tickets") ? problem(401, "unauthorized") : Response.json(entry);
    await begin();
    expect(stage()).toBe("over");
    journey.restart();
    await settle();
    expect(stage()).toBe("entry");
    expect(host.token).toBeUndefined();
  });
});

describe("privacy choices", () => {
  const text = (purpose: Purpose, version: string) => ({ purpose, version, title: local, text: local });
  const local = { "zh-CN": "甲", en: "A" };
  const answer = (purpose: Purpose, version: string, granted: boolean) => ({
    purpose,
    version,
    granted,
    at: 1,
  });
  const shown = (...given: Consent[]) =>
    journey.choices(given).map((each) => `${each.purpose} ${each.version}`);

  /** Back by token: the company asks for the transcript only, in a newer version. */
  async function comeBack(answered: ConsentText[]): Promise<void> {
    host.token = "tok";
    environment.answer = (path) => {
      if (path.includes("/public/entry"))
        return Response.json({ ...entry, consents: [text("transcript", "2")], required: {} });
      if (path.endsWith("/public/contact/consents")) return Response.json({ items: answered });
      return Response.json({ ticket: "t" });
    };
    await begin();
  }

  it("keep what was granted and is asked for no more, until it is withdrawn", async () => {
    await comeBack([text("recording", "1")]);
    expect(shown(answer("recording", "1", true))).toEqual(["recording 1", "transcript 2"]);
    expect(journey.asks(text("recording", "1"))).toBe(false);
    expect(shown(answer("recording", "1", false))).toEqual(["transcript 2"]);
  });

  it("show what was granted in the words of then", async () => {
    await comeBack([text("transcript", "1")]);
    expect(shown(answer("transcript", "1", true))).toEqual(["transcript 1"]);
    expect(journey.asks(text("transcript", "1"))).toBe(false);
    expect(shown(answer("transcript", "1", false))).toEqual(["transcript 2"]);
    expect(journey.asks(text("transcript", "2"))).toBe(true);
  });

  it("are all there once the server answers again", async () => {
    await comeBack([text("recording", "1")]);
    const answering = environment.answer;
    environment.answer = (path) =>
      path.includes("/public/entry") || path.endsWith("/consents")
        ? problem(503, "storage_busy")
        : answering(path);
    journey = make();
    await begin();
    expect(shown(answer("recording", "1", true))).toEqual([]);
    await environment.advance(5_000);
    environment.answer = answering;
    await environment.advance(10_000);
    await settle();
    expect(shown(answer("recording", "1", true))).toEqual(["recording 1", "transcript 2"]);
  });

  it("are what is asked for where nothing was granted", async () => {
    await comeBack([]);
    expect(shown()).toEqual(["transcript 2"]);
  });
});

describe("chat instead of waiting on", () => {
  async function waitIn(topic: string): Promise<void> {
    host.token = "tok";
    await begin();
    environment.socket.open();
    environment.socket.receive("welcome", { resume: "r", resumed: false, server_time: 0 });
    environment.socket.receive("snapshot", {
      you: { participant_id: "p", role: "customer" },
      contact: {
        id: "c",
        channel: "chat",
        state: "waiting",
        topic: { id: topic, name: {} },
        participants: [],
        consents: [],
        hold: { on: false },
      },
      chat: [],
      slots: [],
      grace_s: 60,
    });
  }

  it("changes the channel of the contact that waits, so that the place is kept", async () => {
    await waitIn("q1");
    const client = journey.state.get().client;
    void journey.chatInstead();
    await settle();
    expect(environment.socket.last("contact.raise")?.data).toEqual({ contact_id: "c", channel: "chat" });
    expect(journey.state.get().client).toBe(client);
  });

  it("says why where the server does not do it", async () => {
    await waitIn("q1");
    const asking = journey.chatInstead();
    await settle();
    const re = environment.socket.last("contact.raise")?.id;
    environment.socket.receive("error", { code: "too_many_changes", message: "" }, { re });
    await asking;
    expect(journey.state.get().error).toBe("too_many_changes");
  });

  it("is offered after a reload only where the topic of the contact has it", async () => {
    await waitIn("q3");
    expect(journey.channels()).toEqual(["video"]);
  });

  it("is not offered while the topic is not known", async () => {
    await waitIn("of_another_page");
    expect(journey.channels()).toEqual([]);
  });
});

describe("one-time links", () => {
  const link = {
    topic: { id: "q1", name: "A" },
    channel: "audio",
    customer: { name: "Wang" },
    expires_at: 1,
  };

  it("sets topic, channel and name, and uses the link up once", async () => {
    const before = environment.answer;
    environment.answer = (path, method) =>
      path.includes("/public/links/") ? Response.json(link) : before(path, method);
    await begin("L");
    expect(journey.state.get()).toMatchObject({
      stage: "entry",
      topicId: "q1",
      channel: "audio",
      name: "Wang",
    });
    await journey.create();
    expect(bodyOf("/public/contacts")?.link_token).toBe("L");
    expect(host.links.L).toEqual({ token: "tok", key: "demo" });
  });

  it("comes back to the company whose contact the link became, whatever the address says", async () => {
    host.links.L = { token: "tok", key: "shop" };
    await begin("L");
    expect(stage()).toBe("contact");
    expect(host.key).toBe("shop");
    const asked = environment.requests.find(({ path }) => path.includes("/public/entry"))?.path ?? "";
    expect(new URL(asked).searchParams.get("key")).toBe("shop");
  });

  it.each([
    [404, "not_found", "link_unknown"],
    [410, "link_used", "link_used"],
    [410, "link_expired", "link_expired"],
  ])("tells %i %s as %s", async (status, code, shown) => {
    environment.answer = () => problem(status, code);
    await begin("L");
    expect(journey.state.get()).toMatchObject({ stage: "link_gone", error: shown });
  });
});

describe("failing", () => {
  it("tries again by itself while the server cannot be reached", async () => {
    const before = environment.answer;
    environment.answer = () => {
      throw new Error("network");
    };
    await begin();
    expect(stage()).toBe("failed");
    environment.answer = before;
    await environment.advance(5000);
    expect(stage()).toBe("entry");
  });

  it("does not try again where the key is unknown", async () => {
    environment.answer = () => problem(404, "unknown_key");
    await begin();
    const count = environment.requests.length;
    await environment.advance(60_000);
    expect(journey.state.get()).toMatchObject({ stage: "failed", error: "unknown_key" });
    expect(environment.requests.length).toBe(count);
  });
});
