// SPDX-License-Identifier: Apache-2.0
// Quality of the call, in a word on the stage and in figures behind it. Ours as this browser measures it; the
// customer's side as the server measures it.
import type { DirectionStats } from "@visavis/client-core";
import type { DirectionQuality, QualityWord } from "@visavis/protocol";
import { Icon } from "@visavis/ui";
import { Popover } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { mediaFlows } from "../console/media_view.ts";
import { useConsole } from "../console/state.ts";
import { percent } from "../lib/format.ts";
import css from "./quality.module.css";

interface Row {
  name: string;
  up: string;
  down: string;
}

const rate = (kbps: number | undefined) => (kbps === undefined ? "–" : `${Math.round(kbps)} kbit/s`);
const lost = (loss: number | undefined) => (loss === undefined ? "–" : percent(loss));
const size = (d: DirectionStats | undefined) =>
  d?.width ? `${d.width}×${d.height} · ${Math.round(d.fps)}/s` : "–";

const worse: QualityWord[] = ["good", "weak", "bad"];

function useRows(contactId: string): { word: QualityWord | undefined; rtt: number | undefined; rows: Row[] } {
  const { t } = useTranslation();
  const linked = useConsole((s) => s.link === "open");
  const said = useConsole((s) => s.quality[contactId]);
  const media = useConsole((s) => s.media[contactId]);
  // Figures from before a cut say nothing about now.
  const server = linked ? said : undefined;
  const own = media && (linked ? media.phase === "connected" : mediaFlows(media)) ? media.stats : undefined;
  const pick = (q: DirectionQuality | undefined, kind: "audio" | "video") => q?.[kind];
  const word = [own?.word, server?.word]
    .filter((w): w is QualityWord => !!w)
    .sort((a, b) => worse.indexOf(b) - worse.indexOf(a))[0];
  const rows: Row[] = [
    {
      name: t("quality.sound_rate"),
      up: rate(own?.up.audioKbps ?? pick(server?.up, "audio")?.kbps),
      down: rate(own?.down.audioKbps ?? pick(server?.down, "audio")?.kbps),
    },
    {
      name: t("quality.sound_loss"),
      up: lost(own?.up.audioLoss ?? pick(server?.up, "audio")?.loss),
      down: lost(own?.down.audioLoss ?? pick(server?.down, "audio")?.loss),
    },
    {
      name: t("quality.video_rate"),
      up: rate(own?.up.videoKbps ?? pick(server?.up, "video")?.kbps),
      down: rate(own?.down.videoKbps ?? pick(server?.down, "video")?.kbps),
    },
    {
      name: t("quality.video_loss"),
      up: lost(own?.up.videoLoss ?? pick(server?.up, "video")?.loss),
      down: lost(own?.down.videoLoss ?? pick(server?.down, "video")?.loss),
    },
    { name: t("quality.picture"), up: size(own?.up), down: size(own?.down) },
  ];
  return { word, rtt: own?.rttMs || server?.rtt_ms, rows };
}

function Figures({ rows, rtt }: { rows: Row[]; rtt: number | undefined }) {
  const { t } = useTranslation();
  return (
    <table className={css.table}>
      <caption className="vv-visually-hidden">{t("quality.title")}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col">{t("quality.sent")}</th>
          <th scope="col">{t("quality.received")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name}>
            <th scope="row">{row.name}</th>
            <td>{row.up}</td>
            <td>{row.down}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">{t("quality.round_trip")}</th>
          <td colSpan={2}>{rtt === undefined ? "–" : `${Math.round(rtt)} ms`}</td>
        </tr>
      </tbody>
    </table>
  );
}

export function QualityChip({ contactId }: { contactId: string }) {
  const { t } = useTranslation();
  const { word, rtt, rows } = useRows(contactId);
  const [open, setOpen] = useState(false);
  if (!word) return <span className={css.space} />;
  return (
    <Popover
      trigger="click"
      open={open}
      onOpenChange={setOpen}
      placement="bottomLeft"
      title={t("quality.title")}
      content={
        <>
          <p className={css.advice}>{t(`quality.${word}_text`)}</p>
          <Figures rows={rows} rtt={rtt} />
        </>
      }
    >
      <button
        type="button"
        className={css.chip}
        data-word={word}
        aria-expanded={open}
        onKeyDown={(event) => event.key === "Escape" && setOpen(false)}
      >
        <Icon name="signal" size={16} />
        {t(`quality.${word}`)}
      </button>
    </Popover>
  );
}
