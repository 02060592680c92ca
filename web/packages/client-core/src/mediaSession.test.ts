// SPDX-License-Identifier: Apache-2.0
import type { Slot } from "@visavis/protocol";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEnvironment, settle } from "../testkit/fakeEnvironment.ts";
import { FakeStream, FakeTrack } from "../testkit/fakePeer.ts";
import { CommandFailure } from "./connection.ts";
import { MediaSession } from "./mediaSession.ts";

vi.stubGlobal("MediaStream", FakeStream);

let environment: FakeEnvironment;
let session: MediaSession;
let sent: Array<{ type: string; data: Record<string, unknown> }>;
let answer: (restart: boolean) => Promise<{ session_id: string; sdp: string }>;

const track = (kind: "audio" | "video") => new FakeTrack(kind) as unknown as MediaStreamTrack;
const offers = () =>
  sent.filter((message) => message.type === "media.offer").map((message) => message.data.restart);
const states = () => sent.filter((message) => message.type === "media.state").map((message) => message.data);
const failure = (code: string) => new CommandFailure({ code, message: "" });
const slot = (mid: string, kind: "audio" | "video", participant: string | null = "p2"): Slot => ({
  mid,
  kind,
  participant_id: participant,
  source: kind === "audio" ? "microphone" : "camera",
});

async function connected(): Promise<void> {
  session.start();
  await settle();
  environment.peer.become("connected");
  await settle();
}

beforeEach(() => {
  environment = new FakeEnvironment();
  sent = [];
  answer = async () => ({ session_id: "s", sdp: "answer" });
  session = new MediaSession({
    environment,
    contactId: "c",
    signalling: {
      send: (type, data) => {
        sent.push({ type, data: { ...data } as Record<string, unknown> });
        if (type !== "media.offer") return Promise.resolve({}) as never;
        return answer(Boolean((data as { restart?: boolean }).restart)) as never;
      },
    },
  });
  session.setJoined(true);
});

describe("early connection", () => {
  it("offers microphone, camera and spare slots in the agreed order, and sends nothing before it is live", async () => {
    session.setTrack("audio", track("audio"));
    session.setTrack("video", track("video"));
    await connected();
    const { transceivers } = environment.peer;
    expect(transceivers.map((t) => `${t.receiver.track.kind} ${t.direction}`)).toEqual([
      "audio sendrecv",
      "video sendrecv",
      "audio recvonly",
      "audio recvonly",
      "video recvonly",
      "video recvonly",
    ]);
    expect(transceivers.map((t) => t.sender.track)).toEqual([null, null, null, null, null, null]);
    session.setLive(true);
    expect(transceivers[0]?.sender.track).toBeInstanceOf(FakeTrack);
    expect(transceivers[1]?.sender.track).toBeInstanceOf(FakeTrack);
    expect(offers()).toEqual([false]);
  });

  it("makes the only layer the full picture where the server does not take three", async () => {
    environment.createPeer = () => {
      const peer = new FakeEnvironment().createPeer();
      const original = peer.setRemoteDescription.bind(peer);
      peer.setRemoteDescription = async (description) => {
        await original(description);
        peer.getTransceivers()[1]?.sender.getParameters().encodings.splice(1);
      };
      environment.peers.push(peer as never);
      return peer;
    };
    await connected();
    expect(environment.peer.transceivers[1]?.sender.parameters.encodings).toMatchObject([
      { scaleResolutionDownBy: 1, maxBitrate: 1_700_000 },
    ]);
  });
});

describe("the picture's height", () => {
  const fullRate = () =>
    environment.peer.transceivers[1]?.sender.getParameters().encodings.at(-1)?.maxBitrate;

  it("decides what the full picture may take, in a running connection and in the next one", async () => {
    await connected();
    expect(fullRate()).toBe(1_700_000);
    session.setHeight(1080);
    expect(fullRate()).toBe(3_500_000);
    session.onWelcome(false);
    await settle();
    expect(environment.peers.length).toBe(2);
    expect(fullRate()).toBe(3_500_000);
  });
});

describe("muting", () => {
  it("silences the microphone, empties the camera's sender, tells the server, and never renegotiates", async () => {
    const microphone = new FakeTrack("audio");
    session.setTrack("audio", microphone as unknown as MediaStreamTrack);
    session.setTrack("video", track("video"));
    session.setLive(true);
    await connected();
    session.setMuted("audio", true);
    session.setMuted("video", true);
    expect(microphone.enabled).toBe(false);
    expect(environment.peer.transceivers[0]?.sender.track).toBe(microphone);
    expect(environment.peer.transceivers[1]?.sender.track).toBeNull();
    expect(states().at(-1)).toMatchObject({ audio: "off", video: "off" });
    expect(offers()).toEqual([false]);
  });

  it("says nothing of the devices while it only rings, and all of it once joined", async () => {
    session.setJoined(false);
    const before = states().length;
    session.setTrack("video", track("video"));
    await connected();
    session.setMuted("audio", true);
    expect(states().length).toBe(before);
    session.setJoined(true);
    expect(states().length).toBe(before + 1);
    expect(states().at(-1)).toMatchObject({ audio: "off", video: "on" });
  });

  it("says none for a device that is not there", async () => {
    await connected();
    expect(states().at(-1)).toMatchObject({ audio: "none", video: "none" });
  });
});

describe("mending", () => {
  it("leaves a short dip alone and restarts ICE on the same connection after that", async () => {
    await connected();
    environment.peer.become("disconnected");
    await environment.advance(1000);
    expect(offers()).toEqual([false]);
    expect(session.state.get().phase).toBe("reconnecting");
    await environment.advance(600);
    expect(offers()).toEqual([false, true]);
    expect(environment.peers).toHaveLength(1);
    expect(environment.peer.offers.at(-1)?.iceRestart).toBe(true);
    environment.peer.become("connected");
    expect(session.state.get().phase).toBe("connected");
  });

  it("makes a new connection where the server no longer knows the session, and closes the old one", async () => {
    await connected();
    answer = (restart) =>
      restart ? Promise.reject(failure("no_session")) : Promise.resolve({ session_id: "s2", sdp: "a" });
    environment.peer.become("disconnected");
    await environment.advance(1600);
    expect(environment.peers).toHaveLength(2);
    expect(environment.peers[0]?.closed).toBe(true);
    expect(offers()).toEqual([false, true, false]);
  });

  it("makes a new connection after a server restart and tells its state again", async () => {
    session.setTrack("audio", track("audio"));
    await connected();
    const before = states().length;
    session.onWelcome(false);
    await settle();
    expect(environment.peers).toHaveLength(2);
    expect(session.state.get().phase).toBe("reconnecting");
    expect(states().length).toBe(before + 1);
    environment.peer.become("connected");
    expect(session.state.get().phase).toBe("connected");
  });

  it("keeps a healthy connection over a dropped WebSocket", async () => {
    await connected();
    session.onWelcome(true);
    await environment.advance(1000);
    expect(offers()).toEqual([false]);
  });

  it("restarts ICE when the network changes", async () => {
    await connected();
    environment.network("changed");
    await settle();
    expect(offers()).toEqual([false, true]);
  });

  it("waits for the next welcome where there is no connection to signal over", async () => {
    await connected();
    answer = () => Promise.reject(failure("offline"));
    environment.peer.become("disconnected");
    await environment.advance(30_000);
    expect(offers()).toEqual([false, true]);
    answer = async () => ({ session_id: "s", sdp: "a" });
    session.onWelcome(true);
    await settle();
    expect(offers()).toEqual([false, true, true]);
  });

  it("starts afresh when a connection does not come up, says failed after three, and goes on trying", async () => {
    session.start();
    await environment.advance(8100);
    expect(environment.peers).toHaveLength(2);
    await environment.advance(24_000);
    expect(session.state.get().phase).toBe("failed");
    environment.peer.become("connected");
    expect(session.state.get().phase).toBe("connected");
  });

  it("gives up an offer that is never answered, and ignores its late answer", async () => {
    const late: Array<() => void> = [];
    answer = () => new Promise((resolve) => late.push(() => resolve({ session_id: "s", sdp: "late" })));
    session.start();
    await environment.advance(6100);
    answer = async () => ({ session_id: "s2", sdp: "fresh" });
    await environment.advance(600);
    late[0]?.();
    await settle();
    expect(environment.peers.map((peer) => peer.answers)).toEqual([[], ["fresh"]]);
  });

  it("never has two offers under way", async () => {
    const waiting: Array<() => void> = [];
    answer = () => new Promise((resolve) => waiting.push(() => resolve({ session_id: "s", sdp: "a" })));
    session.start();
    environment.network("online");
    environment.network("changed");
    await settle();
    expect(offers()).toHaveLength(1);
    waiting[0]?.();
    await settle();
    expect(offers()).toEqual([false, true]);
  });
});

describe("remote media", () => {
  it("gives each participant sound and picture as separate streams that stay the same objects", async () => {
    await connected();
    session.setSlots([
      slot("0", "audio"),
      slot("1", "video"),
      slot("2", "audio", "p3"),
      slot("4", "video", null),
    ]);
    const [first, second] = session.state.get().remotes;
    expect(first).toMatchObject({ participantId: "p2" });
    expect(first?.audio).not.toBe(first?.video);
    expect(second).toMatchObject({ participantId: "p3" });
    expect(second?.video).toBeUndefined();
    session.setSlots([slot("0", "audio"), slot("1", "video")]);
    expect(session.state.get().remotes).toHaveLength(1);
    expect(session.state.get().remotes[0]?.audio).toBe(first?.audio);
  });

  it("keeps the old streams on screen until the new connection is answered", async () => {
    await connected();
    session.setSlots([slot("1", "video")]);
    const old = session.state.get().remotes[0]?.video;
    let go: () => void = () => undefined;
    answer = () =>
      new Promise((resolve) => {
        go = () => resolve({ session_id: "s2", sdp: "a" });
      });
    session.onWelcome(false);
    await settle();
    expect(session.state.get().remotes[0]?.video).toBe(old);
    go();
    await settle();
    expect(session.state.get().remotes[0]?.video).not.toBe(old);
  });
});

describe("how large pictures are shown", () => {
  const views = () => sent.filter((message) => message.type === "media.view").map((message) => message.data);
  const show = (lines: number) => {
    const remote = session.state.get().remotes.find(({ video }) => video);
    if (remote?.video) remote.viewers.show(environment, remote.video, lines);
  };

  it("is said of the m-line, again when pictures move, and to a new connection", async () => {
    await connected();
    session.setSlots([slot("0", "audio"), slot("1", "video")]);
    show(90);
    await environment.advance(1000);
    expect(views()).toEqual([{ contact_id: "c", tracks: [{ mid: "1", height: 90 }] }]);
    session.setSlots([slot("0", "audio"), slot("1", "video")]);
    await environment.advance(1000);
    expect(views()).toHaveLength(1);
    session.setSlots([slot("0", "audio"), slot("1", "video", "p3")]);
    await environment.advance(1000);
    expect(views()).toHaveLength(2);
    session.onWelcome(true);
    await environment.advance(1000);
    expect(views()).toHaveLength(3);
    session.onWelcome(false);
    await settle();
    show(90);
    await environment.advance(1000);
    expect(views()).toHaveLength(4);
  });

  it("explains why no picture comes", async () => {
    session.setLive(true);
    await connected();
    session.setSlots([slot("1", "video")]);
    show(0);
    await environment.advance(1000);
    expect(views()).toHaveLength(1);
    environment.peer.report = new Map<string, unknown>([
      [
        "in",
        { id: "in", type: "inbound-rtp", kind: "video", mid: "1", framesDecoded: 7, packetsReceived: 9 },
      ],
    ]);
    await environment.advance(10_000);
    expect(session.state.get().problems).toEqual([]);
    show(720);
    await environment.advance(10_000);
    expect(session.state.get().problems).toEqual(["remote_video_missing"]);
  });
});

describe("closing", () => {
  it("tells the server, closes the connection and does nothing afterwards", async () => {
    await connected();
    session.close();
    expect(sent.at(-1)?.type).toBe("media.close");
    expect(environment.peer.closed).toBe(true);
    const before = sent.length;
    environment.network("online");
    session.onWelcome(false);
    await environment.advance(60_000);
    expect(sent.length).toBe(before);
  });
});
