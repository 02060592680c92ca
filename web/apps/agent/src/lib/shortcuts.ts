// SPDX-License-Identifier: Apache-2.0
// Keyboard shortcuts: which keys mean what, and which action an event asks for. By physical key (event.code), so
// that Alt+A works where Alt makes another letter and under an input method.

export const actions = [
  "accept",
  "mute",
  "camera",
  "hold",
  "transfer",
  "end",
  "search",
  "panes",
  "help",
] as const;
export type Action = (typeof actions)[number];
export type Keymap = Record<Action, string>;

export const defaultKeymap: Keymap = {
  accept: "Alt+KeyA",
  mute: "Alt+KeyM",
  camera: "Alt+KeyV",
  hold: "Alt+KeyH",
  transfer: "Alt+KeyT",
  end: "Alt+KeyE",
  search: "Ctrl+KeyK",
  panes: "F6",
  help: "?",
};

export interface KeyPress {
  code: string;
  key: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
}

const modifierCodes = /^(Alt|Control|Shift|Meta)/;

/** "Alt+KeyM" for a press; undefined while only modifiers are down. */
export function comboOf(press: KeyPress): string | undefined {
  if (modifierCodes.test(press.code)) return undefined;
  if (press.key === "?" && !press.altKey && !press.ctrlKey && !press.metaKey) return "?";
  const parts: string[] = [];
  if (press.ctrlKey || press.metaKey) parts.push("Ctrl");
  if (press.altKey) parts.push("Alt");
  if (press.shiftKey) parts.push("Shift");
  parts.push(press.code);
  return parts.join("+");
}

/** Bare characters are text while someone types; combinations and function keys always count. */
function needsNoTyping(combo: string): boolean {
  return !/^(Ctrl|Alt)\+/.test(combo) && !/^(Shift\+)?F\d{1,2}$/.test(combo);
}

export function actionOf(press: KeyPress, keymap: Keymap, typing: boolean): Action | undefined {
  const combo = comboOf(press);
  if (!combo) return undefined;
  const action = actions.find((name) => keymap[name] === combo);
  if (!action || (typing && needsNoTyping(combo))) return undefined;
  return action;
}

/** What is printed on the keys: "Alt+M". */
export function comboLabel(combo: string, mac = false): string {
  return combo
    .split("+")
    .map((part) => {
      if (part === "Ctrl") return mac ? "⌘" : "Ctrl";
      if (part === "Alt") return mac ? "⌥" : "Alt";
      return part.replace(/^(Key|Digit)/, "");
    })
    .join("+");
}

/** aria-keyshortcuts wants the spoken names of modifiers. */
export function ariaCombo(combo: string): string {
  return combo.replace("Ctrl", "Control").replace(/(Key|Digit)/, "");
}

/** Gives `action` the combination; whoever had it before gets the one set free. */
export function rebind(keymap: Keymap, action: Action, combo: string): Keymap {
  const holder = actions.find((name) => keymap[name] === combo);
  const next = { ...keymap, [action]: combo };
  if (holder && holder !== action) next[holder] = keymap[action];
  return next;
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return (
    target instanceof HTMLInputElement && !["checkbox", "radio", "button", "range"].includes(target.type)
  );
}
