// SPDX-License-Identifier: Apache-2.0
// Right column: who the customer is and what was before. A drawer below 1280 px.
import type { ContactView } from "@visavis/protocol";
import { Drawer, Tabs, Tag } from "antd";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { customerName, givenName, shownContact, useConsole } from "../console/state.ts";
import { setUi, useUi } from "../console/ui.ts";
import { browserName, localName } from "../lib/format.ts";
import { useMedia } from "../lib/use_media.ts";
import { wordsFor } from "../lib/words.ts";
import { Avatar } from "../parts/avatar.tsx";
import { Empty } from "../parts/parts.tsx";
import { History } from "./history.tsx";
import css from "./side.module.css";

function Facts({ rows }: { rows: Array<[string, ReactNode]> }) {
  return (
    <dl className={css.facts}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function isAddress(value: string): boolean {
  return /^https?:\/\//.test(value);
}

function Attributes({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const entries = Object.entries(contact.attributes ?? {});
  if (entries.length === 0) return <p className={css.quiet}>{t("customer.no_attributes")}</p>;
  // An address a page sent along is shown, not linked: it comes from the customer's side.
  return (
    <Facts
      rows={entries.map(([key, value]) => [
        key,
        <span key={key} className={isAddress(String(value)) ? css.address : undefined}>
          {String(value)}
        </span>,
      ])}
    />
  );
}

function Consents({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  if (contact.consents.length === 0) return <p className={css.quiet}>{t("customer.no_consents")}</p>;
  return (
    <ul className={css.consents}>
      {contact.consents.map((consent) => (
        <li key={consent.purpose}>
          <span>{t(`purpose.${consent.purpose}`)}</span>
          <Tag className={consent.granted ? css.given : css.refused}>
            {consent.granted ? t("customer.given") : t("customer.refused")}
          </Tag>
        </li>
      ))}
    </ul>
  );
}

function Check({ check }: { check: Record<string, unknown> }) {
  const { t, i18n } = useTranslation();
  const known = (key: string) => wordsFor(i18n, `check.${key}`) ?? key;
  const word = (key: string, value: unknown): string => {
    if (key === "browser" && typeof value === "string") return browserName(value);
    if (typeof value === "boolean") return value ? t("common.yes") : t("common.no");
    if (typeof value === "string") return wordsFor(i18n, `check_value.${value}`) ?? value;
    return typeof value === "number" ? String(Math.round(value * 100) / 100) : JSON.stringify(value);
  };
  return (
    <Facts
      rows={Object.entries(check)
        .filter(([key, value]) => key !== "skipped" || value !== false)
        .map(([key, value]) => [
          known(key),
          <span key={key} className={word(key, value).length > 40 ? css.address : undefined}>
            {word(key, value)}
          </span>,
        ])}
    />
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={css.section}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** The widget tells on which page it stands; our own page has nothing of the kind to tell. */
function cameBy(contact: ContactView): "by_link" | "by_widget" | "by_page" {
  if (contact.link) return "by_link";
  return contact.attributes?.page_url ? "by_widget" : "by_page";
}

/** The practice customer has come from nowhere, and speaks to whoever listens. */
function cameWith(contact: ContactView, t: TFunction): Array<[string, ReactNode]> {
  if (contact.practice) return [[t("customer.came_by"), t("practice.button")]];
  return [
    [t("customer.language"), t(contact.language.startsWith("zh") ? "language.zh" : "language.en")],
    [t("customer.came_by"), t(`customer.${cameBy(contact)}`)],
  ];
}

function Customer({ contact }: { contact: ContactView }) {
  const { t, i18n } = useTranslation();
  const name = customerName(contact);
  const rows: Array<[string, ReactNode]> = [
    [t("customer.topic"), localName(contact.topic.name, i18n.language)],
    [t("customer.channel"), t(`channel.${contact.channel}`)],
    ...cameWith(contact, t),
    [
      t("customer.since"),
      new Intl.DateTimeFormat(i18n.language, { timeStyle: "short" }).format(contact.created_at),
    ],
  ];
  return (
    <div className={css.body}>
      <div className={css.who}>
        <Avatar name={givenName(contact)} size={44} />
        <div className={css.whoText}>
          <strong>{name}</strong>
          <span className={css.quiet}>
            {contact.previous
              ? t("customer.previous", { count: contact.previous })
              : t("customer.first_time")}
          </span>
        </div>
        {contact.practice && <Tag>{t("practice.tag")}</Tag>}
      </div>
      {contact.handed_over && (
        <Section title={t("offer.handed_by", { name: contact.handed_over.from_name })}>
          <p>{contact.handed_over.note ?? t("customer.no_note")}</p>
        </Section>
      )}
      <Facts rows={rows} />
      <Section title={t("customer.attributes")}>
        <Attributes contact={contact} />
      </Section>
      <Section title={t("customer.consents")}>
        <Consents contact={contact} />
      </Section>
      {contact.check && (
        <Section title={t("customer.check")}>
          <Check check={contact.check} />
        </Section>
      )}
    </div>
  );
}

function SideContent() {
  const { t } = useTranslation();
  const chosen = useUi((s) => s.chosen);
  const contact = useConsole((s) => shownContact(s, chosen));
  if (!contact) return <Empty icon="person" title={t("customer.none")} text={t("customer.none_text")} />;
  return (
    <Tabs
      key={contact.id}
      className={css.tabs}
      items={[
        { key: "customer", label: t("customer.tab"), children: <Customer contact={contact} /> },
        { key: "history", label: t("history.tab"), children: <History contact={contact} /> },
      ]}
    />
  );
}

export function SidePane() {
  const { t } = useTranslation();
  const wide = useMedia("(min-width: 1280px)");
  const narrow = useMedia("(max-width: 767px)");
  const open = useUi((s) => s.sideOpen);
  if (wide || narrow) {
    return (
      <aside className={css.pane} data-pane="side" tabIndex={-1} aria-label={t("side.label")}>
        <SideContent />
      </aside>
    );
  }
  return (
    <Drawer
      open={open}
      size={380}
      title={t("side.label")}
      onClose={() => setUi({ sideOpen: false })}
      styles={{ body: { padding: 0 } }}
    >
      <SideContent />
    </Drawer>
  );
}
