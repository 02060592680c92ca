// SPDX-License-Identifier: Apache-2.0
import { browserFamily, type DeviceFailure, type MediaKind } from "@visavis/client-core";
import { en } from "../i18n/en.ts";
import type { Word } from "../i18n/index.ts";

/** Words for an error of making the contact; required consents are shown at their own tick instead. */
export function createErrorWord(error: string | undefined): Word | undefined {
  if (error === undefined || error.startsWith("required_")) return undefined;
  if (error === "network") return "network_error";
  return error === "throttled" ? "throttled" : errorWord(error, "create_failed");
}

/** Words for a code of the server; `otherwise` where there are none of our own. */
export function errorWord(code: string, otherwise: Word): Word {
  const word = `error_${code}`;
  return word in en ? (word as Word) : otherwise;
}

/** Words for a message or file that could not be sent. */
export function sendErrorWord(code: string): Word {
  // The server's own limit, and the one that the page knows beforehand.
  const tooLarge = code === "too_large" || code === "body_too_large";
  return tooLarge ? "chat_too_large" : errorWord(code, "chat_failed");
}

export function failureTitle(kind: MediaKind, failure: DeviceFailure): Word {
  return `fail_${failure}_${kind === "audio" ? "microphone" : "camera"}`;
}

/** The one thing to do about it, in the words of this browser. */
export function failureFix(failure: DeviceFailure, userAgent: string): Word {
  if (failure !== "denied") return `fix_${failure}`;
  const family = browserFamily(userAgent);
  return family === "other" ? "fix_denied" : `fix_denied_${family}`;
}
