// SPDX-License-Identifier: Apache-2.0
import { type CustomerClient, type LocalMedia, playChime } from "@visavis/client-core";
import type { Channel, ContactState } from "@visavis/protocol";
import { useEffect, useRef, useState } from "preact/hooks";
import { useStore } from "../hooks.ts";
import type { Host } from "../host.ts";

/** Opens what the contact's channel needs, also after a reload and when the channel is raised. */
export function useDevicesFor(local: LocalMedia, channel: Channel | undefined, running: boolean): void {
  useEffect(() => {
    if (!running || channel === undefined || channel === "chat") return;
    const { audio, video } = local.state.get();
    const wantVideo = channel === "video" && !video.muted && !video.failure;
    void local.open({ audio: !audio.failure, video: wantVideo });
  }, [local, channel, running]);
  useEffect(() => {
    if (running && channel !== "chat") return;
    local.closeAll();
  }, [local, channel, running]);
}

/** Keeps the screen on during a call; the browser lets go of it whenever the page is hidden. */
export function useWakeLock(on: boolean): void {
  useEffect(() => {
    if (!on || !("wakeLock" in navigator)) return;
    let lock: WakeLockSentinel | undefined;
    let stopped = false;
    const take = () => {
      if (document.visibilityState !== "visible" || stopped) return;
      navigator.wakeLock.request("screen").then(
        (sentinel) => {
          if (stopped) void sentinel.release();
          else lock = sentinel;
        },
        () => undefined,
      );
    };
    take();
    document.addEventListener("visibilitychange", take);
    return () => {
      stopped = true;
      document.removeEventListener("visibilitychange", take);
      void lock?.release().catch(() => undefined);
    };
  }, [on]);
}

/** A chime, a short vibration and the title when the agent answers: the customer may be doing something else. */
export function useAnswerAlert(state: ContactState | undefined, title: string): void {
  const before = useRef(state);
  useEffect(() => {
    const answered = state === "active" && (before.current === "waiting" || before.current === "offered");
    before.current = state;
    if (!answered) return;
    playChime().catch(() => undefined);
    navigator.vibrate?.([120, 80, 120]);
    if (document.visibilityState === "visible") return;
    const old = document.title;
    document.title = `● ${title}`;
    const restore = () => {
      document.title = old;
      document.removeEventListener("visibilitychange", restore);
    };
    document.addEventListener("visibilitychange", restore);
  }, [state, title]);
}

export function pictureInPictureWorks(): boolean {
  return document.pictureInPictureEnabled === true;
}

/** The agent's picture in a small window above others, where the browser can. */
export async function togglePictureInPicture(root: HTMLElement | null): Promise<void> {
  if (document.pictureInPictureElement) {
    await document.exitPictureInPicture();
    return;
  }
  const video = root?.querySelector<HTMLVideoElement>(".remote-picture video");
  await video?.requestPictureInPicture();
}

/** Leaving the tab opens the small window by itself where the browser offers that. */
export function useAutomaticPictureInPicture(root: { current: HTMLElement | null }, on: boolean): void {
  useEffect(() => {
    const session = navigator.mediaSession;
    if (!on || !session) return;
    const action = "enterpictureinpicture" as MediaSessionAction;
    try {
      session.setActionHandler(
        action,
        () => void togglePictureInPicture(root.current).catch(() => undefined),
      );
    } catch {
      return; // a browser that does not know the action
    }
    return () => session.setActionHandler(action, null);
  }, [on]);
}

/** Whether the customer can see the page: the tab is in front, and the widget's panel is open. */
export function useVisible(host: Host): boolean {
  const [tab, setTab] = useState(document.visibilityState === "visible");
  const [panel, setPanel] = useState(true);
  useEffect(() => {
    const changed = () => setTab(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", changed);
    const stop = host.on("visible", setPanel);
    return () => {
      document.removeEventListener("visibilitychange", changed);
      stop();
    };
  }, [host]);
  return tab && panel;
}

/** What others wrote while the chat was not on screen. */
export function useUnread(client: CustomerClient, visible: boolean): number {
  const count = useStore(
    client.state,
    ({ chat, participantId }) =>
      chat.filter(({ kind, from }) => kind !== "system" && from !== participantId).length,
  );
  const seen = useRef<number | undefined>(undefined);
  // What was written before this screen came up has been seen on the one before.
  if (visible || seen.current === undefined || seen.current > count) seen.current = count;
  return count - seen.current;
}
