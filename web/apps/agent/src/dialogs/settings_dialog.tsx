// SPDX-License-Identifier: Apache-2.0
import { Button, Slider, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { useConsole } from "../console/state.ts";
import { openDialog } from "../console/ui.ts";
import { setPrefs, usePrefs } from "../lib/prefs.ts";
import { askNotify } from "../lib/ringer.ts";
import { Dialog } from "../parts/dialog.tsx";
import { DevicePanel } from "../screens/devices.tsx";
import css from "./dialogs.module.css";

function NotifyRow() {
  const { t } = useTranslation();
  const notify = usePrefs((p) => p.notify);
  const denied = typeof Notification !== "undefined" && Notification.permission === "denied";
  const change = (on: boolean) => {
    setPrefs({ notify: on });
    if (on) void askNotify();
  };
  return (
    <div className={css.switchRow}>
      <span>
        <label htmlFor="notify">{t("settings.notify")}</label>
        {denied && <div className={css.hint}>{t("settings.notify_denied")}</div>}
      </span>
      <Switch id="notify" checked={notify && !denied} disabled={denied} onChange={change} />
    </div>
  );
}

function PictureRow() {
  const { t } = useTranslation();
  const height = usePrefs((p) => p.pictureHeight);
  const tallest = useConsole((s) => s.local?.tallest ?? 0);
  // A camera that does not say what it can do may well do it.
  const possible = tallest === 0 || tallest >= 1080;
  return (
    <div className={css.switchRow}>
      <span>
        <label htmlFor="full-hd">{t("settings.full_hd")}</label>
        <div className={css.hint}>{t(possible ? "settings.full_hd_hint" : "settings.full_hd_not")}</div>
      </span>
      <Switch
        id="full-hd"
        checked={height === 1080}
        onChange={(on) => setPrefs({ pictureHeight: on ? 1080 : 720 })}
      />
    </div>
  );
}

export function SettingsDialog() {
  const { t } = useTranslation();
  const prefs = usePrefs();
  return (
    <Dialog
      width={760}
      title={t("settings.title")}
      footer={
        <Button type="primary" onClick={() => openDialog(undefined)}>
          {t("common.close")}
        </Button>
      }
    >
      <DevicePanel />
      <PictureRow />
      <div className={css.switchRow}>
        <span id="ring-volume">{t("settings.ring_volume")}</span>
        <Slider
          className={css.slider}
          ariaLabelledByForHandle="ring-volume"
          min={0.1}
          max={1}
          step={0.1}
          tooltip={{ formatter: (v) => `${Math.round((v ?? 0) * 100)}%` }}
          value={prefs.ringVolume}
          onChange={(ringVolume) => setPrefs({ ringVolume })}
        />
      </div>
      <NotifyRow />
      <div className={css.switchRow}>
        <label htmlFor="skip-check">{t("settings.check_at_sign_in")}</label>
        <Switch
          id="skip-check"
          checked={!prefs.skipDeviceCheck}
          onChange={(on) => setPrefs({ skipDeviceCheck: !on })}
        />
      </div>
    </Dialog>
  );
}
