// SPDX-License-Identifier: Apache-2.0
// State of the screens themselves: what is chosen, open or half written. Lost with the page,
// on purpose: what a customer wrote or was told never stays in the browser.
import { create } from "zustand";

export type Dialog = "link" | "transfer" | "add" | "shortcuts" | "settings" | "search" | "abuse" | "phone";
export type Pane = "queue" | "centre" | "side";

export interface UiState {
  chosen?: string;
  dialog?: Dialog;
  /** The right column as a drawer, below 1280 px. */
  sideOpen: boolean;
  chatOpen: boolean;
  /** Which pane a narrow screen shows. */
  pane: Pane;
  /** Contacts whose customer's picture is blurred. */
  blurred: Record<string, boolean>;
  drafts: Record<string, string>;
  /** Messages read up to this time, per contact. */
  readAt: Record<string, number>;
  /** The contact whose wrap-up this person completes: its end is no surprise. */
  completing?: string;
  /** A keyboard press asked to end the call; a second one does it. */
  confirmEnd: boolean;
}

export const freshUi: UiState = {
  sideOpen: false,
  chatOpen: true,
  pane: "queue",
  blurred: {},
  drafts: {},
  readAt: {},
  confirmEnd: false,
};

export const useUi = create<UiState>()(() => freshUi);

export const setUi = useUi.setState;

export function openDialog(dialog: Dialog | undefined): void {
  setUi({ dialog });
}

export function choose(contactId: string): void {
  setUi((ui) => ({
    chosen: contactId,
    pane: "centre",
    confirmEnd: false,
    readAt: { ...ui.readAt, [contactId]: Date.now() },
  }));
}

export function setBlurred(contactId: string, on: boolean): void {
  setUi((ui) => ({ blurred: { ...ui.blurred, [contactId]: on } }));
}

export function setDraft(contactId: string, text: string): void {
  setUi((ui) => ({ drafts: { ...ui.drafts, [contactId]: text } }));
}
