// SPDX-License-Identifier: Apache-2.0
import type { AgentSnapshot, ContactView, CustomerSnapshot, Message } from "@visavis/protocol";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEnvironment, settle } from "../testkit/fakeEnvironment.ts";
import { FakeStream, FakeTrack } from "../testkit/fakePeer.ts";
import { AgentClient } from "./agentClient.ts";
import { mergeMessage } from "./chat.ts";
import { CustomerClient } from "./customerClient.ts";
import { LocalMedia } from "./localMedia.ts";
import { Rest } from "./rest.ts";

vi.stubGlobal("MediaStream", FakeStream);

let environment: FakeEnvironment;
let rest: Rest;

const local = () => new LocalMedia({ devices: undefined, now: () => 0 });
const contact = (change: Partial<ContactView> = {}): ContactView => ({
  id: "c",
  channel: "video",
  state: "waiting",
  topic: { id: "q", name: { "zh-CN": "", en: "" } },
  language: "en",
  created_at: 0,
  hold: { on: false },
  participants: [],
  consents: [],
  ...change,
});
const message = (id: string, at: number, change: Partial<Message> = {}): Message => ({
  id,
  contact_id: "c",
  from: "p2",
  name: "A",
  text: id,
  at,
  kind: "text",
  ...change,
});

async function welcome(snapshot: object): Promise<void> {
  await settle();
  environment.socket.open();
  environment.socket.receive("welcome", { resume: "r", resumed: false, server_time: environment.now() });
  environment.socket.receive("snapshot", snapshot);
  await settle();
}

beforeEach(() => {
  environment = new FakeEnvironment();
  environment.answer = () => Response.json({ ticket: "t" });
  rest = new Rest(environment, "https://host");
});

describe("mergeMessage", () => {
  it("keeps the server's order and replaces by id", () => {
    const list = [message("b", 2), message("a", 1), message("c", 2), message("a", 1)].reduce<
      readonly Message[]
    >(mergeMessage, []);
    expect(list.map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });
});

describe("CustomerClient", () => {
  let client: CustomerClient;
  const snapshot = (change: Partial<ContactView> = {}): CustomerSnapshot => ({
    you: { participant_id: "p1", role: "customer" },
    contact: contact(change),
    chat: [message("m1", 1)],
    slots: [],
    grace_s: 60,
  });

  beforeEach(() => {
    client = new CustomerClient({
      environment,
      rest,
      local: local(),
      token: "tok",
      lang: () => "en",
      socketUrl: (ticket) => `wss://host/v1/ws?ticket=${ticket}`,
    });
    client.start();
  });

  it("asks for its ticket with the contact token and takes the snapshot over", async () => {
    await welcome(snapshot());
    expect(environment.requests[0]?.headers.Authorization).toBe("Bearer tok");
    expect(client.state.get()).toMatchObject({ participantId: "p1", chat: [{ id: "m1" }] });
  });

  it("takes back that formats do not fit when somebody leaves, or when there is one for everybody, and nothing else", async () => {
    const ann = {
      id: "p2",
      role: "agent" as const,
      name: "Ann",
      present: true,
      audio: "on" as const,
      video: "on" as const,
    };
    const bob = { ...ann, id: "p3", name: "Bob" };
    const notice = { code: "no_common_codec", message: "", contact_id: "c" };
    const shown = () => client.state.get().notice?.code;
    await welcome(snapshot({ state: "active", participants: [ann, bob] }));
    environment.socket.receive("notice", notice);
    environment.socket.receive("contact", {
      contact: contact({ state: "active", participants: [ann, bob] }),
    });
    expect(shown()).toBe("no_common_codec");
    // A line that is cut for two seconds: the media go on as they were.
    environment.socket.receive("contact", {
      contact: contact({ state: "active", participants: [ann, { ...bob, present: false }] }),
    });
    expect(shown()).toBe("no_common_codec");
    environment.socket.receive("contact", { contact: contact({ state: "active", participants: [ann] }) });
    expect(shown()).toBeUndefined();
    environment.socket.receive("notice", notice);
    environment.socket.receive("media.switch", { contact_id: "c", mid: "1", codec: "VP8" });
    expect(shown()).toBeUndefined();
    environment.socket.receive("notice", { ...notice, code: "something_else" });
    environment.socket.receive("media.switch", { contact_id: "c", mid: "1", codec: "VP8" });
    environment.socket.receive("contact", { contact: contact({ state: "active" }) });
    expect(shown()).toBe("something_else");
  });

  it("connects media while waiting, for calls only, and lets go of it at the end", async () => {
    await welcome(snapshot());
    expect(environment.socket.last("media.offer")).toBeDefined();
    environment.socket.receive("contact", { contact: contact({ state: "closed" }) });
    expect(client.state.get().media).toBeUndefined();
    expect(environment.peer.closed).toBe(true);
  });

  it("makes no media for a chat until it is raised", async () => {
    await welcome(snapshot({ channel: "chat", state: "active" }));
    expect(environment.peers).toHaveLength(0);
    environment.socket.receive("contact", { contact: contact({ channel: "audio", state: "active" }) });
    expect(environment.peers).toHaveLength(1);
  });

  it("shows a message at once, and once only when the server has it", async () => {
    await welcome(snapshot());
    const sending = client.sendText("hello");
    await settle();
    expect(client.state.get().outbox).toMatchObject([{ text: "hello" }]);
    expect(client.state.get().outbox[0]?.failed).toBeUndefined();
    const stored = message("m2", 5, { from: "p1", text: "hello" });
    environment.socket.receive("chat.message", { message: stored });
    environment.socket.ok("chat.send", { message: stored });
    await sending;
    expect(client.state.get().outbox).toEqual([]);
    expect(client.state.get().chat.map(({ id }) => id)).toEqual(["m1", "m2"]);
  });

  it("keeps what could not be sent, with the reason", async () => {
    await welcome(snapshot());
    const sending = client.sendText("hello");
    await settle();
    const id = environment.socket.last("chat.send")?.id;
    environment.socket.receive("error", { code: "contact_closed", message: "" }, { re: id });
    await sending;
    expect(client.state.get().outbox[0]?.failed).toBe("contact_closed");
    await client.sendFile({ name: "big", size: 21 * 1024 * 1024, type: "" } as File);
    expect(client.state.get().outbox[1]?.failed).toBe("too_large");
  });

  it("believes that somebody types for five seconds, or until the message comes", async () => {
    await welcome(snapshot());
    environment.socket.receive("chat.typing", { contact_id: "c", participant_id: "p2" });
    environment.socket.receive("chat.typing", { contact_id: "c", participant_id: "p1" });
    expect(client.state.get().typing).toEqual(["p2"]);
    await environment.advance(5100);
    expect(client.state.get().typing).toEqual([]);
    environment.socket.receive("chat.typing", { contact_id: "c", participant_id: "p2" });
    environment.socket.receive("chat.message", { message: message("m9", 9) });
    expect(client.state.get().typing).toEqual([]);
  });

  it("lets go of media when another tab takes the call", async () => {
    await welcome(snapshot());
    environment.socket.receive("superseded", {});
    expect(client.state.get().media).toBeUndefined();
    expect(environment.peer.closed).toBe(true);
  });
});

describe("AgentClient", () => {
  let client: AgentClient;
  let devices: LocalMedia;
  const you = {
    id: "p",
    role: "agent",
    user_id: "u",
    name: "A",
    present: true,
    audio: "on",
    video: "on",
  } as const;
  const joined = (id: string) => contact({ id, state: "active", participants: [you] });
  const snapshot: AgentSnapshot = {
    you: { id: "u", login: "a", name: "A", roles: ["agent"], skills: [], languages: [] },
    agent: { user_id: "u", name: "A", state: "ready", since_at: 0, chats: 0 },
    queue: [],
    offers: [],
    contacts: [contact({ id: "mine", channel: "chat", state: "active" })],
    chat: {},
    slots: {},
    agents: [],
    grace_s: 60,
  };
  const offer = (id: string, change: Partial<ContactView> = {}) => ({
    offer: { contact: contact({ id, state: "offered", ...change }), offered_at: 0, expires_at: 20_000 },
  });

  beforeEach(async () => {
    const open = async () => new FakeStream([new FakeTrack("audio")] as never) as unknown as MediaStream;
    devices = new LocalMedia({
      devices: Object.assign(new EventTarget(), { getUserMedia: open, enumerateDevices: async () => [] }),
      now: () => 0,
    });
    client = new AgentClient({
      environment,
      rest,
      local: devices,
      lang: () => "en",
      socketUrl: (ticket) => `wss://host/v1/ws?ticket=${ticket}`,
    });
    client.start();
    await welcome(snapshot);
  });

  it("connects media as soon as a call rings and lets go when a colleague takes it", async () => {
    environment.socket.receive("offer", offer("c1"));
    expect(Object.keys(client.state.get().media)).toEqual(["c1"]);
    environment.socket.receive("offer.gone", { contact_id: "c1", reason: "accepted_elsewhere" });
    expect(client.state.get()).toMatchObject({ offers: [], media: {} });
    expect(client.state.get().offersGone[0]).toMatchObject({
      contact_id: "c1",
      reason: "accepted_elsewhere",
    });
    expect(environment.peer.closed).toBe(true);
  });

  it("keeps the same media session from the ring into the call", async () => {
    environment.socket.receive("offer", offer("c1"));
    const session = client.state.get().media.c1;
    environment.socket.receive("contact", { contact: joined("c1") });
    environment.socket.receive("offer.gone", { contact_id: "c1", reason: "withdrawn" });
    expect(client.state.get().media.c1).toBe(session);
    expect(Object.keys(client.state.get().contacts)).toEqual(["mine", "c1"]);
  });

  it("stops ringing once the agent is in the contact, which no offer.gone tells", () => {
    environment.socket.receive("offer", offer("c1"));
    environment.socket.receive("contact", { contact: joined("c1") });
    expect(client.state.get().offers).toEqual([]);
    expect(Object.keys(client.state.get().media)).toEqual(["c1"]);
  });

  it("sends nothing into a running conversation before the invitation to it is accepted", async () => {
    await devices.open({ audio: true });
    const microphone = devices.state.get().audio.track;
    expect(microphone).not.toBeNull();
    environment.socket.receive("offer", offer("c1", { state: "active" }));
    await settle();
    expect(environment.peer.transceivers[0]?.sender.track).toBeNull();
    expect(Object.keys(client.state.get().contacts)).toEqual(["mine"]);
    environment.socket.receive("contact", { contact: joined("c1") });
    expect(environment.peer.transceivers[0]?.sender.track).toBe(microphone);
  });

  it("fetches what was written before it came in, between what is written now", async () => {
    const before = message("a", 1, { contact_id: "c1", text: "my card is lost" });
    environment.answer = () => Response.json({ chat: [before] });
    environment.socket.receive("offer", offer("c1", { channel: "chat" }));
    environment.socket.receive("contact", { contact: { ...joined("c1"), channel: "chat" } });
    environment.socket.receive("chat.message", { message: message("b", 2, { contact_id: "c1" }) });
    await settle();
    expect(environment.requests.at(-1)?.path).toBe("https://host/v1/contacts/c1");
    expect(client.state.get().chat.c1?.map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("does not list a contact as its own while it only rings", () => {
    environment.socket.receive("offer", offer("c1", { channel: "chat" }));
    environment.socket.receive("contact", {
      contact: contact({ id: "c1", channel: "chat", state: "offered" }),
    });
    expect(Object.keys(client.state.get().contacts)).toEqual(["mine"]);
  });

  it("forgets a contact that is gone with everything that belongs to it", () => {
    environment.socket.receive("chat.message", { message: message("m", 1, { contact_id: "mine" }) });
    environment.socket.receive("chat.typing", { contact_id: "mine", participant_id: "x" });
    environment.socket.receive("contact.gone", { contact_id: "mine" });
    expect(client.state.get()).toMatchObject({ contacts: {}, chat: {}, typing: {} });
  });

  it("subscribes to the wall again after a restart", async () => {
    client.watchWall(true);
    environment.socket.ok("wall.subscribe");
    environment.socket.fail(1012);
    await environment.advance(200);
    await welcome(snapshot);
    expect(environment.socket.last("wall.subscribe")).toBeDefined();
  });

  it("subscribes to the wall again after a cut that the stream outlived", async () => {
    client.watchWall(true);
    environment.socket.ok("wall.subscribe");
    environment.socket.fail(1006);
    await environment.advance(200);
    await settle();
    environment.socket.open();
    environment.socket.receive("welcome", { resume: "r", resumed: true, server_time: environment.now() });
    await settle();
    expect(environment.socket.last("wall.subscribe")).toBeDefined();
  });

  it("leaves the wall alone after a cut when nobody looks at it any more", async () => {
    client.watchWall(true);
    environment.socket.ok("wall.subscribe");
    client.watchWall(false);
    environment.socket.ok("wall.unsubscribe");
    environment.socket.fail(1006);
    await environment.advance(200);
    await settle();
    environment.socket.open();
    environment.socket.receive("welcome", { resume: "r", resumed: true, server_time: environment.now() });
    await settle();
    expect(environment.socket.last("wall.subscribe")).toBeUndefined();
  });
});
