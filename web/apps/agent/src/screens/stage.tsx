// SPDX-License-Identifier: Apache-2.0
// The picture: the customer large, others beside, oneself bottom right, and what is wrong written on top.
import type { RemoteMedia } from "@visavis/client-core";
import type { ContactView, Participant } from "@visavis/protocol";
import { Icon } from "@visavis/ui";
import { Button } from "antd";
import { useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type MediaView, mediaFlows, noMedia } from "../console/media_view.ts";
import { customerName, customerOf, talkSince, useConsole } from "../console/state.ts";
import { setBlurred, useUi } from "../console/ui.ts";
import { clock } from "../lib/format.ts";
import { useNow } from "../lib/now.ts";
import { usePicturePlace } from "../lib/picture_place.ts";
import { usePrefs } from "../lib/prefs.ts";
import { Avatar } from "../parts/avatar.tsx";
import { Sound, useLevel, Video } from "../parts/media.tsx";
import { Timer } from "../parts/parts.tsx";
import { QualityChip } from "./quality.tsx";
import css from "./stage.module.css";

interface TileProps {
  person: Participant;
  name: string;
  media: RemoteMedia | undefined;
  large?: boolean;
  blurred?: boolean;
}

function Tile({ person, name, media, large, blurred }: TileProps) {
  const { t } = useTranslation();
  const level = useLevel(media?.audio);
  const showVideo = media?.video && person.video === "on";
  const why = person.video === "off" ? t("stage.camera_off") : t("stage.sound_only");
  return (
    <div className={large ? css.large : css.small} data-speaking={level > 0.35} data-absent={!person.present}>
      {showVideo && media?.video ? (
        <Video
          stream={media.video}
          label={t("stage.picture_of", { name })}
          blurred={blurred}
          viewers={media.viewers}
        />
      ) : (
        <div className={css.noPicture}>
          <Avatar name={person.name} size={large ? 96 : 44} />
          {large && <span>{why}</span>}
        </div>
      )}
      <span className={css.tileName}>
        {person.audio !== "on" && (
          <span role="img" aria-label={t("stage.muted")} title={t("stage.muted")}>
            <Icon name="micOff" size={14} />
          </span>
        )}
        {name}
      </span>
    </div>
  );
}

function SelfView({ media }: { media: MediaView }) {
  const { t } = useTranslation();
  return (
    <div className={css.self}>
      {media.local && media.camera === "on" ? (
        <Video stream={media.local} label={t("stage.own_picture")} mirrored fit="cover" />
      ) : (
        <span className={css.selfOff}>
          <Icon name="cameraOff" size={18} />
          <span>{t("stage.your_camera_off")}</span>
        </span>
      )}
      {media.microphone !== "on" && (
        <span className={css.selfMuted}>
          <Icon name="micOff" size={14} />
          {t("stage.you_muted")}
        </span>
      )}
    </div>
  );
}

function GoneOverlay({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const left = (contact.grace_until_at ?? 0) - useNow();
  return (
    <div className={css.overlay} role="status">
      <Icon name="signalOff" size={32} />
      <strong>{t("stage.gone", { name: customerName(contact) })}</strong>
      <span>{t("stage.gone_text", { time: clock(left) })}</span>
    </div>
  );
}

function HoldOverlay({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  return (
    <div className={css.overlay} role="status">
      <Icon name="hold" size={32} />
      <strong>
        {t("stage.on_hold")} {contact.hold.since_at ? <Timer since={contact.hold.since_at} /> : null}
      </strong>
      <span>{t("stage.on_hold_text")}</span>
    </div>
  );
}

function Overlay({ contact, media }: { contact: ContactView; media: MediaView }) {
  const { t } = useTranslation();
  const link = useConsole((s) => s.link);
  if (contact.grace_until_at) return <GoneOverlay contact={contact} />;
  if (contact.hold.on) return <HoldOverlay contact={contact} />;
  if (link === "reconnecting" || media.phase === "reconnecting" || media.phase === "failed") {
    return (
      <div className={css.overlay} role="status">
        <span className={css.spinner} aria-hidden="true" />
        <strong>{t("stage.reconnecting")}</strong>
        <span>{mediaFlows(media) ? t("stage.sound_lives") : t("stage.sound_pauses")}</span>
      </div>
    );
  }
  if (media.phase === "connecting" && media.remotes.length === 0) {
    return (
      <div className={css.overlay} role="status">
        <span className={css.spinner} aria-hidden="true" />
        <strong>{t("stage.connecting")}</strong>
      </div>
    );
  }
  return null;
}

function StageTools({ contact, target }: { contact: ContactView; target: () => HTMLElement | null }) {
  const { t } = useTranslation();
  const blurred = useUi((s) => s.blurred[contact.id] ?? false);
  const full = () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void target()?.requestFullscreen?.();
  };
  return (
    <div className={css.tools}>
      {contact.channel === "video" && (
        <button
          type="button"
          className={css.tool}
          aria-pressed={blurred}
          onClick={() => setBlurred(contact.id, !blurred)}
        >
          <Icon name="blur" size={18} />
          <span>{blurred ? t("stage.unblur") : t("stage.blur")}</span>
        </button>
      )}
      <button
        type="button"
        className={css.tool}
        aria-label={t("stage.fullscreen")}
        title={t("stage.fullscreen")}
        onClick={full}
      >
        <Icon name="expand" size={18} />
      </button>
    </div>
  );
}

function Head({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const audio = contact.channel === "chat" ? "on" : customerOf(contact)?.audio;
  const silent = audio === "off" ? t("stage.muted") : audio === "none" ? t("stage.no_microphone") : undefined;
  return (
    <div className={css.head}>
      <strong className={css.headName}>{customerName(contact)}</strong>
      <span className={css.headTime}>
        <Timer since={talkSince(contact)} />
      </span>
      {silent && (
        <span className={css.headMuted} role="status">
          <Icon name="micOff" size={14} />
          {silent}
        </span>
      )}
      <QualityChip contactId={contact.id} />
    </div>
  );
}

function Voices({ media, held }: { media: MediaView; held: boolean }) {
  const { t } = useTranslation();
  const chosen = usePrefs((p) => p.speakerId);
  const speakers = useConsole((s) => s.local?.devices.speakers);
  // A speaker that was unplugged plays nothing; the default one does until it is back.
  const gone = speakers !== undefined && !speakers.some((device) => device.deviceId === chosen);
  const speaker = gone ? "" : chosen;
  const [blocked, setBlocked] = useState(false);
  const onBlocked = useCallback((is: boolean) => setBlocked(is), []);
  return (
    <>
      {media.remotes.map((remote) =>
        remote.audio ? (
          <Sound
            key={remote.participantId}
            stream={remote.audio}
            sinkId={speaker}
            muted={held}
            onBlocked={onBlocked}
          />
        ) : null,
      )}
      {blocked && (
        <div className={css.tap} role="alert">
          <Button
            type="primary"
            size="large"
            icon={<Icon name="speaker" />}
            onClick={() => setBlocked(false)}
          >
            {t("stage.tap_to_hear")}
          </Button>
        </div>
      )}
    </>
  );
}

export function Stage({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const ref = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  usePicturePlace(ref, frame);
  const media = useConsole((s) => s.media[contact.id]) ?? noMedia;
  const meId = useConsole((s) => s.me?.id);
  const blurred = useUi((s) => s.blurred[contact.id] ?? false);
  const customer = customerOf(contact);
  const others = contact.participants.filter((p) => p !== customer && p.user_id !== meId);
  const remoteOf = (id: string) => media.remotes.find((r) => r.participantId === id);
  const covered = useConsole((s) => s.link === "reconnecting");
  const dimmed = contact.hold.on || !!contact.grace_until_at || media.phase === "reconnecting";
  return (
    <div ref={ref} className={css.stage}>
      <div ref={frame} className={css.frame} data-dimmed={dimmed} data-covered={dimmed || covered}>
        {customer ? (
          <Tile
            person={customer}
            name={customerName(contact)}
            media={remoteOf(customer.id)}
            large
            blurred={blurred}
          />
        ) : null}
      </div>
      {others.length > 0 && (
        <div className={css.others}>
          {others.map((person) => (
            <Tile key={person.id} person={person} name={person.name} media={remoteOf(person.id)} />
          ))}
        </div>
      )}
      <Overlay contact={contact} media={media} />
      {blurred && <p className={css.blurNote}>{t("stage.blurred_note")}</p>}
      <Head contact={contact} />
      <StageTools contact={contact} target={() => ref.current} />
      {contact.channel === "video" && media.phase !== "idle" && media.phase !== "closed" && (
        <SelfView media={media} />
      )}
      {contact.channel === "audio" && media.microphone === "off" && (
        <p className={css.blurNote}>{t("stage.you_muted")}</p>
      )}
      <Voices media={media} held={contact.hold.on} />
    </div>
  );
}
