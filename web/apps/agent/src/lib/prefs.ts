// SPDX-License-Identifier: Apache-2.0
// What a person sets once for this browser. Nothing about customers is kept here.
import type { PictureHeight } from "@visavis/client-core";
import { create } from "zustand";
import { persist } from "zustand/middleware";
import { defaultKeymap, type Keymap } from "./shortcuts.ts";

export type Lang = "zh-CN" | "en";
export type ModeChoice = "system" | "light" | "dark";

export interface Prefs {
  lang: Lang;
  mode: ModeChoice;
  shortcuts: boolean;
  keymap: Keymap;
  notify: boolean;
  ringVolume: number;
  ringDevice: string;
  micId: string;
  cameraId: string;
  speakerId: string;
  pictureHeight: PictureHeight;
  /** Height of the chat below the stage, in percent of the centre; null: what the picture leaves. */
  chatShare: number | null;
  skipDeviceCheck: boolean;
  /** The key of the company that somebody last signed in to; "" where the server has one only. */
  company: string;
}

function firstLang(): Lang {
  return typeof navigator !== "undefined" && navigator.language?.toLowerCase().startsWith("zh")
    ? "zh-CN"
    : "en";
}

export const defaultPrefs: Prefs = {
  lang: firstLang(),
  mode: "system",
  shortcuts: true,
  keymap: defaultKeymap,
  notify: true,
  ringVolume: 0.7,
  ringDevice: "",
  micId: "",
  cameraId: "",
  speakerId: "",
  pictureHeight: 720,
  chatShare: null,
  skipDeviceCheck: false,
  company: "",
};

const KEPT = "visavis.agent.prefs";

export const usePrefs = create<Prefs>()(
  persist(() => defaultPrefs, {
    name: KEPT,
    version: 1,
    // A key that came with a newer version keeps its default.
    merge: (kept, fresh) => {
      const old = (kept ?? {}) as Partial<Prefs>;
      return { ...fresh, ...old, keymap: { ...fresh.keymap, ...old.keymap } };
    },
  }),
);

export function setPrefs(change: Partial<Prefs>): void {
  usePrefs.setState(change);
}

/** What is chosen in one tab holds in the others. */
export function followPrefs(): void {
  window.addEventListener("storage", ({ key }) => {
    if (key === KEPT) void usePrefs.persist.rehydrate();
  });
}
