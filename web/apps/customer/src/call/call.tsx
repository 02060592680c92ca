// SPDX-License-Identifier: Apache-2.0
import { type CustomerClient, type CustomerState, type MediaState, Store } from "@visavis/client-core";
import type { ContactView, QualityWord } from "@visavis/protocol";
import { useRef, useState } from "preact/hooks";
import { useApp, useEverySecond, useLanguage, useStore } from "../hooks.ts";
import { clockTime } from "../i18n/index.ts";
import { Banner, IconButton } from "../parts/controls.tsx";
import { Icon } from "../parts/icons.tsx";
import { FrameButtons } from "../parts/layout.tsx";
import { Chat } from "./chat.tsx";
import { ControlsBar, EndSheet } from "./controls_bar.tsx";
import { useAutomaticPictureInPicture, useUnread, useWakeLock } from "./effects.ts";
import { Notices } from "./notices.tsx";
import { agentOf, othersOf } from "./people.ts";
import { RaiseSheet } from "./raise.tsx";
import { SelfView } from "./self_view.tsx";
import { Stage } from "./stage.tsx";

const NO_MEDIA = new Store<{ phase: "idle" }>({ phase: "idle" });

/** The media session's state; the session comes and goes with the contact. */
export function useMedia(state: CustomerState): MediaState | undefined {
  const value = useStore<object, object>(state.media?.state ?? NO_MEDIA, (each) => each);
  return state.media ? (value as MediaState) : undefined;
}

function worse(a: QualityWord | undefined, b: QualityWord | undefined): QualityWord | undefined {
  const order = ["good", "weak", "bad"];
  return order.indexOf(a ?? "") >= order.indexOf(b ?? "") ? a : b;
}

/** Names, timer and network in words. */
function Chip({
  client,
  state,
  media,
}: {
  client: CustomerClient;
  state: CustomerState;
  media: MediaState | undefined;
}) {
  const { t, tag } = useLanguage();
  useEverySecond(true);
  const { contact } = state;
  const names = othersOf(contact).map(({ name }) => name);
  const seconds =
    (client.connection.serverNow() - (contact?.call_started_at ?? client.connection.serverNow())) / 1000;
  const word = worse(media?.stats?.word, state.quality?.word);
  const kept = media?.problems.includes("video_paused");
  return (
    <div class="chip">
      <span class="chip-name">{new Intl.ListFormat(tag).format(names) || t("agent")}</span>
      <span class="chip-time" role="timer" aria-live="off">
        {clockTime(seconds)}
      </span>
      {word && media?.phase === "connected" && state.connection.phase === "open" && (
        <span class={`chip-network ${word}`} role="status">
          <Icon name="network" size={16} />
          {t(kept ? "quality_sound_kept" : `quality_${word}`)}
        </span>
      )}
    </div>
  );
}

function HoldCover({ contact, client }: { contact: ContactView; client: CustomerClient }) {
  const { t } = useLanguage();
  useEverySecond(true);
  const since = contact.hold.since_at;
  const name = agentOf(contact)?.name ?? t("agent");
  return (
    <div class="hold" role="status">
      <Icon name="pause" size={40} />
      <strong>{t("call_hold")}</strong>
      <span>{t("call_hold_text", { name })}</span>
      {since !== undefined && (
        <span class="timer">
          {t("call_hold_since", { time: clockTime((client.connection.serverNow() - since) / 1000) })}
        </span>
      )}
    </div>
  );
}

function ChatPanel({ client, onClose }: { client: CustomerClient; onClose: () => void }) {
  const { t } = useLanguage();
  return (
    <aside class="chat-panel" aria-label={t("call_chat")}>
      <header class="sheet-head">
        <h2>{t("call_chat")}</h2>
        <IconButton icon="close" label={t("close")} onClick={onClose} />
      </header>
      <Chat client={client} />
    </aside>
  );
}

/** Sound or video with an agent; the other's picture fills the screen. */
export function CallScreen({
  client,
  state,
  contact,
}: {
  client: CustomerClient;
  state: CustomerState;
  contact: ContactView;
}) {
  const { t } = useLanguage();
  const { local } = useApp();
  const media = useMedia(state);
  const root = useRef<HTMLDivElement>(null);
  const [chat, setChat] = useState(false);
  const [ending, setEnding] = useState(false);
  const unread = useUnread(client, chat);
  const muted = useStore(local.state, (value) => value.audio.muted);
  // A picture that goes on while only the line for words is down is not an old one.
  const stale = media?.phase !== "connected" || contact.hold.on;
  useWakeLock(true);
  useAutomaticPictureInPicture(root, contact.channel === "video");
  return (
    <div ref={root} class={chat ? "call with-chat" : "call"}>
      <main class="call-main" aria-label={t("call_with", { name: agentOf(contact)?.name ?? t("agent") })}>
        <Stage contact={contact} media={media} stale={stale} />
        {contact.hold.on && <HoldCover contact={contact} client={client} />}
        {contact.channel === "video" && <SelfView />}
        <div class="call-top">
          <Chip client={client} state={state} media={media} />
          <div class="call-frame-buttons">
            <FrameButtons />
          </div>
        </div>
        <Notices state={state} media={media} />
        {state.notice?.code === "no_common_codec" && (
          <Banner kind="warning" onClose={() => client.clearNotice()}>
            {t("problem_no_common_codec")}
          </Banner>
        )}
        {contact.raise?.by === "customer" && <Banner kind="info">{t("raise_pending")}</Banner>}
        {muted && !contact.hold.on && (
          <span class="muted-note" role="status">
            <Icon name="mic_off" size={16} />
            {t("call_muted")}
          </span>
        )}
        <ControlsBar
          channel={contact.channel}
          unread={unread}
          root={root}
          onChat={() => setChat(!chat)}
          onEnd={() => setEnding(true)}
        />
      </main>
      {chat && <ChatPanel client={client} onClose={() => setChat(false)} />}
      <RaiseSheet client={client} contact={contact} />
      {ending && (
        <EndSheet
          chat={false}
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
