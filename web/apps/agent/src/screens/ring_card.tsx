// SPDX-License-Identifier: Apache-2.0
import type { Offer } from "@visavis/protocol";
import { Icon } from "@visavis/ui";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { customerName, talkSince } from "../console/state.ts";
import { choose } from "../console/ui.ts";
import { useCommand } from "../console/use_command.ts";
import { localName } from "../lib/format.ts";
import { usePrefs } from "../lib/prefs.ts";
import { ariaCombo, comboLabel } from "../lib/shortcuts.ts";
import { CountdownRing, channelIcon, Timer } from "../parts/parts.tsx";
import css from "./queue.module.css";

export function RingCard({ offer }: { offer: Offer }) {
  const { t, i18n } = useTranslation();
  const { contact } = offer;
  const accepting = useCommand();
  const declining = useCommand();
  const { keymap, shortcuts } = usePrefs();
  const name = customerName(contact);
  const topic = localName(contact.topic.name, i18n.language);
  // Whoever is asked to join, or handed over by a colleague, talks already: nobody waits.
  const talking = contact.state === "active";
  const accept = async () => {
    choose(contact.id);
    await accepting.run("offer.accept", { contact_id: contact.id });
  };
  return (
    <article
      className={css.ring}
      aria-label={t("offer.label", { channel: t(`channel.${contact.channel}`), name })}
    >
      <p className="vv-visually-hidden" role="alert">
        {t("offer.spoken", { channel: t(`channel.${contact.channel}`), name, topic })}
      </p>
      <div className={css.ringTop}>
        <CountdownRing from={offer.offered_at} until={offer.expires_at} size={52} />
        <div className={css.rowText}>
          <span className={css.ringKind}>
            <Icon name={channelIcon[contact.channel]} size={16} />
            {t(`offer.${contact.channel}`)}
            {contact.practice ? ` · ${t("practice.tag")}` : ""}
          </span>
          <span className={css.ringName}>{name}</span>
          <span className={css.ringMore}>{topic}</span>
        </div>
      </div>
      {offer.from_name && (
        <p className={css.ringFrom}>
          {t(offer.kind === "invite" ? "offer.invited_by" : "offer.handed_by", { name: offer.from_name })}
        </p>
      )}
      {offer.note && <p className={css.ringNote}>{offer.note}</p>}
      <dl className={css.ringFacts}>
        <div>
          <dt>{t(talking ? "offer.talking" : "offer.waited")}</dt>
          <dd>
            <Timer since={talking ? talkSince(contact) : (contact.waiting_since_at ?? contact.created_at)} />
          </dd>
        </div>
        <div>
          <dt>{t("offer.language")}</dt>
          <dd>{t(contact.language.startsWith("zh") ? "language.zh" : "language.en")}</dd>
        </div>
        {contact.previous ? (
          <div>
            <dt>{t("offer.earlier")}</dt>
            <dd>{contact.previous}</dd>
          </div>
        ) : null}
      </dl>
      <div className={css.ringButtons}>
        <Button
          className={css.accept}
          loading={accepting.busy}
          onClick={() => void accept()}
          aria-keyshortcuts={shortcuts ? ariaCombo(keymap.accept) : undefined}
        >
          {t("offer.accept")}
          {shortcuts && <kbd className={css.kbd}>{comboLabel(keymap.accept)}</kbd>}
        </Button>
        <Button
          loading={declining.busy}
          onClick={() => void declining.run("offer.decline", { contact_id: contact.id })}
        >
          {t("offer.decline")}
        </Button>
      </div>
    </article>
  );
}
