// SPDX-License-Identifier: Apache-2.0
import { type DeviceFailure, type LocalMediaState, type MediaKind, playChime } from "@visavis/client-core";
import { useEffect, useState } from "preact/hooks";
import { useApp, useLanguage, useStore } from "../hooks.ts";
import { Banner, Bar, Button, IconButton } from "../parts/controls.tsx";
import { Icon, type IconName } from "../parts/icons.tsx";
import { Card } from "../parts/layout.tsx";
import { type Light, type NetworkCheck, useLevel, useLight, useNetworkCheck } from "../parts/meters.ts";
import { LocalPicture } from "../parts/picture.tsx";
import { createErrorWord, failureFix, failureTitle } from "./errors.ts";

const HEARD = 0.25;

export function FailureHelp({
  kind,
  failure,
  onRetry,
}: {
  kind: MediaKind;
  failure: DeviceFailure;
  onRetry: () => void;
}) {
  const { t } = useLanguage();
  const device = t(kind === "audio" ? "device_microphone" : "device_camera");
  return (
    <Banner kind="warning" action={{ label: t("retry"), onClick: onRetry }}>
      <strong>{t(failureTitle(kind, failure))}</strong>
      <span>{t(failureFix(failure, navigator.userAgent), { device })}</span>
    </Banner>
  );
}

function Row(props: {
  icon: IconName;
  title: string;
  note: string;
  ok?: boolean;
  children?: preact.ComponentChildren;
}) {
  return (
    <div class="check-row">
      <span class={`check-icon${props.ok ? " ok" : ""}`}>
        <Icon name={props.ok ? "check" : props.icon} size={20} />
      </span>
      <div class="check-text">
        <span class="check-title">{props.title}</span>
        <span class="hint" aria-live="polite">
          {props.note}
        </span>
      </div>
      {props.children}
    </div>
  );
}

function CameraPreview({ media, light }: { media: LocalMediaState; light: Light }) {
  const { t } = useLanguage();
  const { local } = useApp();
  const { track, failure } = media.video;
  return (
    <div class="preview">
      {track ? (
        <LocalPicture track={track} mirrored={media.facing === "user"} label={t("you")} />
      ) : (
        <div class="preview-empty">
          <Icon name={failure ? "camera_off" : "camera"} size={40} />
          {!failure && <span>{t("check_opening")}</span>}
        </div>
      )}
      {track && media.devices.cameras.length > 1 && (
        <IconButton
          class="on-picture flip"
          icon="flip"
          label={t("call_flip")}
          onClick={() => void local.flip()}
        />
      )}
      {track && light !== "unknown" && (
        <span class={`light ${light}`} role="status">
          {t(light === "good" ? "check_light_ok" : `check_${light}`)}
        </span>
      )}
    </div>
  );
}

function MicrophoneRow({ media, level, peak }: { media: LocalMediaState; level: number; peak: number }) {
  const { t } = useLanguage();
  if (media.audio.failure) return null;
  const heard = peak > HEARD;
  const note = !media.audio.track ? t("check_opening_audio") : heard ? t("check_heard_you") : t("check_say");
  return (
    <Row icon="mic" title={t("check_microphone")} note={note} ok={heard}>
      <Bar value={level} />
    </Row>
  );
}

function SpeakerRow({ onResult }: { onResult: (heard: boolean) => void }) {
  const { t } = useLanguage();
  const [state, setState] = useState<"idle" | "playing" | "ask" | "ok" | "fix">("idle");
  const play = async () => {
    setState("playing");
    await playChime().catch(() => undefined);
    setState("ask");
  };
  const answer = (heard: boolean) => {
    setState(heard ? "ok" : "fix");
    onResult(heard);
  };
  const note = {
    idle: "",
    playing: t("check_playing"),
    ask: t("check_heard"),
    ok: t("check_speaker_ok"),
    fix: t("check_speaker_fix"),
  }[state];
  return (
    <Row icon="speaker" title={t("check_speaker")} note={note} ok={state === "ok"}>
      {state === "ask" ? (
        <div class="answers">
          <Button onClick={() => answer(true)}>{t("check_yes")}</Button>
          <Button onClick={() => answer(false)}>{t("check_no")}</Button>
        </div>
      ) : (
        <Button busy={state === "playing"} onClick={() => void play()}>
          {t("check_play")}
        </Button>
      )}
    </Row>
  );
}

function NetworkRow({ network }: { network: NetworkCheck }) {
  const { t } = useLanguage();
  const { word, ms } = network;
  const value = { testing: 0.1, good: 1, weak: 0.55, bad: 0.2 }[word];
  return (
    <Row
      icon="network"
      title={t("check_network")}
      note={t(`check_network_${word}`, { ms })}
      ok={word === "good"}
    >
      <Bar value={value} kind={word === "testing" ? "level" : word} />
    </Row>
  );
}

interface Results {
  media: LocalMediaState;
  peak: number;
  light: Light;
  network: NetworkCheck;
  speaker: boolean | undefined;
}

/** What is stored with the contact, so that the agent sees what to expect. */
function resultOf(
  { media, peak, light, network, speaker }: Results,
  skipped: boolean,
): Record<string, unknown> {
  // Who goes on before they are open has not switched them off.
  const closed = skipped ? "not_tested" : "off";
  const silent = skipped ? "not_tested" : "not_heard";
  return {
    skipped,
    camera: media.video.failure ?? (media.video.track ? "ok" : closed),
    microphone: media.audio.failure ?? (media.audio.track ? (peak > HEARD ? "ok" : silent) : closed),
    speaker: speaker === undefined ? "not_tested" : speaker ? "ok" : "not_heard",
    light,
    network: network.word,
    rtt_ms: network.ms,
    browser: navigator.userAgent.slice(0, 300),
  };
}

function Alternatives({ media, onSkip }: { media: LocalMediaState; onSkip: () => void }) {
  const { t } = useLanguage();
  const { journey, local } = useApp();
  const channel = useStore(journey.state, (state) => state.channel);
  const channels = journey.channels();
  const soundOnly = () => {
    local.close("video");
    journey.choose({ channel: "audio" });
  };
  return (
    <div class="alternatives">
      {channel === "video" && channels.includes("audio") && (
        <Button kind={media.video.failure ? "plain" : "quiet"} icon="phone" onClick={soundOnly}>
          {t("check_sound_only")}
        </Button>
      )}
      {media.audio.failure && channels.includes("chat") && (
        <Button icon="chat" onClick={() => journey.afterConsent("chat")}>
          {t("check_chat_instead")}
        </Button>
      )}
      <Button kind="quiet" onClick={onSkip}>
        {t("check_skip")}
      </Button>
    </div>
  );
}

export function CheckScreen() {
  const { t } = useLanguage();
  const { journey, local } = useApp();
  const { channel, busy, error } = useStore(journey.state, (state) => state);
  const media = useStore(local.state, (state) => state);
  const { level, peak } = useLevel(media.audio.track);
  const light = useLight(media.video.track);
  const network = useNetworkCheck();
  const [speaker, setSpeaker] = useState<boolean | undefined>(undefined);
  const video = channel === "video";
  const open = () => void local.open({ audio: true, video });
  useEffect(open, [video]);
  const results = { media, peak, light, network, speaker };
  const problem = createErrorWord(error);
  return (
    <Card title={t("check_heading")} onBack={() => journey.back()}>
      <div class="stack">
        {video && <CameraPreview media={media} light={light} />}
        {video && media.video.failure && (
          <FailureHelp kind="video" failure={media.video.failure} onRetry={open} />
        )}
        {media.audio.failure && <FailureHelp kind="audio" failure={media.audio.failure} onRetry={open} />}
        <div class="check-rows">
          <MicrophoneRow media={media} level={level} peak={peak} />
          <SpeakerRow onResult={setSpeaker} />
          <NetworkRow network={network} />
        </div>
        {problem && <Banner kind="error">{t(problem)}</Banner>}
        <Button kind="primary" wide busy={busy} onClick={() => void journey.create(resultOf(results, false))}>
          {busy ? t("creating") : t("check_join")}
        </Button>
        <Alternatives media={media} onSkip={() => void journey.create(resultOf(results, true))} />
      </div>
    </Card>
  );
}
