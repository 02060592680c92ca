// SPDX-License-Identifier: Apache-2.0
// What survives a navigation of the host page: whether the panel was open, and the token where the browser gives the frame no
// storage of its own. Session storage: gone with the tab.

export interface Memory {
  open: boolean;
  token: string | undefined;
}

export function loadMemory(storage: Pick<Storage, "getItem"> | undefined, key: string): Memory {
  try {
    const saved = JSON.parse(storage?.getItem(name(key)) ?? "{}") as Partial<Memory>;
    return { open: saved.open === true, token: typeof saved.token === "string" ? saved.token : undefined };
  } catch {
    return { open: false, token: undefined };
  }
}

export function saveMemory(storage: Pick<Storage, "setItem"> | undefined, key: string, memory: Memory): void {
  try {
    storage?.setItem(name(key), JSON.stringify(memory));
  } catch {
    // a full or blocked storage only costs the return after a navigation
  }
}

const name = (key: string) => `visavis.widget.${key}`;
