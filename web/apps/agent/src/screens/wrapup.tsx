// SPDX-License-Identifier: Apache-2.0
// After the call: what it was about, solved or not, a note, and the seconds that are left for it.
import type { ContactView } from "@visavis/protocol";
import { Button, Form, Input, Radio, Select } from "antd";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useConfig } from "../console/queries.ts";
import { customerName } from "../console/state.ts";
import { setUi } from "../console/ui.ts";
import { useCommand } from "../console/use_command.ts";
import { clock, localName } from "../lib/format.ts";
import { CountdownRing } from "../parts/parts.tsx";
import css from "./wrapup.module.css";

interface Fields {
  disposition?: string;
  resolved?: boolean;
  note?: string;
}

function Head({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const { run, busy } = useCommand();
  const until = contact.wrapup?.until_at ?? 0;
  const talked = contact.talked_s === undefined ? undefined : clock(contact.talked_s * 1000);
  const wrapup_s = useConfig().data?.wrapup_s ?? 60;
  const from = Math.max(contact.ended_at ?? 0, until - wrapup_s * 1000);
  return (
    <div className={css.head}>
      <CountdownRing from={from} until={until} size={56} />
      <div className={css.headText}>
        <h2>{t("wrapup.title")}</h2>
        <p>
          {customerName(contact)}
          {talked ? ` · ${t("wrapup.talked", { time: talked })}` : ""}
          {contact.end_reason ? ` · ${t(`end_reason.${contact.end_reason}`)}` : ""}
        </p>
        {contact.practice && <p>{t("wrapup.practice")}</p>}
      </div>
      <Button loading={busy} onClick={() => void run("wrapup.extend", { contact_id: contact.id })}>
        {t("wrapup.extend")}
      </Button>
    </div>
  );
}

/** For who has handed the contact over: it goes on elsewhere, so one press of Enter must do. */
const PASSED_ON: Partial<Fields> = { disposition: "passed_on", resolved: false };

/** Somebody writes while the sheet comes: what they press next is not meant for it. */
function isTyping(): boolean {
  const active = document.activeElement;
  return active instanceof HTMLTextAreaElement || active instanceof HTMLInputElement;
}

export function WrapupSheet({ contact }: { contact: ContactView }) {
  const { t, i18n } = useTranslation();
  const { run, busy } = useCommand();
  const config = useConfig();
  const [form] = Form.useForm<Fields>();
  const options = (config.data?.dispositions ?? []).map((d) => ({
    value: d.code,
    label: localName(d.name, i18n.language),
  }));
  const complete = useRef<HTMLButtonElement>(null);
  const sheet = useRef<HTMLElement>(null);
  const [wasTyping] = useState(isTyping);
  useEffect(() => {
    if (wasTyping) sheet.current?.focus();
  }, [wasTyping]);
  const passedOn =
    contact.ended_at === undefined && options.some(({ value }) => value === PASSED_ON.disposition);
  const needed = !contact.practice;
  useEffect(() => {
    if ((needed && !passedOn) || form.isFieldsTouched()) return;
    if (needed) form.setFieldsValue(PASSED_ON);
    if (!wasTyping) complete.current?.focus();
  }, [needed, passedOn, wasTyping, form]);
  const finish = async ({ disposition = options[0]?.value ?? "practice", resolved = true, note }: Fields) => {
    setUi({ completing: contact.id });
    const data = { contact_id: contact.id, disposition, resolved, ...(note ? { note } : {}) };
    const done = await run("wrapup.complete", data);
    if (done === undefined) setUi({ completing: undefined });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.submit();
  };
  return (
    <section ref={sheet} tabIndex={-1} className={css.sheet} aria-label={t("wrapup.title")} onKeyDown={onKey}>
      <Head contact={contact} />
      <Form<Fields>
        form={form}
        layout="vertical"
        onFinish={(fields) => void finish(fields)}
        requiredMark={false}
        className={css.form}
      >
        <Form.Item
          name="disposition"
          label={t("wrapup.disposition")}
          rules={[{ required: needed, message: t("wrapup.choose") }]}
        >
          <Select
            autoFocus={needed && !wasTyping}
            showSearch={{ optionFilterProp: "label" }}
            options={options}
            loading={config.isLoading}
            placeholder={t("wrapup.disposition_hint")}
          />
        </Form.Item>
        <Form.Item
          name="resolved"
          label={t("wrapup.resolved")}
          rules={[{ required: needed, message: t("wrapup.choose_resolved") }]}
        >
          <Radio.Group
            optionType="button"
            options={[
              { value: true, label: t("common.yes") },
              { value: false, label: t("common.no") },
            ]}
          />
        </Form.Item>
        <Form.Item name="note" label={t("wrapup.note")} className={css.note}>
          <Input.TextArea rows={4} maxLength={4000} placeholder={t("wrapup.note_hint")} />
        </Form.Item>
        <div className={css.foot}>
          <Button
            ref={complete}
            type="primary"
            htmlType="submit"
            size="large"
            loading={busy}
            title="Ctrl+Enter"
            aria-keyshortcuts="Control+Enter"
          >
            {t("wrapup.complete")}
          </Button>
        </div>
      </Form>
    </section>
  );
}
