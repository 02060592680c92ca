// SPDX-License-Identifier: Apache-2.0
// Left column: ringing cards on top, then who waits and what is mine.
import type { ContactView, QueueRow } from "@visavis/protocol";
import { Tabs, Tag } from "antd";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  customerName,
  givenName,
  isOpen,
  runningCall,
  shownContact,
  talkSince,
  useConsole,
} from "../console/state.ts";
import { choose, useUi } from "../console/ui.ts";
import { useCommand } from "../console/use_command.ts";
import { localName } from "../lib/format.ts";
import { Avatar } from "../parts/avatar.tsx";
import { ChannelMark, Empty, Skeleton, Timer, WaitTime } from "../parts/parts.tsx";
import css from "./queue.module.css";
import { RingCard } from "./ring_card.tsx";

function WaitingRow({ row, mayTake }: { row: QueueRow; mayTake: boolean }) {
  const { t, i18n } = useTranslation();
  const { run, busy } = useCommand();
  return (
    <li className={css.row}>
      <Avatar name={row.name} />
      <div className={css.rowText}>
        <span className={css.rowName}>
          <span className={css.ellipsis}>{row.name || t("contact.unnamed")}</span>
          {row.vip && <Tag className={css.vip}>VIP</Tag>}
          <span className={css.push}>
            <WaitTime since={row.waiting_since_at} />
          </span>
        </span>
        <span className={css.rowMore}>
          <ChannelMark channel={row.channel} />
          <span className={css.ellipsis}>{localName(row.topic.name, i18n.language)}</span>
          {mayTake && (
            <button
              type="button"
              className={`${css.take} ${css.push}`}
              disabled={busy}
              aria-label={t("queue.take_named", { name: row.name || t("contact.unnamed") })}
              onClick={() => void run("contact.take", { contact_id: row.contact_id })}
            >
              {t("queue.take")}
            </button>
          )}
        </span>
      </div>
    </li>
  );
}

function statusOf(contact: ContactView): "wrapup" | "hold" | "gone" | "active" {
  if (contact.state === "wrapup") return "wrapup";
  if (contact.grace_until_at) return "gone";
  return contact.hold.on ? "hold" : "active";
}

function MineRow({ contact, chosen, unread }: { contact: ContactView; chosen: boolean; unread: number }) {
  const { t, i18n } = useTranslation();
  const name = customerName(contact);
  const status = statusOf(contact);
  return (
    <li>
      <button
        type="button"
        className={css.row}
        aria-current={chosen ? "true" : undefined}
        onClick={() => choose(contact.id)}
      >
        <Avatar name={givenName(contact)} />
        <span className={css.rowText}>
          <span className={css.rowName}>
            <span className={css.ellipsis}>{name}</span>
          </span>
          <span className={css.rowMore}>
            <ChannelMark channel={contact.channel} />
            <span className={css.ellipsis}>{localName(contact.topic.name, i18n.language)}</span>
          </span>
        </span>
        <span className={css.rowEnd}>
          <span className={css.status} data-status={status}>
            {status === "active" ? <Timer since={talkSince(contact)} /> : t(`mine.${status}`)}
          </span>
          {unread > 0 && (
            <span className={css.unread}>
              {unread}
              <span className="vv-visually-hidden"> {t("chat.unread")}</span>
            </span>
          )}
        </span>
      </button>
    </li>
  );
}

export function useUnread(contactId: string): number {
  const messages = useConsole((s) => s.chat[contactId]);
  const readAt = useUi((s) => s.readAt[contactId] ?? 0);
  const contact = useConsole((s) => s.contacts.find((c) => c.id === contactId));
  return useMemo(() => {
    const customer = contact?.participants.find((p) => p.role === "customer")?.id;
    return (messages ?? []).filter((m) => m.from === customer && m.at > readAt).length;
  }, [messages, readAt, contact]);
}

function MineItem({ contact, chosen }: { contact: ContactView; chosen: boolean }) {
  const unread = useUnread(contact.id);
  return <MineRow contact={contact} chosen={chosen} unread={chosen ? 0 : unread} />;
}

function QueueList() {
  const { t } = useTranslation();
  const rows = useConsole((s) => s.queue);
  const loaded = useConsole((s) => s.loaded);
  const state = useConsole((s) => s.agent?.state);
  const calling = useConsole((s) => runningCall(s) !== undefined);
  const offers = useConsole((s) => s.offers);
  if (!loaded) return <Skeleton rows={4} />;
  if (rows.length === 0) {
    const yours = state === "ready" ? t("queue.you_are_ready") : t("queue.you_are_not_ready");
    return <Empty icon="people" title={t("queue.empty")} text={calling ? undefined : yours} />;
  }
  return (
    <ul className={css.list} aria-label={t("queue.list")}>
      {rows.map((row) => (
        <WaitingRow
          key={row.contact_id}
          row={row}
          mayTake={state === "ready" && !offers.some((offer) => offer.contact.id === row.contact_id)}
        />
      ))}
    </ul>
  );
}

function MineList() {
  const { t } = useTranslation();
  const contacts = useConsole((s) => s.contacts);
  const loaded = useConsole((s) => s.loaded);
  const chosen = useUi((s) => s.chosen);
  const shown = useConsole((s) => shownContact(s, chosen)?.id);
  const open = contacts.filter(isOpen);
  if (!loaded) return <Skeleton rows={2} />;
  if (open.length === 0) return <Empty icon="headset" title={t("mine.empty")} text={t("mine.empty_text")} />;
  return (
    <ul className={css.list} aria-label={t("mine.list")}>
      {open.map((contact) => (
        <MineItem key={contact.id} contact={contact} chosen={contact.id === shown} />
      ))}
    </ul>
  );
}

export function QueuePane() {
  const { t } = useTranslation();
  const offers = useConsole((s) => s.offers);
  const waiting = useConsole((s) => s.queue.length);
  const mine = useConsole((s) => s.contacts.filter(isOpen).length);
  const [tab, setTab] = useState<"queue" | "mine">(mine > 0 ? "mine" : "queue");
  // What was just taken is what one looks for; with the last one gone the queue matters again.
  const before = useRef(mine);
  useEffect(() => {
    if (mine > before.current) setTab("mine");
    if (mine === 0) setTab("queue");
    before.current = mine;
  }, [mine]);
  return (
    <section className={css.pane} data-pane="queue" tabIndex={-1} aria-label={t("queue.pane")}>
      {offers.map((offer) => (
        <RingCard key={offer.contact.id} offer={offer} />
      ))}
      <Tabs
        className={css.tabs}
        activeKey={tab}
        onChange={(key) => setTab(key as "queue" | "mine")}
        items={[
          { key: "queue", label: `${t("queue.tab")} ${waiting || ""}`.trim(), children: <QueueList /> },
          { key: "mine", label: `${t("mine.tab")} ${mine || ""}`.trim(), children: <MineList /> },
        ]}
      />
      <p className="vv-visually-hidden" role="status">
        {t("queue.waiting", { count: waiting })}
      </p>
    </section>
  );
}
