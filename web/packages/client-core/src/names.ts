// SPDX-License-Identifier: Apache-2.0
import type { LocalName } from "@visavis/protocol";

/** A name in the page's language; some answers give one language only, as plain text. */
export function localName(
  name: LocalName | { zh: string; en: string } | string | undefined,
  lang: string,
): string {
  if (name === undefined) return "";
  if (typeof name === "string") return name;
  const zh = "zh-CN" in name ? name["zh-CN"] : name.zh;
  return (lang.startsWith("zh") ? zh : name.en) || name.en || zh;
}

/** Where the WebSocket of a page lies; `origin` like "https://example.com". */
export function socketUrl(origin: string, ticket: string): string {
  return `${origin.replace(/^http/, "ws")}/v1/ws?ticket=${encodeURIComponent(ticket)}`;
}
