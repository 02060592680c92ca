// SPDX-License-Identifier: Apache-2.0
import type { Channel, ContactView } from "@visavis/protocol";
import { Icon, type IconName } from "@visavis/ui";
import { Dropdown, type MenuProps } from "antd";
import { type MouseEvent, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { noMedia } from "../console/media_view.ts";
import { useConfig } from "../console/queries.ts";
import { act, colleaguesIn, useConsole } from "../console/state.ts";
import { openDialog, setBlurred, setUi, useUi } from "../console/ui.ts";
import { useCommand } from "../console/use_command.ts";
import { usePrefs } from "../lib/prefs.ts";
import { type Action, ariaCombo, comboLabel } from "../lib/shortcuts.ts";
import css from "./control.module.css";
import { useUnread } from "./queue_pane.tsx";

interface ControlProps {
  icon: IconName;
  label: string;
  onClick: (event: MouseEvent) => void;
  pressed?: boolean;
  /** Something of ours is off: shown filled, so that nobody talks into a muted microphone. */
  alarm?: boolean;
  action?: Action;
  disabled?: boolean;
  badge?: number;
}

function Control({ icon, label, onClick, pressed, alarm, action, disabled, badge }: ControlProps) {
  const { keymap, shortcuts } = usePrefs();
  const keys = action && shortcuts ? keymap[action] : undefined;
  return (
    <button
      type="button"
      className={css.control}
      aria-pressed={pressed}
      data-alarm={alarm}
      disabled={disabled}
      title={keys ? `${label} (${comboLabel(keys)})` : label}
      aria-keyshortcuts={keys ? ariaCombo(keys) : undefined}
      onClick={onClick}
    >
      <Icon name={icon} size={22} />
      <span className={css.label}>{label}</span>
      {badge ? <span className={css.badge}>{badge}</span> : null}
    </button>
  );
}

const above: Record<Channel, ReadonlyArray<"audio" | "video">> = {
  chat: ["audio", "video"],
  audio: ["video"],
  video: [],
};

/** Asks the customer for sound or picture, of what the topic offers. */
function RaiseControls({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const { run, busy } = useCommand();
  const topic = useConfig().data?.queues.find((queue) => queue.id === contact.topic.id);
  const offered = above[contact.channel].filter((channel) => topic?.channels.includes(channel) ?? true);
  return offered.map((channel) => (
    <Control
      key={channel}
      icon={channel === "video" ? "camera" : "phone"}
      label={t(`raise.ask_${channel}`)}
      disabled={busy || !!contact.raise}
      onClick={() => void run("contact.raise", { contact_id: contact.id, channel })}
    />
  ));
}

function MoreMenu({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const { together, mayEndForAll } = useEnding(contact);
  const items: MenuProps["items"] = [
    {
      key: "side",
      icon: <Icon name="panel" size={16} />,
      label: t("side.open"),
      onClick: () => setUi({ sideOpen: true }),
    },
    { type: "divider" },
    ...(together && mayEndForAll
      ? [
          {
            key: "end_all",
            icon: <Icon name="end" size={16} />,
            label: t("control.end_all_menu"),
            onClick: () => setUi({ confirmEnd: true }),
          },
        ]
      : []),
    {
      key: "abuse",
      danger: true,
      icon: <Icon name="shield" size={16} />,
      label: t("abuse.menu"),
      onClick: () => {
        // At once: nobody must look on while the question is read and answered.
        setBlurred(contact.id, true);
        openDialog("abuse");
      },
    },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="top">
      <button type="button" className={css.control} title={t("control.more")}>
        <Icon name="more" size={22} />
        <span className={css.label}>{t("control.more")}</span>
      </button>
    </Dropdown>
  );
}

/** Leaving is for this agent only, ending for everybody; `together`: a colleague would go on with the customer. */
function useEnding(contact: ContactView) {
  const { run, busy } = useCommand();
  const me = useConsole((s) => s.me?.id);
  const colleagues = colleaguesIn(contact, me);
  const guest = contact.participants.some((p) => p.role === "guest" && p.user_id === me);
  const send = (name: "contact.leave" | "contact.end") => () => {
    setUi({ confirmEnd: false });
    void run(name, { contact_id: contact.id });
  };
  return {
    busy,
    colleagues,
    together: colleagues.length > 0,
    mayEndForAll: !guest,
    leave: send("contact.leave"),
    end: send("contact.end"),
  };
}

function EndQuestion({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const { busy, colleagues, together, mayEndForAll, leave, end } = useEnding(contact);
  const sure = useRef<HTMLButtonElement>(null);
  useEffect(() => sure.current?.focus(), []);
  const names = colleagues.map((p) => p.name).join(", ");
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape leaves the question
    <div className={css.confirm} onKeyDown={(e) => e.key === "Escape" && setUi({ confirmEnd: false })}>
      <span id="end-question" className={css.question}>
        {together ? t("control.leave_question", { names }) : t("control.end_question")}
      </span>
      <button
        ref={sure}
        type="button"
        className={css.end}
        aria-describedby="end-question"
        disabled={busy}
        onClick={together ? leave : end}
      >
        <span>{together ? t("control.leave_sure") : t("control.end_sure")}</span>
      </button>
      {together && mayEndForAll && (
        <button type="button" className={css.endAll} disabled={busy} onClick={end}>
          {t("control.end_all")}
        </button>
      )}
      <button type="button" className={css.stay} onClick={() => setUi({ confirmEnd: false })}>
        {t("control.stay")}
      </button>
    </div>
  );
}

/** A mouse ends at once; a key first asks, because Enter on a focused button is easily pressed by mistake. */
function EndButton({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const { busy, together, leave, end } = useEnding(contact);
  const confirm = useUi((s) => s.confirmEnd);
  if (confirm) return <EndQuestion contact={contact} />;
  const alone = contact.channel === "chat" ? t("control.end_chat") : t("control.end");
  const now = together ? leave : end;
  return (
    <button
      type="button"
      className={css.end}
      disabled={busy}
      onClick={(event) => (event.detail === 0 ? setUi({ confirmEnd: true }) : now())}
    >
      <Icon name="end" size={24} />
      <span>{together ? t("control.leave") : alone}</span>
    </button>
  );
}

function TrackControls({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const media = useConsole((s) => s.media[contact.id]) ?? noMedia;
  const micOn = media.microphone === "on";
  const camOn = media.camera === "on";
  return (
    <>
      <Control
        icon={micOn ? "mic" : "micOff"}
        label={micOn ? t("control.mute") : t("control.unmute")}
        alarm={!micOn}
        action="mute"
        onClick={() => act().setMicrophone(!micOn)}
      />
      {contact.channel === "video" && (
        <Control
          icon={camOn ? "camera" : "cameraOff"}
          label={camOn ? t("control.camera_off") : t("control.camera_on")}
          alarm={!camOn}
          action="camera"
          onClick={() => act().setCamera(!camOn)}
        />
      )}
    </>
  );
}

export function ControlBar({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const { run, busy } = useCommand();
  const chatOpen = useUi((s) => s.chatOpen);
  const unread = useUnread(contact.id);
  const confirm = useUi((s) => s.confirmEnd);
  const call = contact.channel !== "chat";
  const held = contact.hold.on;
  return (
    <div className={css.bar} role="toolbar" aria-label={t("control.bar")} data-call={call}>
      <div className={css.group} data-behind={confirm}>
        {call && <TrackControls contact={contact} />}
        {call && (
          <Control
            icon={held ? "resume" : "hold"}
            label={held ? t("control.resume") : t("control.hold")}
            pressed={held}
            action="hold"
            disabled={busy}
            onClick={() => void run("contact.hold", { contact_id: contact.id, on: !held })}
          />
        )}
        <Control
          icon="transfer"
          label={t("control.transfer")}
          action="transfer"
          onClick={() => openDialog("transfer")}
        />
        {call && <Control icon="addPerson" label={t("control.add")} onClick={() => openDialog("add")} />}
        {call && (
          <Control
            icon="chat"
            label={t("control.chat")}
            pressed={chatOpen}
            badge={chatOpen ? 0 : unread}
            onClick={() => setUi({ chatOpen: !chatOpen })}
          />
        )}
        <RaiseControls contact={contact} />
        <MoreMenu contact={contact} />
      </div>
      <EndButton contact={contact} />
    </div>
  );
}
