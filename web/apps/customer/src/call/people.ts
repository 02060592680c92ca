// SPDX-License-Identifier: Apache-2.0
import type { ContactView, Participant } from "@visavis/protocol";

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

/** Was with an agent before and waits again: the agent's connection was lost. */
export function wasReturned(contact: ContactView): boolean {
  return contact.state === "waiting" && contact.answered_at !== undefined;
}
