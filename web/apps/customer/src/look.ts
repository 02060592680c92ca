// SPDX-License-Identifier: Apache-2.0
// Language and colours that a person chose, kept for this browser and followed by its other tabs. Where storage is blocked the choice
// lasts as long as the page.
import { Store } from "@visavis/client-core";
import { type Language, languageOf, setLanguage } from "./i18n/index.ts";

export type Theme = "system" | "light" | "dark";

interface Look {
  theme: Theme;
  /** Chosen by the person, as against wished by a page or the browser. */
  lang: Language | undefined;
}

const KEY = "visavis.look";
const THEMES: readonly Theme[] = ["system", "light", "dark"];

/** What is kept, whoever wrote it. */
export function readLook(text: string | null): Look {
  try {
    const kept = JSON.parse(text ?? "{}") as { theme?: Theme; lang?: string } | null;
    const theme = THEMES.find((each) => each === kept?.theme) ?? "system";
    return { theme, lang: typeof kept?.lang === "string" ? languageOf(kept.lang) : undefined };
  } catch {
    return { theme: "system", lang: undefined };
  }
}

function kept(): string | null {
  try {
    return window.localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export const look = new Store<Look>({ theme: "system", lang: undefined });

function show(dark: MediaQueryList): void {
  const { theme, lang } = look.get();
  const mode = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
  document.documentElement.dataset.theme = mode;
  if (lang) setLanguage(lang);
}

export function choose(change: Partial<Look>): void {
  look.update(change);
  try {
    window.localStorage.setItem(KEY, JSON.stringify(look.get()));
  } catch {
    // kept for this page only
  }
}

export function nextTheme(theme: Theme): Theme {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
}

/** From the start of the page on. */
export function followLook(): void {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  look.set(readLook(kept()));
  show(dark);
  look.subscribe(() => show(dark));
  dark.addEventListener("change", () => show(dark));
  window.addEventListener("storage", ({ key, newValue }) => {
    if (key === KEY) look.set(readLook(newValue));
  });
}
