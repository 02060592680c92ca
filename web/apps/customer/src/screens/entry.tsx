// SPDX-License-Identifier: Apache-2.0
import { localName } from "@visavis/client-core";
import type { Channel, EntryTopic } from "@visavis/protocol";
import { useState } from "preact/hooks";
import { useApp, useLanguage, useStore } from "../hooks.ts";
import { spokenTime, type Translate } from "../i18n/index.ts";
import { Banner, Button } from "../parts/controls.tsx";
import { Icon, type IconName } from "../parts/icons.tsx";
import { Card } from "../parts/layout.tsx";

export const channelIcon: Record<Channel, IconName> = { video: "camera", audio: "phone", chat: "chat" };

/** Waits so short are not worth a number. */
const AT_ONCE_S = 5;

export function waitText(t: Translate, topic: EntryTopic): string {
  if (!topic.open) return t("entry_closed");
  if (topic.expected_wait_s === undefined)
    return topic.waiting ? t("entry_waiting", { n: topic.waiting }) : "";
  if (topic.expected_wait_s < AT_ONCE_S)
    return topic.waiting ? t("entry_waiting", { n: topic.waiting }) : t("entry_no_wait");
  return t("entry_wait", { time: spokenTime(t, topic.expected_wait_s) });
}

const TOPIC_MISSING = "topic-missing";

function TopicChoice({ topic, checked, wrong }: { topic: EntryTopic; checked: boolean; wrong: boolean }) {
  const { t, tag } = useLanguage();
  const { journey } = useApp();
  return (
    <label class={`choice${topic.open ? "" : " off"}`}>
      <input
        type="radio"
        name="topic"
        required
        aria-describedby={wrong ? TOPIC_MISSING : undefined}
        checked={checked}
        disabled={!topic.open}
        onChange={() => journey.choose({ topicId: topic.id })}
      />
      <span class="choice-text">{localName(topic.name, tag)}</span>
      <span class="choice-note">{waitText(t, topic)}</span>
    </label>
  );
}

function ChannelChoices() {
  const { t } = useLanguage();
  const { journey } = useApp();
  const channel = useStore(journey.state, (state) => state.channel);
  return (
    <fieldset>
      <legend>{t("entry_channel")}</legend>
      <div class="channels">
        {journey.channels().map((each) => (
          <label class="channel" key={each}>
            <input
              type="radio"
              name="channel"
              checked={each === channel}
              onChange={() => journey.choose({ channel: each })}
            />
            <Icon name={channelIcon[each]} size={28} />
            <span class="channel-name">{t(`channel_${each}`)}</span>
            <span class="channel-hint">{t(`channel_${each}_hint`)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function TopicChoices({ missing }: { missing: boolean }) {
  const { t } = useLanguage();
  const { journey } = useApp();
  const state = useStore(journey.state, (value) => value);
  return (
    <fieldset>
      <legend>{t("entry_topic")}</legend>
      <div class="choices">
        {(state.entry?.topics ?? []).map((topic) => (
          <TopicChoice
            key={topic.id}
            topic={topic}
            checked={topic.id === state.topicId}
            wrong={missing && topic.open}
          />
        ))}
      </div>
      <span id={TOPIC_MISSING} class="field-error" role="alert">
        {missing && t("entry_topic_missing")}
      </span>
    </fieldset>
  );
}

export function EntryScreen() {
  const { t } = useLanguage();
  const { journey } = useApp();
  const state = useStore(journey.state, (value) => value);
  const [tried, setTried] = useState(false);
  const topics = state.entry?.topics ?? [];
  const anyOpen = topics.some((topic) => topic.open);
  return (
    <Card title={t("entry_heading")}>
      <form
        class="stack"
        // The browser's own bubble speaks its own language and covers what can be chosen.
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (state.topicId) {
            journey.toConsent();
            return;
          }
          setTried(true);
          event.currentTarget.querySelector<HTMLInputElement>("input[name=topic]:enabled")?.focus();
        }}
      >
        {topics.length === 0 && <p class="empty">{t("entry_no_topics")}</p>}
        {!journey.canCall && (
          <Banner kind="warning">
            <strong>{t("unsupported_title")}</strong>
            <span>{t("unsupported_text")}</span>
          </Banner>
        )}
        {topics.length > 0 && !anyOpen && <Banner kind="info">{t("entry_all_closed")}</Banner>}
        {topics.length > 0 && <TopicChoices missing={tried && !state.topicId} />}
        {anyOpen && <ChannelChoices />}
        {anyOpen && <NameField />}
        {anyOpen && (
          <Button kind="primary" submit wide>
            {t("continue")}
          </Button>
        )}
      </form>
    </Card>
  );
}

function NameField() {
  const { t } = useLanguage();
  const { journey } = useApp();
  const name = useStore(journey.state, (state) => state.name);
  return (
    <label class="field">
      <span>{t("entry_name")}</span>
      <input
        type="text"
        autocomplete="name"
        maxLength={80}
        value={name}
        placeholder={t("entry_name_hint")}
        onInput={(event) => journey.choose({ name: event.currentTarget.value })}
      />
    </label>
  );
}

/** The page of a one-time link: who invites to what; topic and channel are set. */
export function LinkScreen() {
  const { t, tag } = useLanguage();
  const { journey } = useApp();
  const link = useStore(journey.state, (state) => state.link);
  if (!link) return null;
  const until = new Date(link.expires_at).toLocaleString(tag, { dateStyle: "medium", timeStyle: "short" });
  const title = link.agent_name ? t("link_heading", { agent: link.agent_name }) : t("link_heading_plain");
  return (
    <Card title={title}>
      <div class="stack">
        <p>{t("link_intro", { topic: localName(link.topic.name, tag) })}</p>
        <ChannelChoices />
        <NameField />
        <p class="hint">{t("link_valid", { time: until })}</p>
        <Button kind="primary" wide onClick={() => journey.toConsent()}>
          {t("continue")}
        </Button>
      </div>
    </Card>
  );
}
