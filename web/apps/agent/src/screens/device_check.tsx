// SPDX-License-Identifier: Apache-2.0
import { Button, Checkbox } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { setPrefs } from "../lib/prefs.ts";
import { askNotify } from "../lib/ringer.ts";
import { DevicePanel } from "./devices.tsx";
import css from "./entry.module.css";
import { Logo } from "./top_bar.tsx";

/** After sign-in: seen and heard before the first customer is. */
export function DeviceCheck({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const [never, setNever] = useState(false);
  const done = () => {
    if (never) setPrefs({ skipDeviceCheck: true });
    // A click is at hand, and the browser wants one before it asks.
    void askNotify();
    onDone();
  };
  return (
    <main className={css.page}>
      <section className={`${css.card} ${css.wide}`} aria-labelledby="device-check">
        <div className={css.brand}>
          <Logo />
          <span>Visavis</span>
        </div>
        <h1 id="device-check">{t("devices.title")}</h1>
        <p className={css.lead}>{t("devices.lead")}</p>
        <DevicePanel />
        <div className={css.actions}>
          <Checkbox checked={never} onChange={(e) => setNever(e.target.checked)}>
            {t("devices.never")}
          </Checkbox>
          <Button onClick={onDone}>{t("devices.skip")}</Button>
          <Button type="primary" onClick={done}>
            {t("devices.done")}
          </Button>
        </div>
      </section>
    </main>
  );
}
