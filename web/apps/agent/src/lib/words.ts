// SPDX-License-Identifier: Apache-2.0
import type { i18n } from "i18next";

/** Words for a key that is made of a code from the server; undefined where the dictionary does not know it. */
export function wordsFor(
  dictionary: i18n,
  key: string,
  values: Record<string, unknown> = {},
): string | undefined {
  if (!dictionary.exists(key)) return undefined;
  return (dictionary.t as unknown as (key: string, values: object) => string)(key, values);
}
