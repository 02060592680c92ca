// SPDX-License-Identifier: Apache-2.0
import type { ContactView } from "@visavis/protocol";
import { App, Button, Form, Radio } from "antd";
import { useTranslation } from "react-i18next";
import { openDialog } from "../console/ui.ts";
import { useCommand } from "../console/use_command.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Empty } from "../parts/parts.tsx";
import css from "./dialogs.module.css";
import { AgentChoices, useColleagues } from "./transfer_dialog.tsx";

export function AddDialog({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { run, busy } = useCommand();
  const here = new Set(contact.participants.map((p) => p.user_id));
  const colleagues = useColleagues().filter((a) => !here.has(a.user_id));
  const [form] = Form.useForm<{ target: string }>();
  const add = async ({ target }: { target: string }) => {
    const done = await run("contact.add", { contact_id: contact.id, user_id: target });
    if (!done) return;
    message.success(t("add.ringing"));
    openDialog(undefined);
  };
  return (
    <Dialog
      title={t("add.title")}
      footer={
        <>
          <Button onClick={() => openDialog(undefined)}>{t("common.cancel")}</Button>
          {colleagues.length > 0 ? (
            <Button type="primary" loading={busy} onClick={() => form.submit()}>
              {t("add.ring")}
            </Button>
          ) : (
            <Button type="primary" onClick={() => openDialog("transfer")}>
              {t("add.instead")}
            </Button>
          )}
        </>
      }
    >
      {colleagues.length === 0 ? (
        <Empty icon="people" title={t("transfer.no_agents")} text={t("transfer.no_agents_text")} />
      ) : (
        <Form form={form} onFinish={(f) => void add(f)}>
          <p className={css.lead}>{t("add.text")}</p>
          <Form.Item name="target" rules={[{ required: true, message: t("add.choose") }]}>
            <Radio.Group className={css.choices} aria-label={t("add.title")}>
              <AgentChoices agents={colleagues} channel={contact.channel} />
            </Radio.Group>
          </Form.Item>
        </Form>
      )}
    </Dialog>
  );
}
