// SPDX-License-Identifier: Apache-2.0
import type { CustomerClient, CustomerState } from "@visavis/client-core";
import type { ContactView } from "@visavis/protocol";
import { useEffect, useRef, useState } from "preact/hooks";
import { useApp, useEverySecond, useLanguage, useStore } from "../hooks.ts";
import { clockTime, spokenTime } from "../i18n/index.ts";
import { Banner, Button, IconButton, Sheet } from "../parts/controls.tsx";
import { TopBar } from "../parts/layout.tsx";
import { LocalPicture } from "../parts/picture.tsx";
import { errorWord } from "../screens/errors.ts";
import { Chat } from "./chat.tsx";
import { useUnread } from "./effects.ts";
import { Notices } from "./notices.tsx";
import { isNext, whyAgain } from "./people.ts";
import { PrivacyButton } from "./privacy.tsx";

function Place({ contact, client }: { contact: ContactView; client: CustomerClient }) {
  const { t } = useLanguage();
  useEverySecond(true);
  if (contact.state === "offered")
    return (
      <div class="place" role="status">
        <span class="pulse" aria-hidden="true" />
        <p class="place-next">{t("waiting_offered")}</p>
      </div>
    );
  const waited = (client.connection.serverNow() - (contact.waiting_since_at ?? contact.created_at)) / 1000;
  const next = isNext(contact);
  return (
    <div class="place">
      <div role="status">
        {next ? (
          <p class="place-next">{t("waiting_next")}</p>
        ) : (
          <>
            <p class="hint">{t("waiting_position")}</p>
            <p class="place-number">{contact.position ?? "–"}</p>
          </>
        )}
        {!next && contact.estimate_s !== undefined && (
          <p>{t("waiting_estimate", { time: spokenTime(t, contact.estimate_s) })}</p>
        )}
        {contact.staffed === false && <p>{t("waiting_unstaffed")}</p>}
      </div>
      <p class="hint timer">{t("waiting_elapsed", { time: clockTime(waited) })}</p>
    </div>
  );
}

function OwnDevices({ video }: { video: boolean }) {
  const { t } = useLanguage();
  const { local } = useApp();
  const media = useStore(local.state, (state) => state);
  const cameraOn = media.video.track !== null;
  return (
    <div class="own-devices">
      {video && media.video.track && (
        <LocalPicture track={media.video.track} mirrored={media.facing === "user"} label={t("you")} />
      )}
      <div class="own-buttons">
        <IconButton
          class={media.audio.muted ? "round off" : "round"}
          icon={media.audio.muted ? "mic_off" : "mic"}
          label={t(media.audio.muted ? "call_unmute" : "call_mute")}
          onClick={() => void local.mute("audio", !media.audio.muted)}
        />
        {video && (
          <IconButton
            class={cameraOn ? "round" : "round off"}
            icon={cameraOn ? "camera" : "camera_off"}
            label={t(cameraOn ? "call_camera_off" : "call_camera_on")}
            onClick={() => void local.mute("video", cameraOn)}
          />
        )}
      </div>
    </div>
  );
}

/** In the queue for sound or video: the place, the estimate, and what can be done meanwhile. */
export function WaitingScreen({
  client,
  state,
  contact,
}: {
  client: CustomerClient;
  state: CustomerState;
  contact: ContactView;
}) {
  const { t } = useLanguage();
  const { journey } = useApp();
  const heading = useRef<HTMLHeadingElement>(null);
  const [chat, setChat] = useState(false);
  const unread = useUnread(client, chat);
  const again = whyAgain(contact);
  const error = useStore(journey.state, (value) => value.error);
  // What the topic offers comes later than the contact after a reload.
  useStore(journey.state, (value) => value.entry);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div class="page">
      <TopBar />
      <main class="card waiting">
        <h1 ref={heading} tabIndex={-1}>
          {t("waiting_heading")}
        </h1>
        <Notices state={state} media={undefined} />
        {again && <Banner kind={again.kind}>{t(again.word)}</Banner>}
        <Place contact={contact} client={client} />
        <OwnDevices video={contact.channel === "video"} />
        <p class="hint">{t("waiting_keep")}</p>
        {error && <Banner kind="error">{t(errorWord(error, "waiting_chat_failed"))}</Banner>}
        <div class="stack tight">
          <Button wide icon="chat" onClick={() => setChat(true)}>
            {unread > 0 ? t("call_chat_unread", { n: unread }) : t("waiting_write")}
          </Button>
          <div class="alternatives">
            {journey.channels().includes("chat") && contact.state === "waiting" && (
              <Button kind="quiet" onClick={() => void journey.chatInstead()}>
                {t("waiting_chat")}
              </Button>
            )}
            <PrivacyButton labelled />
            <Button kind="quiet" onClick={() => void client.leave().catch(() => undefined)}>
              {t("waiting_leave")}
            </Button>
          </div>
        </div>
      </main>
      {chat && (
        <Sheet title={t("call_chat")} onClose={() => setChat(false)} tall>
          <Chat client={client} />
        </Sheet>
      )}
    </div>
  );
}
