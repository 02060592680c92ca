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

/**
 * Letters for an avatar: first and last word of a Latin name; of a Chinese one the last character, which tells people of one
 * family name apart. The same on every page, so that both sides see a person under one sign.
 */
export function initials(name: string): string {
  const clean = name.trim();
  if (!clean) return "?";
  const chinese = clean.match(/\p{Script=Han}+/u)?.[0];
  if (chinese) return [...chinese].at(-1) ?? "?";
  const words = clean.split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [clean];
  return letters
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toUpperCase();
}

/** Where the WebSocket of a page lies; `origin` like "https://example.com". */
export function socketUrl(origin: string, ticket: string): string {
  return `${origin.replace(/^http/, "ws")}/v1/ws?ticket=${encodeURIComponent(ticket)}`;
}
