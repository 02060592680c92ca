// SPDX-License-Identifier: Apache-2.0
// Administration, first version: people and queues, listed and added.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { UserView } from "@visavis/protocol";
import { Icon } from "@visavis/ui";
import { App, Button, Form, Input, InputNumber, Select, Table, Tag } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { type QueueInfo, useQueues, useUsers } from "../console/queries.ts";
import { rest } from "../console/rest.ts";
import { localName } from "../lib/format.ts";
import { problemText } from "../lib/problem_text.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Banner, ScrollBox, Skeleton } from "../parts/parts.tsx";
import css from "./wall.module.css";

interface Loaded<T> {
  data: T[] | undefined;
  error: unknown;
  isLoading: boolean;
  refetch: () => unknown;
}

function Listed<T extends object>({
  query,
  children,
}: {
  query: Loaded<T>;
  children: (rows: T[]) => ReactNode;
}) {
  const { t } = useTranslation();
  if (query.isLoading) return <Skeleton rows={3} height={40} />;
  if (query.error) {
    return (
      <Banner
        kind="error"
        live="polite"
        action={
          <Button size="small" onClick={() => void query.refetch()}>
            {t("common.retry")}
          </Button>
        }
      >
        {problemText(query.error)}
      </Banner>
    );
  }
  return children(query.data ?? []);
}

function useAdd<T>(path: string, key: string, onDone: () => void) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: T) => rest.call("POST", path, { body }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: [key] });
      message.success(t("admin.added"));
      onDone();
    },
    onError: (error) => message.error(problemText(error)),
  });
}

interface DialogProps {
  title: string;
  busy: boolean;
  onClose: () => void;
  onSave: () => void;
  children: ReactNode;
}

function AddModal({ title, busy, onClose, onSave, children }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="primary" loading={busy} onClick={onSave}>
            {t("admin.save")}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}

interface NewUser {
  login: string;
  name: string;
  password: string;
  roles: string[];
  skills: string[];
}

function AddUser({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<NewUser>();
  const add = useAdd<NewUser>("/users", "users", onClose);
  const needed = [{ required: true, message: t("common.required") }];
  return (
    <AddModal title={t("admin.add_user")} busy={add.isPending} onClose={onClose} onSave={() => form.submit()}>
      <Form<NewUser>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ roles: ["agent"], skills: [] }}
        onFinish={(user) => add.mutate(user)}
      >
        <Form.Item name="name" label={t("admin.name")} rules={needed}>
          <Input maxLength={80} autoComplete="off" />
        </Form.Item>
        <Form.Item name="login" label={t("session.login")} rules={needed}>
          <Input maxLength={80} autoComplete="off" spellCheck={false} />
        </Form.Item>
        <Form.Item
          name="password"
          label={t("session.password")}
          extra={t("admin.password_hint")}
          rules={[{ required: true, min: 12, message: t("admin.password_hint") }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item name="roles" label={t("admin.roles")} rules={needed}>
          <Select
            mode="multiple"
            options={(["agent", "supervisor", "admin"] as const).map((value) => ({
              value,
              label: t(`role.${value}`),
            }))}
          />
        </Form.Item>
        <Form.Item name="skills" label={t("admin.skills")} extra={t("admin.skills_hint")}>
          <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", " ", "，"]} />
        </Form.Item>
      </Form>
    </AddModal>
  );
}

interface QueueForm {
  zh: string;
  en: string;
  skills: string[];
  channels: string[];
  priority: number;
  max_wait_s: number;
}

function AddQueue({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<QueueForm>();
  const add = useAdd<object>("/queues", "queues", onClose);
  const needed = [{ required: true, message: t("common.required") }];
  const save = ({ zh, en, ...rest }: QueueForm) => add.mutate({ ...rest, name: { "zh-CN": zh, en } });
  return (
    <AddModal
      title={t("admin.add_queue")}
      busy={add.isPending}
      onClose={onClose}
      onSave={() => form.submit()}
    >
      <Form<QueueForm>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ skills: [], channels: ["chat", "audio", "video"], priority: 0, max_wait_s: 600 }}
        onFinish={save}
      >
        <Form.Item name="zh" label={t("admin.name_zh")} rules={needed}>
          <Input maxLength={80} lang="zh-CN" />
        </Form.Item>
        <Form.Item name="en" label={t("admin.name_en")} rules={needed}>
          <Input maxLength={80} lang="en" />
        </Form.Item>
        <Form.Item name="channels" label={t("admin.channels")} rules={needed}>
          <Select
            mode="multiple"
            options={(["chat", "audio", "video"] as const).map((value) => ({
              value,
              label: t(`channel.${value}`),
            }))}
          />
        </Form.Item>
        <Form.Item name="skills" label={t("admin.skills")} extra={t("admin.skills_hint")}>
          <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", " ", "，"]} />
        </Form.Item>
        <Form.Item name="priority" label={t("admin.priority")} extra={t("admin.priority_hint")}>
          <InputNumber min={0} max={100} />
        </Form.Item>
        <Form.Item name="max_wait_s" label={t("admin.max_wait")}>
          <InputNumber min={0} max={86_400} />
        </Form.Item>
      </Form>
    </AddModal>
  );
}

function Words({ words }: { words: readonly string[] | undefined }) {
  return (words ?? []).map((word) => <Tag key={word}>{word}</Tag>);
}

function Users() {
  const { t } = useTranslation();
  const users = useUsers();
  const [adding, setAdding] = useState(false);
  return (
    <section className={css.panel} aria-labelledby="admin-users">
      <div className={css.head}>
        <h2 id="admin-users">{t("admin.users")}</h2>
        <Button icon={<Icon name="plus" size={16} />} onClick={() => setAdding(true)}>
          {t("admin.add_user")}
        </Button>
      </div>
      <Listed<UserView> query={users}>
        {(rows) => (
          <ScrollBox label={t("admin.users")}>
            <Table<UserView>
              size="small"
              rowKey="id"
              dataSource={rows}
              pagination={rows.length > 20 ? { pageSize: 20 } : false}
              columns={[
                { title: t("admin.name"), dataIndex: "name" },
                { title: t("session.login"), dataIndex: "login" },
                {
                  title: t("admin.roles"),
                  render: (_, u) => <Words words={u.roles.map((role) => t(`role.${role}`))} />,
                },
                { title: t("admin.skills"), render: (_, u) => <Words words={u.skills} /> },
              ]}
            />
          </ScrollBox>
        )}
      </Listed>
      {adding && <AddUser onClose={() => setAdding(false)} />}
    </section>
  );
}

function Queues() {
  const { t, i18n } = useTranslation();
  const queues = useQueues();
  const [adding, setAdding] = useState(false);
  return (
    <section className={css.panel} aria-labelledby="admin-queues">
      <div className={css.head}>
        <h2 id="admin-queues">{t("admin.queues")}</h2>
        <Button icon={<Icon name="plus" size={16} />} onClick={() => setAdding(true)}>
          {t("admin.add_queue")}
        </Button>
      </div>
      <Listed<QueueInfo> query={queues}>
        {(rows) => (
          <ScrollBox label={t("admin.queues")}>
            <Table<QueueInfo>
              size="small"
              rowKey="id"
              dataSource={rows}
              pagination={false}
              columns={[
                { title: t("admin.name"), render: (_, q) => localName(q.name, i18n.language) },
                {
                  title: t("admin.channels"),
                  render: (_, q) => <Words words={q.channels.map((c) => t(`channel.${c}`))} />,
                },
                { title: t("admin.skills"), render: (_, q) => <Words words={q.skills} /> },
                { title: t("admin.priority"), dataIndex: "priority" },
                { title: t("admin.max_wait"), dataIndex: "max_wait_s" },
              ]}
            />
          </ScrollBox>
        )}
      </Listed>
      {adding && <AddQueue onClose={() => setAdding(false)} />}
    </section>
  );
}

export default function Admin() {
  const { t } = useTranslation();
  return (
    <main className={css.page}>
      <h1>{t("nav.admin")}</h1>
      <div className={css.stack}>
        <Users />
        <Queues />
      </div>
    </main>
  );
}
