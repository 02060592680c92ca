// SPDX-License-Identifier: Apache-2.0
import type { ContactView } from "@visavis/protocol";
import { Icon } from "@visavis/ui";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ContactSummary, useConfig, useContactDetail, useContacts } from "../console/queries.ts";
import { openDialog } from "../console/ui.ts";
import { clock, localName } from "../lib/format.ts";
import { problemText } from "../lib/problem_text.ts";
import { Banner, ChannelMark, Empty, Skeleton } from "../parts/parts.tsx";
import css from "./side.module.css";

/** Words of a disposition code, from the configuration; the code itself where it is gone from there. */
export function useDispositionName(): (code: string | undefined) => string {
  const { i18n } = useTranslation();
  const config = useConfig();
  return (code) => {
    const found = config.data?.dispositions.find((d) => d.code === code);
    return found ? localName(found.name, i18n.language) : (code ?? "");
  };
}

function Detail({ id }: { id: string }) {
  const { t } = useTranslation();
  const detail = useContactDetail(id);
  const disposition = useDispositionName();
  if (detail.isLoading) return <Skeleton rows={1} height={48} />;
  if (detail.error) return <p className={css.quiet}>{problemText(detail.error)}</p>;
  const wrapup = detail.data?.wrapup;
  const chat = (detail.data?.chat ?? []).filter((m) => m.kind === "text").slice(-6);
  return (
    <div className={css.detail}>
      {wrapup?.disposition && <p>{disposition(wrapup.disposition)}</p>}
      {wrapup?.note && <p className={css.note}>{wrapup.note}</p>}
      {chat.map((m) => (
        <p key={m.id}>
          <span className={css.quiet}>{m.name}: </span>
          {m.text}
        </p>
      ))}
      {!wrapup?.note && !wrapup?.disposition && chat.length === 0 && (
        <p className={css.quiet}>{t("history.nothing")}</p>
      )}
    </div>
  );
}

function Item({ item }: { item: ContactSummary }) {
  const { t, i18n } = useTranslation();
  const [open, setOpen] = useState(false);
  const when = new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium", timeStyle: "short" }).format(
    item.created_at,
  );
  const talked =
    item.answered_at && item.ended_at ? clock(item.ended_at - item.answered_at) : t("history.not_answered");
  return (
    <li className={css.item}>
      <button type="button" className={css.itemHead} aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChannelMark channel={item.channel} />
        <span className={css.itemText}>
          <strong>{localName(item.topic?.name, i18n.language) || t(`channel.${item.channel}`)}</strong>
          <span className={css.quiet}>
            {when} · {talked}
            {item.agent?.name ? ` · ${item.agent.name}` : ""}
            {item.end_reason === "abuse" ? ` · ${t("end_reason.abuse")}` : ""}
          </span>
        </span>
        {item.resolved !== undefined && (
          <span className={item.resolved ? css.solved : css.unsolved}>
            {item.resolved ? t("history.solved") : t("history.unsolved")}
          </span>
        )}
        <Icon name="down" size={14} />
      </button>
      {open && <Detail id={item.id} />}
    </li>
  );
}

export function History({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  // Names are shared by many and written by anybody: only the company's own number tells that it is the same person.
  const customerId = String(contact.attributes?.customer_id ?? "");
  const list = useContacts(customerId);
  if (customerId === "") {
    const search = <Button onClick={() => openDialog("search")}>{t("history.search")}</Button>;
    return (
      <Empty icon="history" title={t("history.unknown")} text={t("history.unknown_text")} action={search} />
    );
  }
  if (list.isLoading) return <Skeleton rows={3} />;
  if (list.error) {
    return (
      <Banner
        kind="error"
        live="polite"
        action={
          <Button size="small" onClick={() => void list.refetch()}>
            {t("common.retry")}
          </Button>
        }
      >
        {t("history.failed")} {problemText(list.error)}
      </Banner>
    );
  }
  const items = (list.data?.items ?? []).filter((item) => item.id !== contact.id);
  if (items.length === 0)
    return <Empty icon="history" title={t("history.empty")} text={t("history.empty_text")} />;
  return (
    <ul className={css.items} aria-label={t("history.tab")}>
      {items.map((item) => (
        <Item key={item.id} item={item} />
      ))}
    </ul>
  );
}
