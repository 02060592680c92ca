// SPDX-License-Identifier: Apache-2.0
// While something rings: sound, desktop notification, title. When an offer goes away: one sentence why.
import { App } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { localName } from "../lib/format.ts";
import { usePrefs } from "../lib/prefs.ts";
import { chatTick, notify, startRinging } from "../lib/ringer.ts";
import { wordsFor } from "../lib/words.ts";
import { act, customerName, useConsole } from "./state.ts";

function useRing(): void {
  const { t, i18n } = useTranslation();
  const offer = useConsole((s) => s.offers[0]);
  const id = offer?.contact.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: one ring per offer, not per change of it
  useEffect(() => {
    if (!offer) return;
    const prefs = usePrefs.getState();
    const stopSound = startRinging(prefs.ringDevice || prefs.speakerId, prefs.ringVolume);
    const name = customerName(offer.contact);
    const title = t(`offer.${offer.contact.channel}`);
    const body = `${name} · ${localName(offer.contact.topic.name, i18n.language)}`;
    const stopNote =
      prefs.notify && !document.hasFocus() ? notify(title, body, offer.contact.id) : () => undefined;
    const before = document.title;
    document.title = `● ${title} – ${name}`;
    return () => {
      stopSound();
      stopNote();
      document.title = before;
    };
  }, [id]);
}

function useOfferNews(): void {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const gone = useConsole((s) => s.offersGone[0]);
  const seen = useRef(gone?.at);
  useEffect(() => {
    if (!gone || gone.at === seen.current) return;
    seen.current = gone.at;
    if (gone.reason === "accepted_elsewhere") message.info(t("offer.gone_elsewhere"));
    if (gone.reason === "withdrawn") message.info(t("offer.gone_withdrawn"));
    if (gone.reason === "timeout") message.warning(t("offer.gone_timeout"), 8);
  }, [gone, message, t]);
}

/** A tick and, when the window is behind others, a notification for what a customer writes. */
function useChatNews(): void {
  const { t } = useTranslation();
  const chat = useConsole((s) => s.chat);
  const heard = useRef<number | undefined>(undefined);
  useEffect(() => {
    const { contacts } = useConsole.getState();
    const customers = new Set(
      contacts.flatMap((c) => c.participants.filter((p) => p.role === "customer").map((p) => p.id)),
    );
    const last = Object.values(chat)
      .flat()
      .filter((m) => customers.has(m.from))
      .reduce((newest, m) => Math.max(newest, m.at), 0);
    const fresh = heard.current !== undefined && last > heard.current;
    heard.current = last;
    if (!fresh || document.hasFocus()) return;
    const prefs = usePrefs.getState();
    void chatTick(prefs.speakerId, prefs.ringVolume);
    if (prefs.notify) notify(t("chat.new"), "", "chat");
  }, [chat, t]);
}

/** What the server tells unasked: in our words where the code is known, else in its own. */
function useServerNews(): void {
  const { i18n } = useTranslation();
  const { message } = App.useApp();
  const notice = useConsole((s) => s.notice);
  useEffect(() => {
    if (!notice) return;
    message.info(wordsFor(i18n, `news.${notice.code}`) ?? notice.message, 6);
    act().clearNotice();
  }, [notice, i18n, message]);
}

export function useRinging(): void {
  useServerNews();
  useRing();
  useOfferNews();
  useChatNews();
}
