// SPDX-License-Identifier: Apache-2.0
// Microphone, camera, speaker and ringer: chosen, seen and heard. Used after sign-in and in the settings.
import { type DeviceFailure, playChime } from "@visavis/client-core";
import { Icon } from "@visavis/ui";
import { Button, Select } from "antd";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { act, useConsole } from "../console/state.ts";
import css from "../dialogs/dialogs.module.css";
import { useFailureText } from "../lib/failure_text.ts";
import { setPrefs, usePrefs } from "../lib/prefs.ts";
import { ring } from "../lib/ringer.ts";
import { LevelMeter, useLevel, Video } from "../parts/media.tsx";

function Preview() {
  const { t } = useTranslation();
  const video = useConsole((s) => s.local?.video);
  const opening = useConsole((s) => s.local?.opening);
  const failureText = useFailureText();
  const track = video?.track ?? null;
  const stream = useMemo(() => (track ? new MediaStream([track]) : undefined), [track]);
  return (
    <div className={css.preview}>
      {stream ? (
        <Video stream={stream} label={t("stage.own_picture")} mirrored fit="cover" />
      ) : (
        <div className={css.previewNone}>
          <Icon name="cameraOff" size={28} />
          <span>
            {video?.failure
              ? failureText("video", video.failure)
              : opening
                ? t("devices.opening")
                : t("devices.no_picture")}
          </span>
          {video?.failure && (
            <Button size="small" loading={opening} onClick={() => act().retryDevices()}>
              {t("common.retry")}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function MicrophoneLevel({ failure }: { failure: DeviceFailure | undefined }) {
  const { t } = useTranslation();
  const track = useConsole((s) => s.local?.audio.track ?? null);
  const stream = useMemo(() => (track ? new MediaStream([track]) : undefined), [track]);
  const level = useLevel(stream);
  const failureText = useFailureText();
  if (failure) {
    return (
      <span className={css.hint} data-bad="true" role="alert">
        {failureText("audio", failure)}
      </span>
    );
  }
  return (
    <>
      <LevelMeter level={level} label={t("devices.level")} />
      <span className={css.hint}>{t("devices.speak")}</span>
    </>
  );
}

interface PickerProps {
  id: string;
  label: string;
  devices: readonly MediaDeviceInfo[];
  value: string | undefined;
  onChange: (id: string) => void;
  withDefault?: boolean;
}

function Picker({ id, label, devices, value, onChange, withDefault }: PickerProps) {
  const { t } = useTranslation();
  const opening = useConsole((s) => s.local?.opening);
  // Chromium lists the system's default a second time; where it is the one in use it is kept under that name.
  const named = devices.filter((d) => d.deviceId !== "" && d.deviceId !== "communications");
  const options = named
    .filter((d) => d.deviceId !== "default" || value === "default")
    .map((d, i) => ({
      value: d.deviceId,
      label: d.deviceId === "default" ? t("devices.system_default") : d.label || `${label} ${i + 1}`,
    }));
  if (withDefault) options.unshift({ value: "", label: t("devices.system_default") });
  const known = options.some((o) => o.value === value);
  return (
    <Select
      id={id}
      aria-label={label}
      value={known ? value : undefined}
      placeholder={opening ? t("devices.looking") : t("devices.none")}
      options={options}
      onChange={onChange}
    />
  );
}

const noDevices = { microphones: [], cameras: [], speakers: [] };

function SoundPickers() {
  const { t } = useTranslation();
  const devices = useConsole((s) => s.local?.devices) ?? noDevices;
  const prefs = usePrefs();
  return (
    <>
      <div className={css.field}>
        <label htmlFor="speaker">{t("devices.speaker")}</label>
        <div className={css.fieldRow}>
          <Picker
            id="speaker"
            label={t("devices.speaker")}
            devices={devices.speakers}
            value={prefs.speakerId}
            withDefault
            onChange={(speakerId) => setPrefs({ speakerId })}
          />
          <Button onClick={() => void playChime(prefs.speakerId || undefined).catch(() => undefined)}>
            {t("devices.test")}
          </Button>
        </div>
      </div>
      <div className={css.field}>
        <label htmlFor="ringer">{t("devices.ringer")}</label>
        <div className={css.fieldRow}>
          <Picker
            id="ringer"
            label={t("devices.ringer")}
            devices={devices.speakers}
            value={prefs.ringDevice}
            withDefault
            onChange={(ringDevice) => setPrefs({ ringDevice })}
          />
          <Button onClick={() => void ring(prefs.ringDevice, prefs.ringVolume)}>{t("devices.test")}</Button>
        </div>
        <span className={css.hint}>{t("devices.ringer_hint")}</span>
      </div>
    </>
  );
}

/** Opens the devices while it is on screen. */
export function DevicePanel() {
  const { t } = useTranslation();
  const local = useConsole((s) => s.local);
  const devices = local?.devices ?? noDevices;
  useEffect(() => {
    act().openDevices();
    return () => act().closeDevices();
  }, []);
  const choose = (kind: "audio" | "video", id: string) => {
    setPrefs(kind === "audio" ? { micId: id } : { cameraId: id });
    act().selectDevice(kind, id);
  };
  return (
    <div className={css.devices}>
      <div>
        <Preview />
      </div>
      <div>
        <div className={css.field}>
          <label htmlFor="camera">{t("devices.camera")}</label>
          <Picker
            id="camera"
            label={t("devices.camera")}
            devices={devices.cameras}
            value={local?.video.deviceId}
            onChange={(id) => choose("video", id)}
          />
        </div>
        <div className={css.field}>
          <label htmlFor="microphone">{t("devices.microphone")}</label>
          <Picker
            id="microphone"
            label={t("devices.microphone")}
            devices={devices.microphones}
            value={local?.audio.deviceId}
            onChange={(id) => choose("audio", id)}
          />
          <MicrophoneLevel failure={local?.audio.failure} />
        </div>
        <SoundPickers />
      </div>
    </div>
  );
}
