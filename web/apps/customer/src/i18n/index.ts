// SPDX-License-Identifier: Apache-2.0
import { Store } from "@visavis/client-core";
import { en, type Word } from "./en.ts";
import { zh } from "./zh.ts";

export type Language = "zh-CN" | "en";
export type { Word };

const dictionaries: Record<Language, Record<Word, string>> = { "zh-CN": zh, en };

export function languageOf(tag: string | undefined | null): Language | undefined {
  if (!tag) return undefined;
  if (tag.toLowerCase().startsWith("zh")) return "zh-CN";
  return tag.toLowerCase().startsWith("en") ? "en" : undefined;
}

export const language = new Store<{ tag: Language }>({ tag: "zh-CN" });

export function setLanguage(tag: Language): void {
  language.set({ tag });
  document.documentElement.lang = tag;
}

/** The words for a key, with {name}s filled in. */
export function translate(tag: Language, word: Word, values: Record<string, string | number> = {}): string {
  return dictionaries[tag][word].replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  );
}

export type Translate = (word: Word, values?: Record<string, string | number>) => string;

/** "2 min 05 s", "40 s"; for waiting times, where a clock would look like a time of day. */
export function spokenTime(t: Translate, seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const m = Math.floor(whole / 60);
  return m === 0
    ? t("seconds", { s: whole })
    : t("minutes_seconds", { m, s: String(whole % 60).padStart(2, "0") });
}

/** "4:07", "1:04:07"; for timers. */
export function clockTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (value: number) => String(value).padStart(2, "0");
  const h = Math.floor(whole / 3600);
  const rest = `${h > 0 ? pad(Math.floor(whole / 60) % 60) : Math.floor(whole / 60)}:${pad(whole % 60)}`;
  return h > 0 ? `${h}:${rest}` : rest;
}
