// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, it } from "vitest";
import { FakeEnvironment, settle } from "../testkit/fakeEnvironment.ts";
import { backoffMs } from "./backoff.ts";
import { type CommandFailure, Connection } from "./connection.ts";
import { RestError } from "./rest.ts";

let environment: FakeEnvironment;
let connection: Connection;
let ticket: () => Promise<string>;

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "ok",
    (error: CommandFailure) => error.code,
  );

async function open(resumed = false): Promise<void> {
  await settle();
  environment.socket.open();
  environment.socket.receive(
    "welcome",
    { resume: "r1", resumed, server_time: environment.now() + 500 },
    { seq: 0 },
  );
  await settle();
}

beforeEach(() => {
  environment = new FakeEnvironment();
  ticket = async () => "t1";
  connection = new Connection({
    environment,
    kind: "customer",
    lang: () => "en",
    ticket: () => ticket(),
    socketUrl: (value) => `ws://host/v1/ws?ticket=${value}`,
  });
});

describe("opening", () => {
  it("fetches a ticket, says hello and is open after welcome, with the server's clock", async () => {
    connection.start();
    await settle();
    expect(environment.socket.url).toBe("ws://host/v1/ws?ticket=t1");
    environment.socket.open();
    expect(environment.socket.last("hello")?.data).toEqual({ client: { kind: "customer", lang: "en" } });
    expect(connection.state.get().phase).toBe("connecting");
    environment.socket.receive("welcome", {
      resume: "r",
      resumed: false,
      server_time: environment.now() + 500,
    });
    expect(connection.state.get().phase).toBe("open");
    expect(connection.serverNow()).toBe(environment.now() + 500);
  });

  it("gives a socket four seconds to be welcomed, then tries another", async () => {
    connection.start();
    await settle();
    environment.socket.open();
    await environment.advance(4200);
    expect(environment.sockets).toHaveLength(2);
    expect(environment.sockets[0]?.closed).toBe(true);
  });

  it("is refused for good when the ticket is refused, and fails what waits", async () => {
    ticket = () => Promise.reject(new RestError(401, "unauthorized", ""));
    const waiting = codeOf(connection.send("contact.leave", { contact_id: "c" }));
    connection.start();
    await environment.advance(60_000);
    expect(connection.state.get().phase).toBe("refused");
    expect(environment.sockets).toHaveLength(0);
    expect(await waiting).toBe("refused");
  });

  it("waits as long as the server asks when it is throttled", async () => {
    let calls = 0;
    ticket = () => {
      calls += 1;
      return Promise.reject(new RestError(429, "throttled", "", 7));
    };
    connection.start();
    await environment.advance(6900);
    expect(calls).toBe(1);
    await environment.advance(200);
    expect(calls).toBe(2);
  });
});

describe("dropping", () => {
  it("resumes with the token and the last seq, and sends unanswered commands again with the same id", async () => {
    connection.start();
    await open();
    environment.socket.receive("tick", { server_time: 1 }, { seq: 41 });
    const reply = connection.send("chat.send", { contact_id: "c", text: "hello" });
    const id = environment.socket.last("chat.send")?.id;
    environment.socket.fail(1006);
    expect(connection.state.get().phase).toBe("reconnecting");
    await environment.advance(150);
    environment.socket.open();
    expect(environment.socket.last("hello")?.data).toMatchObject({ resume: "r1", last_seq: 41 });
    environment.socket.receive("welcome", { resume: "r2", resumed: true, server_time: 0 }, { seq: 41 });
    expect(environment.socket.last("chat.send")?.id).toBe(id);
    environment.socket.ok("chat.send", { message: { id: "m1" } });
    expect(await reply).toEqual({ message: { id: "m1" } });
  });

  it("loses volatile commands and keeps others while it is down", async () => {
    connection.start();
    expect(await codeOf(connection.send("chat.typing", { contact_id: "c" }, { volatile: true }))).toBe(
      "offline",
    );
    void connection.send("contact.leave", { contact_id: "c" });
    await open();
    expect(environment.socket.last("contact.leave")).toBeDefined();
    const offer = codeOf(connection.send("media.offer", { contact_id: "c", sdp: "" }, { volatile: true }));
    environment.socket.fail(1006);
    expect(await offer).toBe("offline");
  });

  it("sends once what a listener sends at the welcome", async () => {
    connection.start();
    connection.on(
      "welcome",
      () => void connection.send("chat.typing", { contact_id: "c" }, { volatile: true }),
    );
    await open();
    expect(environment.socket.sent.map(({ type }) => type)).toEqual(["hello", "chat.typing"]);
  });

  it("is back within a second of the server's return during the first half minute", async () => {
    connection.start();
    await open();
    ticket = () => Promise.reject(new RestError(0, "network", ""));
    environment.socket.fail(1012);
    await environment.advance(20_000);
    ticket = async () => "t2";
    const before = environment.sockets.length;
    await environment.advance(1000);
    expect(environment.sockets.length).toBe(before + 1);
  });

  it("tries at once when the browser says that the network is back", async () => {
    connection.start();
    await open();
    ticket = () => Promise.reject(new RestError(0, "network", ""));
    environment.socket.fail(1006);
    await environment.advance(60_000);
    ticket = async () => "t2";
    const before = environment.sockets.length;
    environment.network("online");
    await settle();
    expect(environment.sockets.length).toBe(before + 1);
  });

  it("forgets the stream's seq where the server does not resume", async () => {
    connection.start();
    await open();
    environment.socket.receive("tick", { server_time: 1 }, { seq: 900 });
    environment.socket.fail(1012);
    await environment.advance(200);
    environment.socket.open();
    environment.socket.receive("welcome", { resume: "new", resumed: false, server_time: 0 }, { seq: 0 });
    environment.socket.receive("snapshot", {}, { seq: 1 });
    environment.socket.fail(1006);
    await environment.advance(200);
    environment.socket.open();
    expect(environment.socket.last("hello")?.data).toMatchObject({ resume: "new", last_seq: 1 });
  });
});

describe("silence", () => {
  it("replaces a socket that stays silent as soon as a fresh request gets through", async () => {
    connection.start();
    await open();
    ticket = () => Promise.reject(new RestError(0, "network", ""));
    await environment.advance(9000);
    expect(connection.state.get().phase).toBe("open");
    ticket = async () => "t2";
    await environment.advance(1200);
    expect(environment.sockets.length).toBe(2);
  });

  it("gives the socket up after twelve seconds whatever else answers", async () => {
    connection.start();
    await open();
    ticket = () => new Promise(() => undefined);
    await environment.advance(13_600);
    expect(connection.state.get().phase).toBe("reconnecting");
  });

  it("acknowledges what has arrived with each tick", async () => {
    connection.start();
    await open();
    environment.socket.receive("contact", {}, { seq: 7 });
    expect(environment.socket.last("ack")).toBeUndefined();
    environment.socket.receive("tick", { server_time: 1 }, { seq: 7 });
    expect(environment.socket.last("ack")?.seq).toBe(7);
  });

  it("keeps a socket that ticks", async () => {
    connection.start();
    await open();
    for (let i = 0; i < 10; i += 1) {
      await environment.advance(5000);
      environment.socket.receive("tick", { server_time: environment.now() });
    }
    expect(environment.sockets).toHaveLength(1);
  });
});

describe("being told to stop", () => {
  it("stays away after another tab took the call, until taken over", async () => {
    connection.start();
    await open();
    environment.socket.receive("superseded", {});
    environment.socket.fail(4409);
    await environment.advance(60_000);
    expect(connection.state.get().phase).toBe("superseded");
    expect(environment.sockets).toHaveLength(1);
    connection.takeOver();
    await open();
    expect(environment.socket.last("hello")?.data).not.toHaveProperty("resume");
    expect(connection.state.get().phase).toBe("open");
  });

  it("asks for fresh tickets three times, then is refused", async () => {
    connection.start();
    for (let i = 0; i < 3; i += 1) {
      await environment.advance(1100);
      environment.socket.fail(4401);
    }
    expect(connection.state.get().phase).toBe("refused");
  });

  it("does not send again what the server refused to read", async () => {
    connection.start();
    await open();
    const reply = codeOf(connection.send("chat.send", { contact_id: "c", text: "x" }));
    environment.socket.fail(4413);
    expect(await reply).toBe("rejected");
  });

  it("passes errors on with their code and survives what is not JSON", async () => {
    connection.start();
    await open();
    const reply = codeOf(connection.send("contact.raise", { contact_id: "c", channel: "video" }));
    environment.socket.onmessage?.({ data: "{" });
    environment.socket.receive(
      "error",
      { code: "not_allowed", message: "" },
      { re: environment.socket.last("contact.raise")?.id },
    );
    expect(await reply).toBe("not_allowed");
    expect(connection.state.get().phase).toBe("open");
  });
});

describe("backoffMs", () => {
  it("doubles from 100 ms to one second, later to three, and halves at most by jitter", () => {
    expect([1, 2, 3, 4, 5, 9].map((n) => backoffMs(n, 0, 1))).toEqual([100, 200, 400, 800, 1000, 1000]);
    expect(backoffMs(40, 31_000, 1)).toBe(3000);
    expect(backoffMs(1, 0, 0)).toBe(50);
  });
});
