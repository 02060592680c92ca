// SPDX-License-Identifier: Apache-2.0
// For tests of screens: a console in a given state, and the commands that were asked for.
import { cleanup, configure, render } from "@testing-library/react";
import type { ContactView, UserView } from "@visavis/protocol";
import type { ReactNode } from "react";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, vi } from "vitest";
import {
  type ConsoleActions,
  type ConsoleState,
  emptyState,
  provideActions,
  useConsole,
} from "./console/state.ts";
import { freshUi, setUi } from "./console/ui.ts";
import { startI18n } from "./i18n/i18n.ts";
import { defaultPrefs, setPrefs } from "./lib/prefs.ts";
import { Providers, queries } from "./providers.tsx";

configure({ asyncUtilTimeout: 10_000 });

// There is no server, unless a test brings one: what is asked of it is not answered.
beforeEach(() => void vi.stubGlobal("fetch", () => new Promise(() => undefined)));
// What is still shown has timers, which must not outlive the window.
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

export interface Asked {
  name: string;
  data: unknown;
}

export const me: UserView = {
  id: "u1",
  login: "lin",
  name: "Lin",
  roles: ["agent"],
  skills: [],
  languages: [],
};

export function contactOf(change: Partial<ContactView> = {}): ContactView {
  return {
    id: "c1",
    channel: "video",
    state: "active",
    topic: { id: "q1", name: { "zh-CN": "账单", en: "Statements" } },
    language: "en",
    created_at: 1,
    answered_at: 2,
    talk_since_at: 2,
    call_started_at: 2,
    hold: { on: false },
    participants: [
      { id: "p1", role: "customer", name: "Ada", present: true, audio: "on", video: "on" },
      { id: "p2", role: "agent", user_id: "u1", name: "Lin", present: true, audio: "on", video: "on" },
    ],
    consents: [],
    ...change,
  };
}

/** Renders in English; every action lands in the returned list, in order. */
export async function show(screen: ReactNode, state: Partial<ConsoleState> = {}): Promise<Asked[]> {
  cleanup();
  queries.clear();
  const asked: Asked[] = [];
  const note =
    (name: string) =>
    (...data: unknown[]) => {
      asked.push({ name, data: data.length > 1 ? data : data[0] });
    };
  const actions = {
    command: (name: string, data: unknown) => {
      asked.push({ name, data });
      return Promise.resolve({});
    },
    setMicrophone: note("setMicrophone"),
    setCamera: note("setCamera"),
    selectDevice: note("selectDevice"),
    retryDevices: note("retryDevices"),
    openDevices: note("openDevices"),
    closeDevices: note("closeDevices"),
    sendText: note("sendText"),
    sendFile: note("sendFile"),
    dropFailed: note("dropFailed"),
    typing: note("typing"),
    watchWall: note("watchWall"),
    takeOver: note("takeOver"),
    clearNotice: note("clearNotice"),
  };
  provideActions(actions as unknown as ConsoleActions);
  useConsole.setState({ ...emptyState, link: "open", loaded: true, me, ...state }, true);
  setUi(freshUi, true);
  setPrefs({ ...defaultPrefs, lang: "en", mode: "light" });
  await startI18n("en");
  render(
    <Providers>
      <MemoryRouter>{screen}</MemoryRouter>
    </Providers>,
  );
  return asked;
}
