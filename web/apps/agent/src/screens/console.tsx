// SPDX-License-Identifier: Apache-2.0
// The three columns; on a narrow screen one at a time.

import { Icon, type IconName } from "@visavis/ui";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { isOpen, useConsole } from "../console/state.ts";
import { type Pane, setUi, useUi } from "../console/ui.ts";
import { useMedia } from "../lib/use_media.ts";
import { Centre } from "./centre.tsx";
import css from "./console.module.css";
import { QueuePane } from "./queue_pane.tsx";
import { SidePane } from "./side_pane.tsx";

const paneIcon: Record<Pane, IconName> = { queue: "people", centre: "headset", side: "person" };

function PaneSwitch() {
  const { t } = useTranslation();
  const pane = useUi((s) => s.pane);
  const offers = useConsole((s) => s.offers.length);
  return (
    <nav className={css.switch} aria-label={t("panes.label")}>
      {(["queue", "centre", "side"] as const).map((name) => (
        <button
          key={name}
          type="button"
          aria-current={pane === name ? "true" : undefined}
          onClick={() => setUi({ pane: name })}
        >
          <Icon name={paneIcon[name]} />
          {t(`panes.${name}`)}
          {name === "queue" && offers > 0 && <span className={css.dot}>{offers}</span>}
        </button>
      ))}
    </nav>
  );
}

export function Console() {
  const narrow = useMedia("(max-width: 767px)");
  const pane = useUi((s) => s.pane);
  const ringing = useConsole((s) => s.offers.length > 0);
  const busy = useConsole((s) => s.contacts.some(isOpen));
  useEffect(() => {
    setUi({ pane: busy ? "centre" : "queue", confirmEnd: false });
  }, [busy]);
  // A ring must be seen whatever pane is in front.
  useEffect(() => {
    if (ringing) setUi({ pane: "queue" });
  }, [ringing]);
  if (narrow) {
    return (
      <div className={css.narrow}>
        <div className={css.one}>
          {pane === "queue" && <QueuePane />}
          {pane === "centre" && <Centre />}
          {pane === "side" && <SidePane />}
        </div>
        <PaneSwitch />
      </div>
    );
  }
  return (
    <div className={css.columns}>
      <QueuePane />
      <Centre />
      <SidePane />
    </div>
  );
}
