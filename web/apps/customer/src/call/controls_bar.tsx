// SPDX-License-Identifier: Apache-2.0
import type { Channel } from "@visavis/protocol";
import { useState } from "preact/hooks";
import { useApp, useLanguage, useStore } from "../hooks.ts";
import { Button, IconButton, Sheet } from "../parts/controls.tsx";
import { Icon, type IconName } from "../parts/icons.tsx";
import { pictureInPictureWorks, togglePictureInPicture } from "./effects.ts";
import { PrivacySheet } from "./privacy.tsx";

interface BarProps {
  channel: Channel;
  unread: number;
  onChat: () => void;
  onEnd: () => void;
  root: { current: HTMLElement | null };
}

function MenuItem({ icon, label, onClick }: { icon: IconName; label: string; onClick: () => void }) {
  return (
    <button type="button" class="menu-item" onClick={onClick}>
      <Icon name={icon} size={22} />
      <span>{label}</span>
    </button>
  );
}

function DeviceSelects({ channel }: { channel: Channel }) {
  const { t } = useLanguage();
  const { local } = useApp();
  const { devices, audio, video } = useStore(local.state, (state) => state);
  const lists = [
    {
      kind: "audio" as const,
      label: t("check_select_microphone"),
      list: devices.microphones,
      now: audio.deviceId,
    },
    { kind: "video" as const, label: t("check_select_camera"), list: devices.cameras, now: video.deviceId },
  ].filter(({ kind, list }) => list.length > 1 && (kind === "audio" || channel === "video"));
  return (
    <>
      {lists.map(({ kind, label, list, now }) => (
        <label class="field" key={kind}>
          <span>{label}</span>
          <select value={now} onChange={(event) => void local.select(kind, event.currentTarget.value)}>
            {list.map((device, index) => (
              <option key={device.deviceId} value={device.deviceId}>
                {device.label || `${index + 1}`}
              </option>
            ))}
          </select>
        </label>
      ))}
    </>
  );
}

function MoreSheet({
  channel,
  root,
  onClose,
}: {
  channel: Channel;
  root: BarProps["root"];
  onClose: () => void;
}) {
  const { t } = useLanguage();
  const { local, journey } = useApp();
  const { video, devices, height, tallest } = useStore(local.state, (state) => state);
  const { client } = useStore(journey.state, (state) => state);
  const choices = journey.choices(client?.state.get().contact?.consents ?? []);
  const [privacy, setPrivacy] = useState(false);
  const act = (action: () => unknown) => () => {
    void action();
    onClose();
  };
  if (privacy) return <PrivacySheet onClose={onClose} />;
  return (
    <Sheet title={t("call_more")} onClose={onClose}>
      <div class="menu">
        {channel === "audio" && (
          <MenuItem
            icon="camera"
            label={t("raise_video")}
            onClick={act(() => client?.raise("video").catch(() => undefined))}
          />
        )}
        {channel === "video" && video.track && devices.cameras.length > 1 && (
          <MenuItem icon="flip" label={t("call_flip")} onClick={act(() => local.flip())} />
        )}
        {channel === "video" && video.track && tallest >= 1080 && (
          <MenuItem
            icon="camera"
            label={t(height === 1080 ? "call_normal_picture" : "call_sharp_picture")}
            onClick={act(() => local.setHeight(height === 1080 ? 720 : 1080))}
          />
        )}
        {channel === "video" && pictureInPictureWorks() && (
          <MenuItem
            icon="pip"
            label={t("call_pip")}
            onClick={act(() => togglePictureInPicture(root.current).catch(() => undefined))}
          />
        )}
        {choices.length > 0 && (
          <MenuItem icon="shield" label={t("consent_more")} onClick={() => setPrivacy(true)} />
        )}
        <DeviceSelects channel={channel} />
      </div>
    </Sheet>
  );
}

/** Four buttons within a thumb's reach, and End. */
export function ControlsBar({ channel, unread, onChat, onEnd, root }: BarProps) {
  const { t } = useLanguage();
  const { local } = useApp();
  const { audio, video, devices } = useStore(local.state, (state) => state);
  const [more, setMore] = useState(false);
  const cameraOn = video.track !== null;
  return (
    <nav class="controls" aria-label={t("call_controls")}>
      <IconButton
        class={audio.muted ? "round off" : "round"}
        icon={audio.muted ? "mic_off" : "mic"}
        label={t(audio.muted ? "call_unmute" : "call_mute")}
        onClick={() => void local.mute("audio", !audio.muted)}
      />
      {channel === "video" && (
        <IconButton
          class={cameraOn ? "round" : "round off"}
          icon={cameraOn ? "camera" : "camera_off"}
          label={t(cameraOn ? "call_camera_off" : "call_camera_on")}
          onClick={() => void local.mute("video", cameraOn)}
        />
      )}
      {channel === "video" && cameraOn && devices.cameras.length > 1 && (
        <IconButton
          class="round flip-control"
          icon="flip"
          label={t("call_flip")}
          onClick={() => void local.flip()}
        />
      )}
      <IconButton
        class="round"
        icon="chat"
        badge={unread}
        label={unread > 0 ? t("call_chat_unread", { n: unread }) : t("call_chat")}
        onClick={onChat}
      />
      <IconButton
        class="round"
        icon="more"
        label={t("call_more")}
        expanded={more}
        onClick={() => setMore(true)}
      />
      <IconButton class="round end" icon="end" size={30} label={t("call_end")} onClick={onEnd} />
      {more && <MoreSheet channel={channel} root={root} onClose={() => setMore(false)} />}
    </nav>
  );
}

export function EndSheet(props: { chat: boolean; onStay: () => void; onEnd: () => void }) {
  const { t } = useLanguage();
  return (
    <Sheet question title={t(props.chat ? "call_end_chat_ask" : "call_end_ask")} onClose={props.onStay}>
      <div class="actions">
        <Button onClick={props.onStay}>{t("call_stay")}</Button>
        <Button kind="danger" icon={props.chat ? "close" : "end"} onClick={props.onEnd}>
          {t(props.chat ? "call_end_short" : "call_end")}
        </Button>
      </div>
    </Sheet>
  );
}
