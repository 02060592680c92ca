// SPDX-License-Identifier: Apache-2.0
import type { Channel, Purpose } from "@visavis/protocol";
import { Form, Input, InputNumber, Select, Switch, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type QueueInfo, useCompany, useQueues } from "../console/queries.ts";
import { clock, localName } from "../lib/format.ts";
import { EditButton, itemOf, Panel, SaveDialog, SkillsField, useSave, Words } from "./admin_parts.tsx";
import css from "./wall.module.css";

const CHANNELS: readonly Channel[] = ["chat", "audio", "video"];

interface QueueFields {
  zh: string;
  en: string;
  skills: string[];
  channels: string[];
  priority: number;
  max_wait_s: number;
  required_purposes: Purpose[];
  open: boolean;
  overflow_queue_id?: string;
}

function fieldsOf(known: QueueInfo | undefined): Partial<QueueFields> {
  return {
    zh: known?.name["zh-CN"],
    en: known?.name.en,
    skills: known?.skills ?? [],
    channels: known?.channels ?? [...CHANNELS],
    priority: known?.priority ?? 0,
    max_wait_s: known?.max_wait_s ?? 600,
    required_purposes: known?.required_purposes ?? [],
    open: known?.open ?? true,
    overflow_queue_id: known?.overflow_queue_id || undefined,
  };
}

/** What is sent: of a known topic only what was changed. */
export function queueBody(fields: QueueFields, known: QueueInfo | undefined): object {
  const { zh, en, overflow_queue_id, ...rest } = fields;
  const now = {
    ...rest,
    name: { ...known?.name, "zh-CN": zh, en },
    overflow_queue_id: overflow_queue_id ?? "",
  };
  const before: Record<string, unknown> = { open: true, overflow_queue_id: "", ...known };
  const changed = Object.entries(now).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key]),
  );
  return Object.fromEntries(changed);
}

function Overflow({ others }: { others: readonly QueueInfo[] }) {
  const { t, i18n } = useTranslation();
  const options = others.map(({ id, name }) => ({ value: id, label: localName(name, i18n.language) }));
  return (
    <Form.Item name="overflow_queue_id" label={t("admin.overflow")} extra={t("admin.overflow_hint")}>
      <Select allowClear options={options} placeholder={t("admin.overflow_none")} />
    </Form.Item>
  );
}

/** Only what the company asks for can be required; what was required before can still be taken out. */
function RequiredPurposes({ known }: { known: readonly Purpose[] }) {
  const { t } = useTranslation();
  const company = useCompany();
  const asked = company.data?.purposes ?? [];
  const offered = [...new Set([...asked, ...known])];
  const nothing = company.data !== undefined && offered.length === 0;
  return (
    <Form.Item
      name="required_purposes"
      label={t("admin.required_purposes")}
      extra={t(nothing ? "admin.required_purposes_none" : "admin.required_purposes_hint")}
    >
      <Select
        mode="multiple"
        loading={company.isLoading}
        disabled={nothing}
        options={offered.map((value) => ({ value, label: t(`purpose.${value}`) }))}
      />
    </Form.Item>
  );
}

function Rules({ known, others }: { known: QueueInfo | undefined; others: readonly QueueInfo[] }) {
  const { t } = useTranslation();
  const needed = [{ required: true, message: t("common.required") }];
  return (
    <>
      <Form.Item name="priority" label={t("admin.priority")} extra={t("admin.priority_hint")} rules={needed}>
        <InputNumber min={-1000} max={1000} precision={0} />
      </Form.Item>
      <Form.Item
        name="max_wait_s"
        label={t("admin.max_wait")}
        extra={t("admin.max_wait_hint")}
        rules={needed}
      >
        <InputNumber min={0} max={86_400} precision={0} />
      </Form.Item>
      <Overflow others={others} />
      <RequiredPurposes known={known?.required_purposes ?? []} />
    </>
  );
}

interface DialogProps {
  known: QueueInfo | undefined;
  others: readonly QueueInfo[];
  onClose: () => void;
}

function QueueDialog({ known, others, onClose }: DialogProps) {
  const { t, i18n } = useTranslation();
  const [form] = Form.useForm<QueueFields>();
  const { busy, save } = useSave(itemOf("/queues", known?.id), "queues", onClose);
  const needed = [{ required: true, message: t("common.required") }];
  const name = known && localName(known.name, i18n.language);
  return (
    <SaveDialog
      title={name ? t("admin.edit_named", { name }) : t("admin.add_queue")}
      busy={busy}
      onClose={onClose}
      onSave={() => form.submit()}
    >
      <Form<QueueFields>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={fieldsOf(known)}
        onFinish={(fields) => save(queueBody(fields, known))}
      >
        <Form.Item name="zh" label={t("admin.name_zh")} rules={needed}>
          <Input maxLength={80} lang="zh-CN" />
        </Form.Item>
        <Form.Item name="en" label={t("admin.name_en")} rules={needed}>
          <Input maxLength={80} lang="en" />
        </Form.Item>
        <Form.Item name="open" label={t("admin.open")} valuePropName="checked" extra={t("admin.open_hint")}>
          <Switch />
        </Form.Item>
        <Form.Item name="channels" label={t("admin.channels")} rules={needed}>
          <Select
            mode="multiple"
            options={CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) }))}
          />
        </Form.Item>
        <SkillsField />
        <Rules known={known} others={others} />
      </Form>
    </SaveDialog>
  );
}

export function Queues() {
  const { t, i18n } = useTranslation();
  const queues = useQueues();
  const [edited, setEdited] = useState<QueueInfo | "new">();
  const known = edited === "new" ? undefined : edited;
  const nameOf = (queue: QueueInfo) => localName(queue.name, i18n.language);
  return (
    <>
      <Panel<QueueInfo>
        id="admin-queues"
        title={t("admin.queues")}
        add={t("admin.add_queue")}
        onAdd={() => setEdited("new")}
        query={queues}
      >
        {(rows) => (
          <Table<QueueInfo>
            size="small"
            rowKey="id"
            dataSource={rows}
            pagination={false}
            columns={[
              {
                title: t("admin.name"),
                render: (_, queue) => (
                  <span className={css.cell}>
                    {nameOf(queue)}
                    {queue.open === false && <Tag>{t("admin.closed")}</Tag>}
                  </span>
                ),
              },
              {
                title: t("admin.channels"),
                render: (_, queue) => <Words words={queue.channels.map((each) => t(`channel.${each}`))} />,
              },
              { title: t("admin.skills"), render: (_, queue) => <Words words={queue.skills} /> },
              { title: t("admin.priority"), dataIndex: "priority" },
              {
                title: t("wall.longest"),
                render: (_, queue) => (queue.max_wait_s ? clock(queue.max_wait_s * 1000) : "–"),
              },
              {
                title: <span className="vv-visually-hidden">{t("admin.edit")}</span>,
                align: "end",
                render: (_, queue) => <EditButton name={nameOf(queue)} onClick={() => setEdited(queue)} />,
              },
            ]}
          />
        )}
      </Panel>
      {edited && (
        <QueueDialog
          known={known}
          others={(queues.data ?? []).filter((queue) => queue.id !== known?.id)}
          onClose={() => setEdited(undefined)}
        />
      )}
    </>
  );
}
