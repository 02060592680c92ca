// SPDX-License-Identifier: Apache-2.0
import type { ContactView, Participant } from "@visavis/protocol";
import type { Word } from "../i18n/index.ts";

/** Everybody but the customer, the agent first. */
export function othersOf(contact: ContactView | undefined): Participant[] {
  const others = (contact?.participants ?? []).filter(({ role }) => role !== "customer");
  return others.sort((a, b) => Number(b.role === "agent") - Number(a.role === "agent"));
}

/** The person the customer talks to; a third person does not change that. */
export function agentOf(contact: ContactView | undefined): Participant | undefined {
  return othersOf(contact)[0];
}

export function isOver(contact: ContactView): boolean {
  return contact.state === "wrapup" || contact.state === "closed";
}

/** What to tell whoever waits again; nothing where nothing has changed since the beginning. */
export function whyAgain(contact: ContactView): { word: Word; kind: "info" | "warning" } | undefined {
  const why =
    contact.state === "waiting" || contact.state === "offered" ? contact.waiting_because : undefined;
  if (!why) return undefined;
  return { word: `waiting_${why}`, kind: why === "agent_lost" ? "warning" : "info" };
}

/** Expected waits below this are as good as none. */
const SOON_S = 15;

/**
 * The next one to be answered, and by somebody who is at work: a longer wait is told as such. Whoever is handed on has been
 * at all who were free, so nobody can be promised.
 */
export function isNext(contact: ContactView): boolean {
  const handedOn = contact.waiting_because === "transferred" || contact.waiting_because === "passed_on";
  return (
    !handedOn && contact.position === 1 && contact.staffed !== false && (contact.estimate_s ?? 0) < SOON_S
  );
}
