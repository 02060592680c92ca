// SPDX-License-Identifier: Apache-2.0
// One source of colour, type and space for the React consoles. Every pair that carries text is listed in
// `textPairs` and computed against WCAG 2.2 (1.4.3, 1.4.11) by tokens.test.ts.

export type Mode = "light" | "dark";

export interface Palette {
  primary: string;
  onPrimary: string;
  primarySoft: string;
  error: string;
  onError: string;
  errorSoft: string;
  warning: string;
  warningSoft: string;
  success: string;
  successSoft: string;
  link: string;
  text: string;
  text2: string;
  text3: string;
  page: string;
  layout: string;
  raised: string;
  hover: string;
  line: string;
  control: string;
  focus: string;
}

export const palettes: Record<Mode, Palette> = {
  light: {
    primary: "#0b5cd6",
    onPrimary: "#ffffff",
    primarySoft: "#e8f0fe",
    error: "#c9252d",
    onError: "#ffffff",
    errorSoft: "#fdeceb",
    warning: "#8a5300",
    warningSoft: "#fff4e0",
    success: "#1a7a2e",
    successSoft: "#e9f7ec",
    link: "#0b5cd6",
    text: "#1a1d21",
    text2: "#525252",
    text3: "#636363",
    page: "#ffffff",
    layout: "#f4f5f7",
    raised: "#ffffff",
    hover: "#eef0f3",
    line: "#dfe2e6",
    control: "#7d848d",
    focus: "#0b5cd6",
  },
  dark: {
    primary: "#69a8ff",
    onPrimary: "#0a1220",
    primarySoft: "#14243d",
    error: "#ff7875",
    onError: "#1f0a0a",
    errorSoft: "#2c1618",
    warning: "#faad14",
    warningSoft: "#2b2111",
    success: "#52c41a",
    successSoft: "#162312",
    link: "#69b1ff",
    text: "#eceef1",
    text2: "#bcbcbc",
    text3: "#a3a3a3",
    page: "#141414",
    layout: "#0f1115",
    raised: "#1b1d21",
    hover: "#22252b",
    line: "#2c3037",
    control: "#747b85",
    focus: "#8ab8ff",
  },
};

/** The stage is dark in both modes: a picture is judged better on a dark ground. */
export const stage = {
  ground: "#0b0d10",
  tile: "#1a1e24",
  text: "#ffffff",
  text2: "#c6cbd2",
  button: "#2a3038",
  buttonHover: "#39414b",
  end: "#c9252d",
  off: "#ffffff",
  onOff: "#b01c24",
} as const;

export const type = {
  family:
    'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", -apple-system, "Segoe UI", sans-serif',
  body: 14,
  line: 22 / 14,
  small: 12,
  h3: 16,
  h2: 20,
  h1: 24,
} as const;

export const radius = 8;

type TextKey = keyof Palette;
/** [text, ground, least ratio]: 4.5 for text, 3 for borders of controls and focus rings. */
export const textPairs: ReadonlyArray<readonly [TextKey, TextKey, number]> = [
  ...(["page", "layout", "raised", "hover"] as const).flatMap((ground) =>
    (["text", "text2", "text3", "link", "error", "warning", "success"] as const).map(
      (text) => [text, ground, 4.5] as const,
    ),
  ),
  ["onPrimary", "primary", 4.5],
  ["onError", "error", 4.5],
  ["error", "errorSoft", 4.5],
  ["text", "errorSoft", 4.5],
  ["warning", "warningSoft", 4.5],
  ["text", "warningSoft", 4.5],
  ["success", "successSoft", 4.5],
  ["text", "successSoft", 4.5],
  ["text", "primarySoft", 4.5],
  ["text2", "primarySoft", 4.5],
  ["link", "primarySoft", 4.5],
  ["control", "page", 3],
  ["control", "layout", 3],
  ["control", "raised", 3],
  ["focus", "page", 3],
  ["focus", "layout", 3],
];

const kebab = (name: string) => name.replace(/[A-Z]/g, (part) => `-${part.toLowerCase()}`);

/** The palette as CSS custom properties (`--vv-on-primary`, …), set through CSSOM so that a strict CSP allows it. */
export function applyPalette(root: HTMLElement, mode: Mode): void {
  for (const [name, value] of Object.entries(palettes[mode]))
    root.style.setProperty(`--vv-${kebab(name)}`, value);
  for (const [name, value] of Object.entries(stage))
    root.style.setProperty(`--vv-stage-${kebab(name)}`, value);
  root.style.colorScheme = mode;
  root.dataset.mode = mode;
}
