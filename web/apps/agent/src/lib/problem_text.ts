// SPDX-License-Identifier: Apache-2.0
import { CommandFailure, RestError } from "@visavis/client-core";
import i18next from "i18next";
import { wordsFor } from "./words.ts";

/** Words for an error: ours where its code is known, else the server's own advice. */
export function problemText(error: unknown): string {
  const unknown = wordsFor(i18next, "problem.unknown") ?? "";
  if (!(error instanceof RestError) && !(error instanceof CommandFailure)) return unknown;
  const seconds = error instanceof RestError ? (error.retryAfterS ?? 60) : 60;
  return wordsFor(i18next, `problem.${error.code}`, { seconds }) ?? (error.message || unknown);
}
