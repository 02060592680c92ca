// SPDX-License-Identifier: Apache-2.0
import type { FileInfo, Message } from "@visavis/protocol";

/** A message on its way: shown at once, replaced by the server's when that arrives. */
export interface OutgoingMessage {
  key: string;
  contactId: string;
  text?: string;
  file?: Omit<FileInfo, "id">;
  at: number;
  /** Why it could not be sent; undefined while under way. */
  failed?: string;
}

/** Adds or replaces by id, in the order of the server's times; UUIDv7 ids break ties in order of making. */
export function mergeMessage(messages: readonly Message[], message: Message): readonly Message[] {
  const rest = messages.filter((known) => known.id !== message.id);
  let at = rest.length;
  while (at > 0 && isAfter(rest[at - 1], message)) at -= 1;
  return [...rest.slice(0, at), message, ...rest.slice(at)];
}

function isAfter(a: Message | undefined, b: Message): boolean {
  if (!a) return false;
  return a.at > b.at || (a.at === b.at && a.id > b.id);
}

/** `typing` is sent at most this often, and believed for the longer time. */
export const TYPING_EVERY_MS = 3000;
export const TYPING_SHOWN_MS = 5000;
