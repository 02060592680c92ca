// SPDX-License-Identifier: Apache-2.0
// Keyboard shortcuts at work on every screen of the console.
import { App } from "antd";
import { useEffect } from "react";
import { usePrefs } from "../lib/prefs.ts";
import { problemText } from "../lib/problem_text.ts";
import { type Action, actionOf, isTyping } from "../lib/shortcuts.ts";
import { act, runningCall, shownContact, useConsole } from "./state.ts";
import { choose, openDialog, setUi, useUi } from "./ui.ts";

const panes = ["queue", "centre", "side"] as const;

/** F6 walks through the panes that are on screen, Shift+F6 back. */
export function nextPane(back: boolean): void {
  const shown = panes
    .map((name) => document.querySelector<HTMLElement>(`[data-pane="${name}"]`))
    .filter((element): element is HTMLElement => !!element && element.offsetParent !== null);
  if (shown.length === 0) return;
  const at = shown.findIndex((element) => element.contains(document.activeElement));
  const step = back ? -1 : 1;
  const next = at < 0 ? 0 : (at + step + shown.length) % shown.length;
  shown[next]?.focus();
}

type Ask = (done: Promise<unknown>) => void;

function accept(ask: Ask): void {
  const offer = useConsole.getState().offers[0];
  if (!offer) return;
  choose(offer.contact.id);
  ask(act().command("offer.accept", { contact_id: offer.contact.id }));
}

function inCall(action: Action, ask: Ask): void {
  const state = useConsole.getState();
  const call = runningCall(state);
  const media = call && state.media[call.id];
  if (!call || !media) return;
  if (action === "mute") act().setMicrophone(media.microphone !== "on");
  if (action === "camera" && call.channel === "video") act().setCamera(media.camera !== "on");
  if (action === "hold") ask(act().command("contact.hold", { contact_id: call.id, on: !call.hold.on }));
}

function perform(action: Action, shift: boolean, ask: Ask): void {
  const shown = shownContact(useConsole.getState(), useUi.getState().chosen);
  const active = shown?.state === "active";
  if (action === "accept") accept(ask);
  else if (action === "transfer" && active) openDialog("transfer");
  else if (action === "end" && active) setUi({ confirmEnd: true });
  else if (action === "search") openDialog("search");
  else if (action === "panes") nextPane(shift);
  else if (action === "help") openDialog("shortcuts");
  else inCall(action, ask);
}

export function useKeys(): void {
  const { message } = App.useApp();
  useEffect(() => {
    const ask: Ask = (done) => {
      done.catch((error: unknown) => message.error(problemText(error)));
    };
    const onKey = (event: KeyboardEvent) => {
      const { shortcuts, keymap } = usePrefs.getState();
      if (!shortcuts || event.defaultPrevented || event.repeat) return;
      const press = event.code === "F6" ? { ...pressOf(event), shiftKey: false } : pressOf(event);
      const action = actionOf(press, keymap, isTyping(event.target));
      if (!action || (useUi.getState().dialog && action !== "accept" && action !== "mute")) return;
      event.preventDefault();
      perform(action, event.shiftKey, ask);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [message]);
}

function pressOf(event: KeyboardEvent) {
  const { code, key, altKey, ctrlKey, metaKey, shiftKey } = event;
  return { code, key, altKey, ctrlKey, metaKey, shiftKey };
}
