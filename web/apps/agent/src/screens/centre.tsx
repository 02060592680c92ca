// SPDX-License-Identifier: Apache-2.0
// Middle column: the contacts as tabs, the stage, the controls, the chat below.
import type { ContactView } from "@visavis/protocol";
import { Button } from "antd";
import { type CSSProperties, type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { type MediaNotice, noMedia } from "../console/media_view.ts";
import { act, customerName, isOpen, shownContact, useConsole } from "../console/state.ts";
import { choose, openDialog, useUi } from "../console/ui.ts";
import { useCommand } from "../console/use_command.ts";
import { useAllowText } from "../lib/failure_text.ts";
import { clock } from "../lib/format.ts";
import { useNow } from "../lib/now.ts";
import { setPrefs, usePrefs } from "../lib/prefs.ts";
import { Banner, ChannelMark, Empty, Skeleton } from "../parts/parts.tsx";
import css from "./centre.module.css";
import { Chat } from "./chat.tsx";
import { ControlBar } from "./control_bar.tsx";
import { useUnread } from "./queue_pane.tsx";
import { Stage } from "./stage.tsx";
import { WrapupSheet } from "./wrapup.tsx";

function ContactTab({ contact, chosen }: { contact: ContactView; chosen: boolean }) {
  const { t } = useTranslation();
  const unread = useUnread(contact.id);
  return (
    <button
      type="button"
      className={css.tab}
      aria-current={chosen ? "true" : undefined}
      onClick={() => choose(contact.id)}
    >
      <ChannelMark channel={contact.channel} />
      <span className={css.tabName}>{customerName(contact)}</span>
      {!chosen && unread > 0 && (
        <span className={css.unread}>
          {unread}
          <span className="vv-visually-hidden"> {t("chat.unread")}</span>
        </span>
      )}
    </button>
  );
}

function ContactTabs({ shown }: { shown: ContactView }) {
  const { t } = useTranslation();
  const contacts = useConsole((s) => s.contacts).filter(isOpen);
  if (contacts.length < 2) return null;
  return (
    <nav className={css.tabs} aria-label={t("mine.list")}>
      {contacts.map((contact) => (
        <ContactTab key={contact.id} contact={contact} chosen={contact.id === shown.id} />
      ))}
    </nav>
  );
}

function RaiseBanner({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const { run, busy } = useCommand();
  if (!contact.raise) return null;
  const { by, channel } = contact.raise;
  if (by === "agent")
    return (
      <Banner kind="info" live="polite">
        {t(`raise.asked_${channel}`)}
      </Banner>
    );
  const answer = (accept: boolean) => void run("contact.raise.answer", { contact_id: contact.id, accept });
  return (
    <Banner
      kind="info"
      live="assertive"
      icon={channel === "video" ? "camera" : "phone"}
      action={
        <span className={css.buttons}>
          <Button size="small" disabled={busy} onClick={() => answer(false)}>
            {t("raise.not_now")}
          </Button>
          <Button size="small" type="primary" disabled={busy} onClick={() => answer(true)}>
            {t("raise.agree")}
          </Button>
        </span>
      }
    >
      {t(`raise.wants_${channel}`, { name: customerName(contact) })}
    </Banner>
  );
}

/** Whoever is rung for a transfer or as a third person has not answered yet: whoever rings may think better of it. */
function RingBanner({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const { run, busy } = useCommand();
  if (!contact.ringing) return null;
  const { kind, name, expires_at } = contact.ringing;
  return (
    <Banner
      kind="info"
      live="polite"
      icon={kind === "transfer" ? "transfer" : "addPerson"}
      action={
        <span className={css.buttons}>
          <RingsStill until={expires_at} />
          <Button
            size="small"
            disabled={busy}
            onClick={() => void run("offer.cancel", { contact_id: contact.id })}
          >
            {t("ringing.stop")}
          </Button>
        </span>
      }
    >
      {t(`ringing.${kind}`, { name })}
    </Banner>
  );
}

/** Read aloud it would interrupt every second. */
function RingsStill({ until }: { until: number }) {
  return <span aria-hidden="true">{clock(Math.max(0, until - useNow()))}</span>;
}

const serious: MediaNotice[] = [
  "microphone_denied",
  "no_microphone",
  "device_busy",
  "microphone_lost",
  "insecure_page",
];

/** May be mended outside of the page, and is worth another try then. */
const failed: MediaNotice[] = [
  "microphone_denied",
  "camera_denied",
  "no_microphone",
  "no_camera",
  "device_busy",
];

function NoticeBanners({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const notices = useConsole((s) => s.media[contact.id] ?? noMedia).notices;
  const allow = useAllowText();
  const name = customerName(contact);
  return notices.map((notice) => (
    <Banner
      key={notice}
      kind={serious.includes(notice) ? "error" : "warning"}
      live="polite"
      action={
        !notice.startsWith("remote_") && (
          <span className={css.buttons}>
            {failed.includes(notice) && (
              <Button size="small" onClick={() => act().retryDevices()}>
                {t("common.retry")}
              </Button>
            )}
            <Button size="small" onClick={() => openDialog("settings")}>
              {t("settings.devices")}
            </Button>
          </span>
        )
      }
    >
      {t(`notice.${notice}`, { name })}
      {notice === "microphone_denied" && ` ${allow("audio")}`}
      {notice === "camera_denied" && ` ${allow("video")}`}
    </Banner>
  ));
}

const LEAST_SHARE = 30;
const clampShare = (share: number) => Math.min(70, Math.max(15, share));

/** Until somebody moves the line the stage is no taller than a picture of 16:9, above the 64 px of the controls. */
const rowsFor = (share: number | null) =>
  share === null
    ? `minmax(0, calc(100cqw * 9 / 16 + 64px)) auto minmax(${LEAST_SHARE}%, 1fr)`
    : `minmax(0, 1fr) auto ${share}%`;

/** Stage above, chat below; the line between moves by drag and by arrow keys. */
function Split({ top, bottom }: { top: ReactNode; bottom: ReactNode }) {
  const { t } = useTranslation();
  const share = usePrefs((p) => p.chatShare);
  const box = useRef<HTMLDivElement>(null);
  const shareAbove = (y: number) => {
    const area = box.current?.getBoundingClientRect();
    return area?.height ? clampShare(((area.bottom - y) / area.height) * 100) : LEAST_SHARE;
  };
  const move = (event: PointerEvent) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    setPrefs({ chatShare: shareAbove(event.clientY) });
  };
  const keys = (event: KeyboardEvent) => {
    const step = event.key === "ArrowUp" ? 5 : event.key === "ArrowDown" ? -5 : 0;
    if (step === 0) return;
    event.preventDefault();
    const now = share ?? shareAbove(event.currentTarget.getBoundingClientRect().bottom);
    setPrefs({ chatShare: clampShare(now + step) });
  };
  return (
    <div ref={box} className={css.split} style={{ "--rows": rowsFor(share) } as CSSProperties}>
      <div className={css.upper}>{top}</div>
      {/* biome-ignore lint/a11y/useSemanticElements: a focusable separator is a widget, hr is not */}
      <div
        className={css.divider}
        role="separator"
        tabIndex={0}
        aria-orientation="horizontal"
        aria-label={t("chat.resize")}
        aria-valuemin={15}
        aria-valuemax={70}
        aria-valuenow={Math.round(share ?? LEAST_SHARE)}
        onPointerDown={(e) => e.currentTarget.setPointerCapture(e.pointerId)}
        onPointerMove={move}
        onKeyDown={keys}
      />
      <div className={css.lower}>{bottom}</div>
    </div>
  );
}

function Call({ contact }: { contact: ContactView }) {
  const chatOpen = useUi((s) => s.chatOpen);
  const body = (
    <>
      <Stage contact={contact} />
      <ControlBar contact={contact} />
    </>
  );
  return chatOpen ? (
    <Split top={body} bottom={<Chat contact={contact} />} />
  ) : (
    <div className={css.upper}>{body}</div>
  );
}

function Work({ contact }: { contact: ContactView }) {
  if (contact.state === "wrapup") return <WrapupSheet contact={contact} />;
  if (contact.channel !== "chat") return <Call contact={contact} />;
  return (
    <div className={css.upper}>
      <div className={css.chatOnly}>
        <Chat contact={contact} />
      </div>
      <ControlBar contact={contact} />
    </div>
  );
}

function Idle() {
  const { t } = useTranslation();
  const { run, busy } = useCommand();
  const state = useConsole((s) => s.agent?.state);
  const waiting = useConsole((s) => s.queue.length);
  const ringing = useConsole((s) => s.offers[0]);
  if (ringing) {
    const from = customerName(ringing.contact);
    return <Empty icon="bell" title={t("idle.rings", { name: from })} text={t("idle.rings_text")} />;
  }
  if (state === "ready") {
    return (
      <Empty
        icon="headset"
        title={waiting ? t("idle.ready_waiting", { count: waiting }) : t("idle.ready")}
        text={t("idle.ready_text")}
        action={
          // It takes the place of "ready": the second click of a double click there is none here.
          <Button onClick={(click) => click.detail < 2 && openDialog("link")}>
            {t("link_dialog.button")}
          </Button>
        }
      />
    );
  }
  return (
    <Empty
      icon="clock"
      title={t("idle.away")}
      text={t("idle.away_text")}
      action={
        <Button type="primary" loading={busy} onClick={() => void run("agent.state", { state: "ready" })}>
          {t("idle.go_ready")}
        </Button>
      }
    />
  );
}

export function Centre() {
  const { t } = useTranslation();
  const loaded = useConsole((s) => s.loaded);
  const chosen = useUi((s) => s.chosen);
  const contact = useConsole((s) => shownContact(s, chosen));
  return (
    <main className={css.centre} data-pane="centre" tabIndex={-1} aria-label={t("centre.label")}>
      <h1 className="vv-visually-hidden">{contact ? customerName(contact) : t("nav.console")}</h1>
      {!loaded && <Skeleton rows={1} height={320} />}
      {loaded && !contact && (
        <div className={css.idle}>
          <Idle />
        </div>
      )}
      {contact && (
        <>
          <ContactTabs shown={contact} />
          {contact.state === "active" && <RaiseBanner contact={contact} />}
          {contact.state === "active" && <RingBanner contact={contact} />}
          {contact.channel !== "chat" && contact.state === "active" && <NoticeBanners contact={contact} />}
          <Work key={contact.id} contact={contact} />
        </>
      )}
    </main>
  );
}
