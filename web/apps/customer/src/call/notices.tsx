// SPDX-License-Identifier: Apache-2.0
import type { CustomerState, MediaProblem, MediaState } from "@visavis/client-core";
import { useApp, useEverySecond, useLanguage, useStore } from "../hooks.ts";
import { spokenTime } from "../i18n/index.ts";
import { Banner } from "../parts/controls.tsx";
import { failureFix, failureTitle } from "../screens/errors.ts";
import { agentOf } from "./people.ts";

/** A dip shorter than this is not worth a word. */
const QUIET_MS = 800;

/** The worst problem first; one at a time is enough. */
const ORDER: readonly MediaProblem[] = [
  "silent_microphone",
  "remote_audio_missing",
  "video_paused",
  "frozen_camera",
  "remote_video_missing",
];

function ConnectionNotice({ state, media }: { state: CustomerState; media: MediaState | undefined }) {
  const { t } = useLanguage();
  const { connection, contact, graceMs = 0 } = state;
  const down = connection.phase === "reconnecting" || connection.phase === "connecting";
  const agent = agentOf(contact);
  const gone = contact?.state === "active" && agent !== undefined && !agent.present;
  const interrupted = media?.phase === "reconnecting" || media?.phase === "failed";
  useEverySecond(down || gone || interrupted);
  const now = Date.now();
  const left = (since: number) => spokenTime(t, Math.max(0, graceMs - (now - since)) / 1000);
  if (down) {
    if (now - connection.since < QUIET_MS) return null;
    // Media goes its own way: often only the line for words and commands is down.
    const text = media?.phase === "connected" ? "call_reconnecting_line" : "call_reconnecting_text";
    return (
      <Banner kind="warning">
        <strong>{t("call_reconnecting")}</strong>
        <span>{t(text, { time: left(connection.since) })}</span>
      </Banner>
    );
  }
  if (gone) {
    const until = contact.grace_until_at ?? (agent.gone_since_at ?? now) + graceMs;
    const time = spokenTime(t, Math.max(0, until - (now + connection.clockOffset)) / 1000);
    return <Banner kind="warning">{t("call_other_gone", { name: agent.name, time })}</Banner>;
  }
  if (!interrupted || now - (media?.since ?? now) < QUIET_MS) return null;
  const failed = media?.phase === "failed";
  return (
    <Banner kind={failed ? "error" : "warning"}>
      {t(failed ? "call_media_failed" : "call_media_reconnecting")}
    </Banner>
  );
}

function DeviceNotices({ channel }: { channel: string }) {
  const { t } = useLanguage();
  const { local } = useApp();
  const { notice, audio, video } = useStore(local.state, (state) => state);
  if (channel === "chat") return null;
  const kind = audio.failure
    ? "audio"
    : channel === "video" && video.failure && !video.muted
      ? "video"
      : undefined;
  if (kind) {
    const failure = kind === "audio" ? audio.failure : video.failure;
    const device = t(kind === "audio" ? "device_microphone" : "device_camera");
    if (failure)
      return (
        <Banner
          kind="warning"
          action={{ label: t("retry"), onClick: () => void local.open({ [kind]: true }) }}
          onClose={kind === "video" ? () => void local.mute("video", true) : undefined}
        >
          <strong>{t(failureTitle(kind, failure))}</strong>
          <span>{t(failureFix(failure, navigator.userAgent), { device })}</span>
        </Banner>
      );
  }
  if (!notice) return null;
  const label = notice.label || t("notice_speaker_default");
  return (
    <Banner kind="info" onClose={() => local.clearNotice()}>
      {t(`notice_${notice.code}`, { label })}
    </Banner>
  );
}

/** What the customer should know now, above the picture; the most important thing only, per source. */
export function Notices({ state, media }: { state: CustomerState; media: MediaState | undefined }) {
  const { t } = useLanguage();
  const connected = media?.phase === "connected" && state.connection.phase === "open";
  const problem = connected ? ORDER.find((each) => media?.problems.includes(each)) : undefined;
  const name = agentOf(state.contact)?.name ?? t("agent");
  return (
    <div class="notices">
      <ConnectionNotice state={state} media={media} />
      <DeviceNotices channel={state.contact?.channel ?? "chat"} />
      {problem && <Banner kind="warning">{t(`problem_${problem}`, { name })}</Banner>}
    </div>
  );
}
