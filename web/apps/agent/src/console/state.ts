// SPDX-License-Identifier: Apache-2.0
// What the screens show. The session fills it from client-core; the gallery fills it with fixed states.
import type { LocalMediaState, OutgoingMessage } from "@visavis/client-core";
import type {
  AgentCommand,
  AgentView,
  Commands,
  ContactView,
  MediaQuality,
  Message,
  Notice,
  Offer,
  Participant,
  QueueRow,
  UserView,
  Wall,
} from "@visavis/protocol";
import i18next from "i18next";
import { create } from "zustand";
import type { MediaView } from "./media_view.ts";

export type Link = "connecting" | "open" | "reconnecting" | "superseded" | "refused";

export interface ConsoleState {
  link: Link;
  /** Since when the line is as it is, and when the next attempt is due: this machine's clock. */
  linkSince: number;
  retryAt?: number;
  /** A snapshot has arrived. */
  loaded: boolean;
  /** This tab stands by: another has a running call, or had one when this tab was opened. */
  otherTab?: "calls" | "called";
  me?: UserView;
  agent?: AgentView;
  queue: readonly QueueRow[];
  offers: readonly Offer[];
  contacts: readonly ContactView[];
  chat: Readonly<Record<string, readonly Message[]>>;
  outbox: readonly OutgoingMessage[];
  agents: readonly AgentView[];
  practice: boolean;
  typing: Readonly<Record<string, readonly string[]>>;
  quality: Readonly<Record<string, MediaQuality>>;
  wall?: Wall;
  notice?: Notice;
  offersGone: ReadonlyArray<{ contact_id: string; reason: string; at: number }>;
  media: Readonly<Record<string, MediaView>>;
  local?: LocalMediaState;
}

export const emptyState: ConsoleState = {
  link: "connecting",
  linkSince: 0,
  loaded: false,
  queue: [],
  offers: [],
  contacts: [],
  chat: {},
  outbox: [],
  agents: [],
  practice: false,
  typing: {},
  quality: {},
  offersGone: [],
  media: {},
};

export const useConsole = create<ConsoleState>()(() => emptyState);

/** What the screens may ask for. */
export interface ConsoleActions {
  /** Resolves when the server has done it; rejects with CommandFailure. */
  command<N extends AgentCommand>(name: N, data: Commands[N]["data"]): Promise<Commands[N]["reply"]>;
  setMicrophone(on: boolean): void;
  setCamera(on: boolean): void;
  selectDevice(kind: "audio" | "video", deviceId: string): void;
  /** Tries again to open what could not be opened. */
  retryDevices(): void;
  /** Opens the devices outside of a call, for the check; `closeDevices` leaves a running call alone. */
  openDevices(): void;
  closeDevices(): void;
  sendText(contactId: string, text: string): void;
  sendFile(contactId: string, file: File): void;
  dropFailed(key: string): void;
  typing(contactId: string): void;
  watchWall(on: boolean): void;
  takeOver(): void;
  clearNotice(): void;
}

let actions: ConsoleActions | undefined;
export function provideActions(given: ConsoleActions): void {
  actions = given;
}
export function act(): ConsoleActions {
  if (!actions) throw new Error("console actions are used before the session has started");
  return actions;
}

export function isOpen(contact: ContactView): boolean {
  return contact.state === "active" || contact.state === "wrapup";
}

/** The call or chat that the centre shows: the chosen one, else the call, else whatever came first. */
export function shownContact(state: ConsoleState, chosen: string | undefined): ContactView | undefined {
  const mine = state.contacts.filter(isOpen);
  return (
    mine.find((c) => c.id === chosen) ??
    mine.find((c) => c.channel !== "chat" && c.state === "active") ??
    mine.find((c) => c.state === "wrapup") ??
    mine[0]
  );
}

/** The running call, whatever is shown: keys for the microphone must reach it from anywhere. */
export function runningCall(state: ConsoleState): ContactView | undefined {
  return state.contacts.find((c) => c.channel !== "chat" && c.state === "active");
}

/** Administrators and supervisors need not be agents: then no contact rings for them, and nothing of that is shown. */
export function takesContacts(user: { roles: readonly string[] } | undefined): boolean {
  return user?.roles.includes("agent") ?? false;
}

/** Who was given other roles in the middle of a conversation still has to end it. Before the first snapshot nobody knows; most are agents. */
export function usesConsole({ me, contacts }: ConsoleState): boolean {
  return !me || takesContacts(me) || contacts.some(isOpen);
}

export function customerOf(contact: ContactView) {
  return contact.participants.find((p) => p.role === "customer");
}

/** Who of ours is in the contact beside this agent, and would go on with the customer. */
export function colleaguesIn(contact: ContactView, myId: string | undefined): Participant[] {
  return contact.participants.filter((p) => p.role !== "customer" && p.present && p.user_id !== myId);
}

/** Since when the clock of a conversation runs: the call, or the chat; never the time in the queue. */
export function talkSince(contact: ContactView): number {
  return contact.call_started_at ?? contact.talk_since_at ?? contact.created_at;
}

/** The name that the customer gave, or "". */
export function givenName(contact: ContactView): string {
  return contact.customer?.name || customerOf(contact)?.name || "";
}

/** Who has not said a name is called by a word of the dictionary. */
export function customerName(contact: ContactView): string {
  if (contact.practice) return i18next.t("practice.customer");
  return givenName(contact) || i18next.t("contact.unnamed");
}
