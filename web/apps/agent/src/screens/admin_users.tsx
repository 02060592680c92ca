// SPDX-License-Identifier: Apache-2.0
import { Form, Input, InputNumber, Select, Switch, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type QueueInfo, type UserInfo, useQueues, useUsers } from "../console/queries.ts";
import { useConsole } from "../console/state.ts";
import { EditButton, itemOf, Panel, SaveDialog, SkillsField, useSave, Words } from "./admin_parts.tsx";
import css from "./wall.module.css";

const ROLES = ["agent", "supervisor", "admin"] as const;

interface UserFields {
  login: string;
  name: string;
  password?: string;
  roles: string[];
  skills: string[];
  languages?: string[];
  max_chats?: number;
  /** May sign in. */
  active?: boolean;
}

/** What is sent: of a known person only what was changed, so that two administrators do not undo each other's work. */
export function userBody(fields: UserFields, known: UserInfo | undefined): object {
  const { active, password, login, ...rest } = fields;
  if (!known) return { ...rest, login, password };
  const now: Record<string, unknown> = { ...rest, disabled: active === false };
  const before: Record<string, unknown> = { ...known, disabled: known.disabled ?? false };
  const changed = Object.entries(now).filter(
    ([key, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(before[key]),
  );
  return { ...Object.fromEntries(changed), ...(password ? { password } : {}) };
}

/** An agent to whom no topic is open gets no contact at all, which nobody would notice by themselves. */
export function fitsNoQueue(user: UserInfo, queues: readonly QueueInfo[]): boolean {
  if (user.disabled || !user.roles.includes("agent") || queues.length === 0) return false;
  return !queues.some((queue) => (queue.skills ?? []).every((skill) => user.skills.includes(skill)));
}

function Account({ known, own }: { known: UserInfo | undefined; own: boolean }) {
  const { t } = useTranslation();
  const password = t(known ? "admin.password_keep" : "admin.password_hint");
  return (
    <>
      <Form.Item
        name="login"
        label={t("session.login")}
        rules={[{ required: true, message: t("common.required") }]}
      >
        <Input maxLength={64} autoComplete="off" spellCheck={false} disabled={known !== undefined} />
      </Form.Item>
      <Form.Item
        name="password"
        label={t(known ? "admin.new_password" : "session.password")}
        extra={password}
        rules={[{ required: !known, min: 12, message: t("admin.password_hint") }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      {known && (
        <Form.Item
          name="active"
          label={t("admin.active")}
          valuePropName="checked"
          extra={t(own ? "admin.active_own" : "admin.active_hint")}
        >
          <Switch disabled={own} />
        </Form.Item>
      )}
    </>
  );
}

/** The pages' languages, and what a program has given this person besides. */
function languageChoices(known: UserInfo | undefined, t: (key: "language.zh" | "language.en") => string) {
  const offered = [
    { value: "zh-CN", label: t("language.zh") },
    { value: "en", label: t("language.en") },
  ];
  const others = (known?.languages ?? []).filter((tag) => !offered.some(({ value }) => value === tag));
  return [...offered, ...others.map((tag) => ({ value: tag, label: tag }))];
}

function UserDialog({ known, onClose }: { known: UserInfo | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<UserFields>();
  const { busy, save } = useSave(itemOf("/users", known?.id), "users", onClose);
  const own = useConsole((s) => s.me?.id === known?.id);
  const needed = [{ required: true, message: t("common.required") }];
  const first = known
    ? { ...known, active: !known.disabled }
    : { roles: ["agent"], skills: [], languages: [], max_chats: 4 };
  return (
    <SaveDialog
      title={known ? t("admin.edit_named", { name: known.name }) : t("admin.add_user")}
      busy={busy}
      onClose={onClose}
      onSave={() => form.submit()}
    >
      <Form<UserFields>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={first}
        onFinish={(fields) => save(userBody(fields, known))}
      >
        <Form.Item name="name" label={t("admin.name")} rules={needed}>
          <Input maxLength={80} autoComplete="off" />
        </Form.Item>
        <Account known={known} own={own} />
        <Form.Item name="roles" label={t("admin.roles")} rules={needed}>
          <Select mode="multiple" options={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))} />
        </Form.Item>
        <SkillsField />
        <Form.Item name="languages" label={t("admin.languages")} extra={t("admin.languages_hint")}>
          <Select mode="multiple" options={languageChoices(known, t)} />
        </Form.Item>
        <Form.Item
          name="max_chats"
          label={t("admin.max_chats")}
          extra={t("admin.max_chats_hint")}
          rules={needed}
        >
          <InputNumber min={0} max={20} precision={0} />
        </Form.Item>
      </Form>
    </SaveDialog>
  );
}

function Skills({ user, queues }: { user: UserInfo; queues: readonly QueueInfo[] }) {
  const { t } = useTranslation();
  return (
    <>
      <Words words={user.skills} />
      {fitsNoQueue(user, queues) && <span className={css.warn}>{t("admin.fits_no_queue")}</span>}
    </>
  );
}

export function Users() {
  const { t } = useTranslation();
  const users = useUsers();
  const queues = useQueues().data ?? [];
  const [edited, setEdited] = useState<UserInfo | "new">();
  return (
    <>
      <Panel<UserInfo>
        id="admin-users"
        title={t("admin.users")}
        add={t("admin.add_user")}
        onAdd={() => setEdited("new")}
        query={users}
      >
        {(rows) => (
          <Table<UserInfo>
            size="small"
            rowKey="id"
            dataSource={rows}
            pagination={rows.length > 20 ? { pageSize: 20 } : false}
            columns={[
              {
                title: t("admin.name"),
                render: (_, user) => (
                  <span className={css.cell}>
                    {user.name}
                    {user.disabled && <Tag>{t("admin.disabled")}</Tag>}
                  </span>
                ),
              },
              { title: t("session.login"), dataIndex: "login" },
              {
                title: t("admin.roles"),
                render: (_, user) => <Words words={user.roles.map((role) => t(`role.${role}`))} />,
              },
              { title: t("admin.skills"), render: (_, user) => <Skills user={user} queues={queues} /> },
              {
                title: <span className="vv-visually-hidden">{t("admin.edit")}</span>,
                align: "end",
                render: (_, user) => <EditButton name={user.name} onClick={() => setEdited(user)} />,
              },
            ]}
          />
        )}
      </Panel>
      {edited && (
        <UserDialog known={edited === "new" ? undefined : edited} onClose={() => setEdited(undefined)} />
      )}
    </>
  );
}
