// SPDX-License-Identifier: Apache-2.0
import type { AgentStateChange, AgentView } from "@visavis/protocol";
import { Icon } from "@visavis/ui";
import { App, Button, Dropdown, type MenuProps } from "antd";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { runningCall, talkSince, useConsole } from "../console/state.ts";
import { useCommand } from "../console/use_command.ts";
import { Timer } from "../parts/parts.tsx";
import css from "./shell.module.css";

const reasons = ["lunch", "training", "meeting", "other"] as const;

export function stateLabel(t: TFunction, agent: Pick<AgentView, "state" | "reason">): string {
  if (agent.state === "break" && agent.reason) return t(`break.${agent.reason}`);
  return t(`presence.${agent.state}`);
}

/** `className`: what a menu gives its icons. */
export function StateDot({
  state,
  className = "",
}: {
  state: AgentView["state"] | "call";
  className?: string;
}) {
  return <span aria-hidden="true" className={`${css.dot} ${className}`} data-state={state} />;
}

export function PresenceMenu({ agent }: { agent: AgentView }) {
  const { t } = useTranslation();
  const { run, busy } = useCommand();
  const { message } = App.useApp();
  const call = useConsole(runningCall);
  const change = async (data: AgentStateChange) => {
    const done = (await run("agent.state", data)) !== undefined;
    // What was chosen shows only once the contact or its wrap-up is over: it must be said now that it was taken.
    if (done && (call || agent.state === "wrapup"))
      message.success(t("presence.later", { state: stateLabel(t, data) }));
  };
  const items: MenuProps["items"] = [
    {
      key: "ready",
      icon: <StateDot state="ready" />,
      label: t("presence.ready"),
      onClick: () => void change({ state: "ready" }),
    },
    {
      type: "group",
      label: t("presence.break"),
      children: reasons.map((reason) => ({
        key: reason,
        icon: <StateDot state="break" />,
        label: t(`break.${reason}`),
        onClick: () => void change({ state: "break", reason }),
      })),
    },
    { type: "divider" },
    {
      key: "offline",
      icon: <StateDot state="offline" />,
      label: t("presence.offline"),
      onClick: () => void change({ state: "offline" }),
    },
  ];
  // 0 where the server has never heard of a state.
  const since = call ? talkSince(call) : agent.since_at;
  const next = call && agent.state !== "ready" ? t("presence.next", { state: stateLabel(t, agent) }) : "";
  const word = call ? t("presence.in_call") : stateLabel(t, agent);
  return (
    <Dropdown menu={{ items, selectedKeys: [agent.reason ?? agent.state] }} trigger={["click"]}>
      <Button className={css.presence} loading={busy}>
        <StateDot state={call ? "call" : agent.state} />
        <span className="vv-visually-hidden">{t("presence.label")}</span>
        <span className={css.presenceWord}>{word}</span>
        {next && <span className={css.presenceTime}>{next}</span>}
        {since > 0 && (
          <span className={css.presenceTime}>
            <Timer since={since} />
          </span>
        )}
        <Icon name="down" size={14} />
      </Button>
    </Dropdown>
  );
}
