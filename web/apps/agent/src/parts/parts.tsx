// SPDX-License-Identifier: Apache-2.0
// Small pieces used by several screens.
import type { Channel } from "@visavis/protocol";
import { Icon, type IconName } from "@visavis/ui";
import { Tooltip } from "antd";
import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAnswerGoal } from "../console/queries.ts";
import { clock, waitLevel } from "../lib/format.ts";
import { useNow } from "../lib/now.ts";
import css from "./parts.module.css";

export const channelIcon: Record<Channel, IconName> = { chat: "chat", audio: "phone", video: "camera" };

export function ChannelMark({ channel, size = 16 }: { channel: Channel; size?: number }) {
  const { t } = useTranslation();
  return (
    <span
      className={css.channel}
      role="img"
      aria-label={t(`channel.${channel}`)}
      title={t(`channel.${channel}`)}
    >
      <Icon name={channelIcon[channel]} size={size} />
    </span>
  );
}

/** How long someone has waited: in figures, in colour and, past the first step, in a word. */
export function WaitTime({ since }: { since: number }) {
  const { t } = useTranslation();
  const waited = useNow() - since;
  const goal = useAnswerGoal();
  const level = waitLevel(waited, goal * 1000);
  return (
    <span
      className={css.wait}
      data-level={level}
      title={level === "fresh" ? undefined : t("wait.goal", { seconds: goal })}
    >
      <span className="vv-tabular">{clock(waited)}</span>
      {level !== "fresh" && <span className={css.waitWord}>{t(`wait.${level}`)}</span>}
    </span>
  );
}

export function Timer({ since }: { since: number }) {
  return <span className="vv-tabular">{clock(useNow() - since)}</span>;
}

interface RingProps {
  from: number;
  until: number;
  size?: number;
  children?: ReactNode;
}

/** A ring that empties, with the seconds left inside; the number is hidden from readers, the card says it. */
export function CountdownRing({ from, until, size = 44, children }: RingProps) {
  const left = Math.max(0, until - useNow());
  const share = Math.min(1, left / Math.max(1, until - from));
  const r = size / 2 - 3;
  const round = 2 * Math.PI * r;
  return (
    <span className={css.ring} data-low={left < 5000}>
      <svg aria-hidden="true" width={size} height={size}>
        <circle className={css.ringTrack} cx={size / 2} cy={size / 2} r={r} />
        <circle
          className={css.ringLeft}
          cx={size / 2}
          cy={size / 2}
          r={r}
          strokeDasharray={round}
          strokeDashoffset={round * (1 - share)}
        />
      </svg>
      <span className={css.ringText}>{children ?? Math.ceil(left / 1000)}</span>
    </span>
  );
}

interface BannerProps {
  kind: "info" | "warning" | "error";
  icon?: IconName;
  children: ReactNode;
  action?: ReactNode;
  live?: "polite" | "assertive";
}

export function Banner({ kind, icon, children, action, live }: BannerProps) {
  const fallback: IconName = kind === "info" ? "info" : "warning";
  return (
    <div
      className={css.banner}
      data-kind={kind}
      role={live === "assertive" ? "alert" : live ? "status" : undefined}
    >
      <Icon name={icon ?? fallback} size={18} />
      <div className={css.bannerText}>{children}</div>
      {action && <div className={css.bannerAction}>{action}</div>}
    </div>
  );
}

interface EmptyProps {
  icon: IconName;
  title: string;
  text?: string;
  action?: ReactNode;
}

export function Empty({ icon, title, text, action }: EmptyProps) {
  return (
    <div className={css.empty}>
      <span className={css.emptyMark}>
        <Icon name={icon} size={24} />
      </span>
      <p className={css.emptyTitle}>{title}</p>
      {text && <p className={css.emptyText}>{text}</p>}
      {action}
    </div>
  );
}

interface IconButtonProps {
  icon: IconName;
  label: string;
  onClick: () => void;
  pressed?: boolean;
  shortcut?: string;
  disabled?: boolean;
  badge?: number;
}

/** Quiet square button of the bars; the label is its name and its tooltip. */
export function IconButton({ icon, label, onClick, pressed, shortcut, disabled, badge }: IconButtonProps) {
  return (
    <Tooltip title={shortcut ? `${label} (${shortcut})` : label} mouseEnterDelay={0.4}>
      <button
        type="button"
        className={css.iconButton}
        aria-label={label}
        aria-pressed={pressed}
        disabled={disabled}
        onClick={onClick}
      >
        <Icon name={icon} />
        {badge ? <span className={css.badge}>{badge}</span> : null}
      </button>
    </Tooltip>
  );
}

/** Grey bars in the shape of what comes, only once loading has lasted 200 ms. */
export function Skeleton({ rows = 3, height = 64 }: { rows?: number; height?: number }) {
  const { t } = useTranslation();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" aria-label={t("common.loading")} className={css.skeleton} data-late={late}>
      {Array.from({ length: rows }, (_, i) => i).map((row) => (
        <div key={row} className={css.skeletonRow} style={{ height }} />
      ))}
    </div>
  );
}

/** Lets a wide table scroll by itself, reachable by keyboard, instead of the whole page. */
export function ScrollBox({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className={css.scrollBox} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
