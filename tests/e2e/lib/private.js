// SPDX-License-Identifier: Apache-2.0
// What a server's log must not hold (docs/operating.md): what the people of the tests are called, type, say and sign in with.

const used = new Map(); // word → what it is

/** From now on this word in a server's log is a leak. */
export function keepPrivate(what, word) {
  if (typeof word === "string" && word.trim().length >= 3) used.set(word.trim(), what);
}

const KEYS = new Set(["login", "password", "name", "text", "note", "comment", "token", "csrf_token", "ticket", "resume"]);

/** The same for all that is personal or secret in what is sent or answered. */
export function keepPrivateIn(message) {
  if (message === null || typeof message !== "object") return;
  for (const [key, value] of Object.entries(message)) {
    if (KEYS.has(key)) keepPrivate(key, value);
    keepPrivateIn(value);
  }
}

/** Tokens, tickets, keys and one-time links are 43 characters of base64url or more: one that no test knows is a leak, too. */
const TOKEN = /(?<![\w-])[\w-]{43,}(?![\w-])/;

const escaped = (word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const says = (line, word) => new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(word)}(?![\\p{L}\\p{N}_])`, "u").test(line);

/** Lines of the log that say too much, and what. */
export function leaks(log) {
  const found = [];
  for (const line of new Set(log.split("\n"))) {
    if (TOKEN.test(line)) found.push(`a token: ${line}`);
    for (const [word, what] of used) if (says(line, word)) found.push(`${what} ${JSON.stringify(word)}: ${line}`);
  }
  return found;
}
