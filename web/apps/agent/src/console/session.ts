// SPDX-License-Identifier: Apache-2.0
// Ties client-core to the screens: its stores in, the console's one store out, and the devices opened and closed with
// the calls that need them.
import {
  AgentClient,
  type AgentConsoleState,
  browserLocalMedia,
  type LocalMedia,
  type MediaSession,
  socketUrl,
} from "@visavis/client-core";
import { setClockOffset } from "../lib/now.ts";
import { usePrefs } from "../lib/prefs.ts";
import { CallHere, callElsewhere, watchOtherTab } from "./call_here.ts";
import { callNeeds, localStream, mediaView } from "./media_view.ts";
import { environment, rest } from "./rest.ts";
import {
  type ConsoleActions,
  type ConsoleState,
  emptyState,
  isOpen,
  type Link,
  provideActions,
  runningCall,
  useConsole,
} from "./state.ts";

function linkOf(phase: AgentConsoleState["connection"]["phase"]): Link {
  return phase === "idle" ? "connecting" : phase;
}

function viewOf(state: AgentConsoleState): Partial<ConsoleState> {
  return {
    link: linkOf(state.connection.phase),
    linkSince: state.connection.since,
    retryAt: state.connection.retryAt,
    loaded: state.ready,
    me: state.you,
    agent: state.agent,
    queue: state.queue,
    offers: state.offers,
    contacts: Object.values(state.contacts).sort((a, b) => a.created_at - b.created_at),
    chat: state.chat,
    outbox: state.outbox,
    agents: state.agents,
    practice: state.practice,
    typing: state.typing,
    quality: state.quality,
    wall: state.wall,
    notice: state.notice,
    offersGone: state.offersGone,
  };
}

/** Follows the sessions of running calls and shows each as a MediaView. */
class MediaFollower {
  readonly #local: LocalMedia;
  readonly #watched = new Map<MediaSession, () => void>();
  #sessions: AgentConsoleState["media"] = {};

  constructor(local: LocalMedia) {
    this.#local = local;
  }

  follow(sessions: AgentConsoleState["media"]): void {
    if (sessions === this.#sessions) return;
    this.#sessions = sessions;
    const now = new Set(Object.values(sessions));
    for (const [session, stop] of this.#watched) {
      if (now.has(session)) continue;
      stop();
      this.#watched.delete(session);
    }
    for (const session of now) {
      if (!this.#watched.has(session))
        this.#watched.set(
          session,
          session.state.subscribe(() => this.publish()),
        );
    }
    this.publish();
  }

  publish(): void {
    const local = this.#local.state.get();
    const stream = localStream(local.video.track);
    const media = Object.fromEntries(
      Object.entries(this.#sessions).map(([id, session]) => [
        id,
        mediaView(session.state.get(), local, stream),
      ]),
    );
    useConsole.setState({ media, local });
  }
}

/** Opens microphone and camera when a call rings, so that the first picture is there on accept; closes them after it. */
class DeviceFollower {
  readonly #local: LocalMedia;
  #before = { audio: false, video: false };
  #checking = false;

  constructor(local: LocalMedia) {
    this.#local = local;
  }

  follow(state: AgentConsoleState): void {
    const need = callNeeds([
      ...state.offers.map((o) => o.contact),
      ...Object.values(state.contacts).filter(isOpen),
    ]);
    const before = this.#before;
    if (need.audio === before.audio && need.video === before.video) return;
    this.#before = need;
    if (need.audio && !before.audio) void this.#fresh(need.video);
    else if (need.video && !before.video) void this.#open("video");
    if (!need.audio && before.audio && !this.#checking) this.#close();
  }

  /** What could not be opened, once more: it may be allowed or plugged in by now. */
  retry(): void {
    const { audio, video } = this.#local.state.get();
    void this.#local.open({ audio: audio.failure !== undefined, video: video.failure !== undefined });
  }

  check(on: boolean): void {
    this.#checking = on;
    if (on) void this.#fresh(true);
    else if (!this.#before.audio) this.#close();
  }

  /** A new call starts with both on: a mute from the call before must not be carried over unseen. */
  async #fresh(video: boolean): Promise<void> {
    const { audio } = this.#local.state.get();
    if (audio.muted) await this.#local.mute("audio", false);
    await this.#open("audio");
    if (video) await this.#open("video");
  }

  async #open(kind: "audio" | "video"): Promise<void> {
    const prefs = usePrefs.getState();
    const wanted = kind === "audio" ? prefs.micId : prefs.cameraId;
    const { track, muted } = this.#local.state.get()[kind];
    if (kind === "video" && muted) await this.#local.mute("video", false);
    else if (!track && wanted) await this.#local.select(kind, wanted);
    else await this.#local.open({ [kind]: true });
    if (!this.#before.audio && !this.#checking) this.#close();
  }

  #close(): void {
    this.#local.closeAll();
  }
}

function actionsOf(client: AgentClient, local: LocalMedia, devices: DeviceFollower): ConsoleActions {
  return {
    command: (name, data) => client.send(name, data),
    setMicrophone: (on) => void local.mute("audio", !on),
    setCamera: (on) => void local.mute("video", !on),
    selectDevice: (kind, deviceId) => void local.select(kind, deviceId),
    retryDevices: () => devices.retry(),
    openDevices: () => devices.check(true),
    closeDevices: () => devices.check(false),
    sendText: (contactId, text) => void client.sendText(contactId, text),
    sendFile: (contactId, file) => void client.sendFile(contactId, file),
    dropFailed: (key) => client.dropFailed(key),
    typing: (contactId) => client.typing(contactId),
    watchWall: (on) => client.watchWall(on),
    takeOver: () => client.connection.takeOver(),
    clearNotice: () => client.clearNotice(),
  };
}

export interface ConsoleSession {
  start(): void;
  stop(): void;
}

export function createSession(): ConsoleSession {
  const local = browserLocalMedia();
  const client = new AgentClient({
    environment,
    rest,
    local,
    lang: () => usePrefs.getState().lang,
    socketUrl: (ticket) => socketUrl(location.origin, ticket),
  });
  const media = new MediaFollower(local);
  const devices = new DeviceFollower(local);
  const callHere = new CallHere();
  let standingBy: AbortController | undefined;
  const stops: Array<() => void> = [];
  let stopped = false;
  const onClient = () => {
    const state = client.state.get();
    setClockOffset(state.connection.clockOffset);
    useConsole.setState(viewOf(state));
    const { phase } = state.connection;
    const here = phase !== "superseded" && phase !== "refused";
    if (here && standingBy) {
      standingBy.abort();
      standingBy = undefined;
      useConsole.setState({ otherTab: undefined });
    }
    callHere.follow(here && !!runningCall(useConsole.getState()));
    devices.follow(state);
    media.follow(state.media);
  };

  /** Another tab has a call: it goes on there, until the agent says otherwise. */
  const standBy = () => {
    client.connection.standBy();
    useConsole.setState({ otherTab: "calls" });
    standingBy = new AbortController();
    const pause = (ms: number) => new Promise<void>((go) => environment.setTimeout(go, ms));
    const say = (otherTab: "calls" | "called") => useConsole.setState({ otherTab });
    // It ends when this tab takes over, and where the browser cannot tell.
    watchOtherTab(standingBy.signal, pause, say).catch(() => undefined);
  };

  void local.setHeight(usePrefs.getState().pictureHeight);
  provideActions(actionsOf(client, local, devices));
  return {
    start() {
      stops.push(
        client.state.subscribe(onClient),
        local.state.subscribe(() => media.publish()),
        usePrefs.subscribe(({ pictureHeight }) => void local.setHeight(pictureHeight)),
      );
      onClient();
      void callElsewhere().then((elsewhere) => {
        if (stopped) return;
        if (elsewhere) standBy();
        else client.start();
      });
    },
    stop() {
      stopped = true;
      standingBy?.abort();
      callHere.follow(false);
      for (const stop of stops.splice(0)) stop();
      client.dispose();
      local.dispose();
      useConsole.setState(emptyState, true);
    },
  };
}
