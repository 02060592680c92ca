// SPDX-License-Identifier: Apache-2.0
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Lang } from "../lib/prefs.ts";
import type { en } from "./en.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en };
  }
}

/** One language is loaded at first; the other when it is chosen. */
async function dictionary(lang: Lang): Promise<object> {
  return lang === "en" ? (await import("./en.ts")).en : (await import("./zh.ts")).zh;
}

export async function startI18n(lang: Lang): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: lang,
    fallbackLng: false,
    resources: { [lang]: { translation: await dictionary(lang) } },
    interpolation: { escapeValue: false },
    returnNull: false,
    showSupportNotice: false, // no advertisement in the log of our pages
  });
  document.documentElement.lang = lang;
}

export async function changeLanguage(lang: Lang): Promise<void> {
  if (!i18next.hasResourceBundle(lang, "translation")) {
    i18next.addResourceBundle(lang, "translation", await dictionary(lang));
  }
  await i18next.changeLanguage(lang);
  document.documentElement.lang = lang;
}
