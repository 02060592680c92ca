// SPDX-License-Identifier: Apache-2.0
import type { LocalName } from "@visavis/protocol";

const two = (n: number) => String(n).padStart(2, "0");

/** 75_000 → "1:15"; 3_675_000 → "1:01:15". Never negative. */
export function clock(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const h = Math.floor(s / 3600);
  const m = Math.floor(s / 60) % 60;
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

export type WaitLevel = "fresh" | "long" | "late";

/** Colour and word of a wait: amber once the goal of the service level is missed, red from three times that on. */
export function waitLevel(waitedMs: number, goalMs: number): WaitLevel {
  if (waitedMs >= 3 * goalMs) return "late";
  return waitedMs >= goalMs ? "long" : "fresh";
}

export function localName(name: LocalName | string | undefined, lang: string): string {
  if (!name) return "";
  if (typeof name === "string") return name;
  return (lang.startsWith("zh") ? name["zh-CN"] : name.en) || name.en || name["zh-CN"];
}

/** 1536 → "1.5 KB". */
export function bytes(size: number): string {
  if (size < 1024) return `${size} B`;
  if (size < 1024 * 1024) return `${(size / 1024).toFixed(size < 10_240 ? 1 : 0)} KB`;
  return `${(size / (1024 * 1024)).toFixed(1)} MB`;
}

/** "Chrome 139 · Android" of a user agent; the whole text where it names nothing known. */
export function browserName(agent: string): string {
  const browser =
    /(Edg|OPR|Firefox|Chrome)\/(\d+)/.exec(agent.replace(/Chrome(?=.*(Edg|OPR)\/)/, "")) ??
    /(Version)\/(\d+)/.exec(agent);
  // Android names Linux too, the iPhone Mac OS X: the more telling word comes first.
  const system = ["Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux"].find((name) =>
    agent.includes(name),
  );
  if (!browser?.[1] || !system) return agent;
  const names: Record<string, string> = { Edg: "Edge", OPR: "Opera", Version: "Safari" };
  return `${names[browser[1]] ?? browser[1]} ${browser[2]} · ${system.replace("Mac OS X", "macOS")}`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)}%`;
}
