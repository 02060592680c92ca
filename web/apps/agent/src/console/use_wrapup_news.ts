// SPDX-License-Identifier: Apache-2.0
// Says when the time for a wrap-up ran out: from then on contacts ring again, and whoever works in another window must know.
import type { ContactView } from "@visavis/protocol";
import { App } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { serverNow } from "../lib/now.ts";
import { usePrefs } from "../lib/prefs.ts";
import { notify } from "../lib/ringer.ts";
import { customerName, useConsole } from "./state.ts";
import { setUi, useUi } from "./ui.ts";

/** The two clocks are known to agree to half a round trip. */
const TOLERANCE_MS = 1000;

/** Wrap-ups of `before` that are gone by `now` and that nobody completed here. */
export function ranOut(
  before: readonly ContactView[],
  contacts: readonly ContactView[],
  now: number,
  completing: string | undefined,
): ContactView[] {
  const open = new Set(contacts.filter((c) => c.state === "wrapup").map((c) => c.id));
  return before.filter(
    ({ id, state, wrapup }) =>
      state === "wrapup" &&
      !open.has(id) &&
      id !== completing &&
      now >= (wrapup?.until_at ?? Number.POSITIVE_INFINITY) - TOLERANCE_MS,
  );
}

export function useWrapupNews(): void {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const contacts = useConsole((s) => s.contacts);
  const before = useRef(contacts);
  useEffect(() => {
    const { completing } = useUi.getState();
    const over = ranOut(before.current, contacts, serverNow(), completing);
    before.current = contacts;
    if (completing && !contacts.some((c) => c.id === completing && c.state === "wrapup"))
      setUi({ completing: undefined });
    for (const contact of over) {
      const text = t("wrapup.over", { name: customerName(contact) });
      // Beside the controls, and for a while: whoever looked away must still find it.
      const title = t("wrapup.over_title");
      notification.warning({ title, description: text, duration: 20, placement: "bottomLeft" });
      if (usePrefs.getState().notify && !document.hasFocus()) notify(title, text, "wrapup");
    }
  }, [contacts, notification, t]);
}
