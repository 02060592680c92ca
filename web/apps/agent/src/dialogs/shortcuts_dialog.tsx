// SPDX-License-Identifier: Apache-2.0
// What the keys do; each can be changed, all can be switched off (WCAG 2.1.4).
import { Button, Switch } from "antd";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { setPrefs, usePrefs } from "../lib/prefs.ts";
import { type Action, actions, comboLabel, comboOf, defaultKeymap, rebind } from "../lib/shortcuts.ts";
import { Dialog } from "../parts/dialog.tsx";
import css from "./dialogs.module.css";

function KeyRow({
  action,
  asking,
  ask,
}: {
  action: Action;
  asking: boolean;
  ask: (action?: Action) => void;
}) {
  const { t } = useTranslation();
  const keymap = usePrefs((p) => p.keymap);
  const listen = (event: KeyboardEvent) => {
    if (!asking || event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") return ask(undefined);
    const combo = comboOf(event.nativeEvent);
    if (!combo) return;
    setPrefs({ keymap: rebind(keymap, action, combo) });
    ask(undefined);
  };
  return (
    <div className={css.key}>
      <dt>{t(`keys.${action}`)}</dt>
      <dd>
        <button
          type="button"
          className={css.keyButton}
          aria-label={t("keys.change", { what: t(`keys.${action}`), keys: comboLabel(keymap[action]) })}
          onClick={() => ask(asking ? undefined : action)}
          onKeyDown={listen}
          onBlur={() => asking && ask(undefined)}
        >
          {asking ? t("keys.press") : <kbd>{comboLabel(keymap[action])}</kbd>}
        </button>
      </dd>
    </div>
  );
}

export function ShortcutsDialog() {
  const { t } = useTranslation();
  const on = usePrefs((p) => p.shortcuts);
  const [asking, setAsking] = useState<Action>();
  return (
    <Dialog
      keyboard={!asking}
      title={t("keys.title")}
      footer={<Button onClick={() => setPrefs({ keymap: defaultKeymap })}>{t("keys.reset")}</Button>}
    >
      <div className={css.switchRow}>
        <label htmlFor="keys-on">{t("keys.on")}</label>
        <Switch id="keys-on" checked={on} onChange={(shortcuts) => setPrefs({ shortcuts })} />
      </div>
      <p className={css.lead}>{t("keys.text")}</p>
      <dl className={css.keys} data-off={!on}>
        {actions.map((action) => (
          <KeyRow key={action} action={action} asking={asking === action} ask={setAsking} />
        ))}
      </dl>
    </Dialog>
  );
}
