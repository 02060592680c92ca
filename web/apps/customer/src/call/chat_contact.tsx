// SPDX-License-Identifier: Apache-2.0
import type { CustomerClient, CustomerState } from "@visavis/client-core";
import type { ContactView } from "@visavis/protocol";
import { useState } from "preact/hooks";
import { useApp, useLanguage } from "../hooks.ts";
import { spokenTime } from "../i18n/index.ts";
import { Avatar, Banner, Button, IconButton } from "../parts/controls.tsx";
import { FrameButtons } from "../parts/layout.tsx";
import { channelIcon } from "../screens/entry.tsx";
import { Chat } from "./chat.tsx";
import { EndSheet } from "./controls_bar.tsx";
import { Notices } from "./notices.tsx";
import { agentOf, isNext, whyAgain } from "./people.ts";
import { PrivacyButton } from "./privacy.tsx";
import { RaiseSheet } from "./raise.tsx";

function Status({ contact }: { contact: ContactView }) {
  const { t } = useLanguage();
  if (contact.state === "active") return null;
  const place = isNext(contact) ? t("waiting_next") : `${t("waiting_position")}: ${contact.position ?? 1}`;
  const again = whyAgain(contact);
  const estimate =
    contact.estimate_s === undefined || isNext(contact)
      ? ""
      : t("waiting_estimate", { time: spokenTime(t, contact.estimate_s) });
  return (
    <Banner kind={again?.kind ?? "info"}>
      {again && <span>{t(again.word)}</span>}
      {contact.state === "offered" ? t("waiting_offered") : place}
      {estimate && contact.state === "waiting" && <span>{estimate}</span>}
      {contact.state === "waiting" && contact.staffed === false && <span>{t("waiting_unstaffed")}</span>}
    </Banner>
  );
}

function RaiseButtons({ client, labelled }: { client: CustomerClient; labelled: boolean }) {
  const { t } = useLanguage();
  const { journey } = useApp();
  const offered = journey.channels();
  return (["audio", "video"] as const)
    .filter((channel) => offered.includes(channel))
    .map((channel) => {
      const icon = channelIcon[channel];
      const label = t(`raise_${channel}`);
      const raise = () => void client.raise(channel).catch(() => undefined);
      return labelled ? (
        <Button key={channel} kind="quiet" icon={icon} onClick={raise}>
          {label}
        </Button>
      ) : (
        <IconButton key={channel} icon={icon} size={22} label={label} onClick={raise} />
      );
    });
}

/** A contact by text, from waiting to its end; may be raised to sound or picture. */
export function ChatScreen({
  client,
  state,
  contact,
}: {
  client: CustomerClient;
  state: CustomerState;
  contact: ContactView;
}) {
  const { t } = useLanguage();
  const { host } = useApp();
  const [ending, setEnding] = useState(false);
  const agent = agentOf(contact);
  const name = agent?.name ?? t("chat_waiting");
  const active = contact.state === "active";
  return (
    <div class="chat-page">
      <header class="top-bar">
        <Avatar name={agent?.name ?? ""} size="small" />
        <h1 class="top-title">{name}</h1>
        {active && !host.embedded && <RaiseButtons client={client} labelled={false} />}
        <PrivacyButton labelled={false} />
        <FrameButtons />
        <IconButton
          class="end-text"
          icon="close"
          label={t("call_end_short")}
          onClick={() => setEnding(true)}
        />
      </header>
      {/* The widget's frame has buttons of its own: beside all of them no room is left for the agent's name. */}
      {active && host.embedded && (
        <div class="raise-row">
          <RaiseButtons client={client} labelled />
        </div>
      )}
      <main class="chat-main">
        <Notices state={state} media={undefined} />
        <Status contact={contact} />
        {contact.raise?.by === "customer" && <Banner kind="info">{t("raise_pending")}</Banner>}
        <Chat client={client} />
      </main>
      <RaiseSheet client={client} contact={contact} />
      {ending && (
        <EndSheet
          chat
          onStay={() => setEnding(false)}
          onEnd={() => {
            setEnding(false);
            client.leave().catch(() => undefined);
          }}
        />
      )}
    </div>
  );
}
