// SPDX-License-Identifier: Apache-2.0
import type { AgentView, ContactView } from "@visavis/protocol";
import { App, Button, Form, Input, Radio, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useConfig } from "../console/queries.ts";
import { customerName, useConsole } from "../console/state.ts";
import { openDialog } from "../console/ui.ts";
import { useCommand } from "../console/use_command.ts";
import { localName } from "../lib/format.ts";
import { Avatar } from "../parts/avatar.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Empty, Skeleton } from "../parts/parts.tsx";
import { StateDot, stateLabel } from "../screens/presence_menu.tsx";
import css from "./dialogs.module.css";

/** Whether someone can be rung now: free for a call, or with room for another chat. */
export function canTake(agent: AgentView, channel: ContactView["channel"]): boolean {
  if (agent.state !== "ready") return false;
  return channel === "chat" || !agent.call;
}

export function AgentChoices({ agents, channel }: { agents: AgentView[]; channel: ContactView["channel"] }) {
  const { t } = useTranslation();
  const sorted = [...agents].sort((a, b) => Number(canTake(b, channel)) - Number(canTake(a, channel)));
  return sorted.map((agent) => (
    <Radio
      key={agent.user_id}
      value={agent.user_id}
      disabled={!canTake(agent, channel)}
      className={css.choice}
    >
      <span className={css.choiceBody}>
        <Avatar name={agent.name} size={24} />
        <span className={css.choiceName}>{agent.name}</span>
        <StateDot state={agent.call ? "call" : agent.state} />
        <span className={css.choiceMore}>{agent.call ? t("presence.in_call") : stateLabel(t, agent)}</span>
      </span>
    </Radio>
  ));
}

export function useColleagues(): AgentView[] {
  const me = useConsole((s) => s.me?.id);
  const agents = useConsole((s) => s.agents);
  return agents.filter((a) => a.user_id !== me && a.state !== "offline");
}

function Targets({ kind, contact }: { kind: "queue" | "agent"; contact: ContactView }) {
  const { t, i18n } = useTranslation();
  const config = useConfig();
  const colleagues = useColleagues();
  if (kind === "agent") {
    if (colleagues.length === 0)
      return <Empty icon="people" title={t("transfer.no_agents")} text={t("transfer.no_agents_text")} />;
    return (
      <Form.Item name="target" rules={[{ required: true, message: t("transfer.choose") }]}>
        <Radio.Group className={css.choices} aria-label={t("transfer.to_agent")}>
          <AgentChoices agents={colleagues} channel={contact.channel} />
        </Radio.Group>
      </Form.Item>
    );
  }
  if (config.isLoading) return <Skeleton rows={3} height={40} />;
  const queues = (config.data?.queues ?? []).filter(
    (q) => q.open !== false && q.channels.includes(contact.channel),
  );
  return (
    <Form.Item name="target" rules={[{ required: true, message: t("transfer.choose") }]}>
      <Radio.Group className={css.choices} aria-label={t("transfer.to_queue")}>
        {queues.map((queue) => (
          <Radio key={queue.id} value={queue.id} className={css.choice}>
            {localName(queue.name, i18n.language)}
          </Radio>
        ))}
      </Radio.Group>
    </Form.Item>
  );
}

export function TransferDialog({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { run, busy } = useCommand();
  const [kind, setKind] = useState<"queue" | "agent">("queue");
  const [form] = Form.useForm<{ target: string; note?: string }>();
  const send = async ({ target, note }: { target: string; note?: string }) => {
    const to = kind === "queue" ? { queue_id: target } : { user_id: target };
    const done = await run("contact.transfer", {
      contact_id: contact.id,
      to,
      note: note?.trim() || undefined,
    });
    if (!done) return;
    message.success(t(kind === "queue" ? "transfer.done" : "transfer.ringing"));
    openDialog(undefined);
  };
  return (
    <Dialog
      title={t("transfer.title", { name: customerName(contact) })}
      footer={
        <>
          <Button onClick={() => openDialog(undefined)}>{t("common.cancel")}</Button>
          <Button type="primary" loading={busy} onClick={() => form.submit()}>
            {t("transfer.send")}
          </Button>
        </>
      }
    >
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(f) => void send(f)}>
        <Segmented<"queue" | "agent">
          block
          className={css.segments}
          aria-label={t("control.transfer")}
          value={kind}
          onChange={(value) => {
            setKind(value);
            form.setFieldValue("target", undefined);
          }}
          options={[
            { value: "queue", label: t("transfer.to_queue") },
            { value: "agent", label: t("transfer.to_agent") },
          ]}
        />
        <Targets kind={kind} contact={contact} />
        <Form.Item name="note" label={t("transfer.note")} extra={t("transfer.note_hint")}>
          <Input.TextArea rows={3} maxLength={1000} />
        </Form.Item>
      </Form>
    </Dialog>
  );
}
