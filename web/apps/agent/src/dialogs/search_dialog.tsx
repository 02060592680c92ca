// SPDX-License-Identifier: Apache-2.0
// Ctrl+K: earlier contacts of a customer by name, open ones first.
import { Input } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { useContacts } from "../console/queries.ts";
import { customerName, isOpen, useConsole } from "../console/state.ts";
import { choose, openDialog } from "../console/ui.ts";
import { localName } from "../lib/format.ts";
import { problemText } from "../lib/problem_text.ts";
import { Dialog } from "../parts/dialog.tsx";
import { ChannelMark, Empty, Skeleton } from "../parts/parts.tsx";
import { useDispositionName } from "../screens/history.tsx";
import css from "./dialogs.module.css";

function OpenOnes({ query }: { query: string }) {
  const { t } = useTranslation();
  const contacts = useConsole((s) => s.contacts);
  const hits = contacts.filter(
    (c) => isOpen(c) && customerName(c).toLowerCase().includes(query.toLowerCase()),
  );
  if (hits.length === 0) return null;
  return (
    <section aria-label={t("search.open")}>
      <h3 className={css.hitsTitle}>{t("search.open")}</h3>
      <ul className={css.hits}>
        {hits.map((contact) => (
          <li key={contact.id}>
            <button
              type="button"
              className={css.hit}
              onClick={() => {
                choose(contact.id);
                openDialog(undefined);
              }}
            >
              <ChannelMark channel={contact.channel} />
              {customerName(contact)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Earlier({ query }: { query: string }) {
  const { t, i18n } = useTranslation();
  const list = useContacts(query);
  const disposition = useDispositionName();
  const date = new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium", timeStyle: "short" });
  if (query === "") return <Empty icon="search" title={t("search.hint")} />;
  if (list.isLoading) return <Skeleton rows={3} height={48} />;
  if (list.error) return <Empty icon="warning" title={t("search.failed")} text={problemText(list.error)} />;
  const items = list.data?.items ?? [];
  if (items.length === 0) return <Empty icon="search" title={t("search.none", { query })} />;
  return (
    <section aria-label={t("search.earlier")}>
      <h3 className={css.hitsTitle}>{t("search.earlier")}</h3>
      <ul className={css.hits}>
        {items.map((item) => (
          <li key={item.id} className={css.hit}>
            <ChannelMark channel={item.channel} />
            <span className={css.hitText}>
              <strong>{item.customer?.name}</strong>
              <span>
                {localName(item.topic?.name, i18n.language)} · {date.format(item.created_at)}
                {item.disposition ? ` · ${disposition(item.disposition)}` : ""}
                {item.end_reason === "abuse" ? ` · ${t("end_reason.abuse")}` : ""}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function SearchDialog() {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const query = useDeferredValue(text.trim());
  return (
    <Dialog title={t("search.title")} footer={null}>
      <Input
        allowClear
        value={text}
        aria-label={t("search.label")}
        placeholder={t("search.label")}
        onChange={(e) => setText(e.target.value)}
      />
      <div className={css.results}>
        <OpenOnes query={query} />
        <Earlier query={query} />
      </div>
    </Dialog>
  );
}
