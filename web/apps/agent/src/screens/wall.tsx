// SPDX-License-Identifier: Apache-2.0
// Supervisor: who waits, who is in which state, which calls run.
import type { AgentView, ContactView, Kpi, QueueRow, Wall as WallData } from "@visavis/protocol";
import { Table, Tag } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useAnswerGoal } from "../console/queries.ts";
import { act, customerName, talkSince, useConsole } from "../console/state.ts";
import { clock, localName, percent, waitLevel } from "../lib/format.ts";
import { ChannelMark, Empty, ScrollBox, Skeleton, Timer, WaitTime } from "../parts/parts.tsx";
import { StateDot, stateLabel } from "./presence_menu.tsx";
import css from "./wall.module.css";

const TONES = { fresh: undefined, long: "warn", late: "bad" } as const;
/** What is aimed at: four of five answered in time. */
const LEVEL_GOAL = 0.8;
const LEVEL_BAD = 0.6;

interface TileProps {
  name: string;
  value: string;
  /** What the figure means, or what is aimed at. */
  note?: string;
  tone?: "warn" | "bad" | undefined;
}

function Tile({ name, value, note, tone }: TileProps) {
  return (
    <div className={css.tile} data-tone={tone}>
      <dt>{name}</dt>
      <dd className="vv-tabular">{value}</dd>
      {note && <dd className={css.tileNote}>{note}</dd>}
    </div>
  );
}

function Tiles({ kpi }: { kpi: Kpi }) {
  const { t } = useTranslation();
  const wait = kpi.longest_wait_s * 1000;
  const goal = useAnswerGoal();
  const level = kpi.service_level;
  return (
    <dl className={css.tiles} aria-label={t("wall.figures")}>
      <Tile name={t("wall.waiting")} value={String(kpi.waiting)} />
      <Tile
        name={t("wall.longest")}
        value={clock(wait)}
        note={t("wall.longest_note", { seconds: goal })}
        tone={TONES[waitLevel(wait, goal * 1000)]}
      />
      <Tile
        name={t("wall.level")}
        value={percent(level)}
        note={t("wall.level_note", { seconds: goal, share: percent(LEVEL_GOAL) })}
        tone={level < LEVEL_BAD ? "bad" : level < LEVEL_GOAL ? "warn" : undefined}
      />
      <Tile name={t("wall.abandoned")} value={String(kpi.abandoned_today)} />
      <Tile name={t("wall.ready")} value={String(kpi.ready)} />
      <Tile name={t("wall.in_call")} value={String(kpi.in_call)} />
    </dl>
  );
}

function Waiting({ rows }: { rows: QueueRow[] }) {
  const { t, i18n } = useTranslation();
  if (rows.length === 0) return <Empty icon="people" title={t("queue.empty")} />;
  return (
    <ScrollBox label={t("wall.waiting_now")}>
      <Table<QueueRow>
        size="small"
        pagination={false}
        rowKey="contact_id"
        dataSource={rows}
        columns={[
          {
            title: t("wall.customer"),
            render: (_, row) => (
              <span className={css.cell}>
                <ChannelMark channel={row.channel} />
                {row.name || t("contact.unnamed")}
                {row.vip && <Tag className={css.vip}>VIP</Tag>}
              </span>
            ),
          },
          { title: t("customer.topic"), render: (_, row) => localName(row.topic.name, i18n.language) },
          { title: t("wall.wait"), render: (_, row) => <WaitTime since={row.waiting_since_at} /> },
        ]}
      />
    </ScrollBox>
  );
}

function Agents({ agents }: { agents: AgentView[] }) {
  const { t } = useTranslation();
  if (agents.length === 0) return <Empty icon="headset" title={t("wall.no_agents")} />;
  return (
    <ScrollBox label={t("wall.agents")}>
      <Table<AgentView>
        size="small"
        pagination={false}
        rowKey="user_id"
        dataSource={agents}
        columns={[
          { title: t("wall.agent"), dataIndex: "name" },
          {
            title: t("wall.state"),
            render: (_, agent) => (
              <span className={css.cell}>
                <StateDot state={agent.call ? "call" : agent.state} />
                {agent.call ? t("presence.in_call") : stateLabel(t, agent)}
              </span>
            ),
          },
          {
            title: t("wall.since"),
            render: (_, agent) => (agent.since_at > 0 ? <Timer since={agent.since_at} /> : "–"),
          },
          { title: t("wall.chats"), dataIndex: "chats" },
        ]}
      />
    </ScrollBox>
  );
}

function agentNames(contact: ContactView): string {
  return contact.participants
    .filter((p) => p.role === "agent")
    .map((p) => p.name)
    .join(", ");
}

function Calls({ calls }: { calls: ContactView[] }) {
  const { t, i18n } = useTranslation();
  if (calls.length === 0) return <Empty icon="phone" title={t("wall.no_calls")} />;
  return (
    <ScrollBox label={t("wall.calls")}>
      <Table<ContactView>
        size="small"
        pagination={false}
        rowKey="id"
        dataSource={calls}
        columns={[
          {
            title: t("wall.customer"),
            render: (_, c) => (
              <span className={css.cell}>
                <ChannelMark channel={c.channel} />
                {customerName(c)}
              </span>
            ),
          },
          { title: t("wall.agent"), render: (_, c) => agentNames(c) },
          { title: t("customer.topic"), render: (_, c) => localName(c.topic.name, i18n.language) },
          {
            title: t("wall.duration"),
            render: (_, c) => (
              <span className={css.cell}>
                <Timer since={talkSince(c)} />
                {c.hold.on && <Tag className={css.hold}>{t("mine.hold")}</Tag>}
                {c.grace_until_at && <Tag className={css.hold}>{t("mine.gone")}</Tag>}
              </span>
            ),
          },
        ]}
      />
    </ScrollBox>
  );
}

function Panels({ wall }: { wall: WallData }) {
  const { t } = useTranslation();
  return (
    <>
      <Tiles kpi={wall.kpi} />
      <div className={css.panels}>
        <section className={css.panel} aria-labelledby="wall-calls">
          <h2 id="wall-calls">{t("wall.calls")}</h2>
          <Calls calls={wall.calls} />
        </section>
        <section className={css.panel} aria-labelledby="wall-waiting">
          <h2 id="wall-waiting">{t("wall.waiting_now")}</h2>
          <Waiting rows={wall.waiting} />
        </section>
        <section className={css.panel} aria-labelledby="wall-agents">
          <h2 id="wall-agents">{t("wall.agents")}</h2>
          <Agents agents={wall.agents} />
        </section>
      </div>
    </>
  );
}

export default function Wall() {
  const { t } = useTranslation();
  const wall = useConsole((s) => s.wall);
  useEffect(() => {
    act().watchWall(true);
    return () => act().watchWall(false);
  }, []);
  return (
    <main className={css.page}>
      <h1>{t("wall.title")}</h1>
      {wall ? <Panels wall={wall} /> : <Skeleton rows={4} height={88} />}
    </main>
  );
}
