// SPDX-License-Identifier: Apache-2.0
// A one-time link for a customer: who, about what, by which channel; then address and QR code to pass on.
import type { Channel, LinkCreated } from "@visavis/protocol";
import { Icon } from "@visavis/ui";
import { App, Button, Form, Input, Select, Switch } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useConfig } from "../console/queries.ts";
import { rest } from "../console/rest.ts";
import { localName } from "../lib/format.ts";
import { problemText } from "../lib/problem_text.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Banner } from "../parts/parts.tsx";
import { QrCode } from "../parts/qr_code.tsx";
import css from "./dialogs.module.css";

interface Fields {
  name?: string;
  topic_id: string;
  channel: Channel;
  ttl_s: number;
  to_me: boolean;
}

const lifetimes = [900, 3600, 86_400, 604_800] as const;

/** An address that leads whoever opens it to their own machine. */
export function staysHere(url: string): boolean {
  const { hostname } = new URL(url);
  return (
    hostname === "localhost" ||
    hostname.endsWith(".localhost") ||
    hostname === "[::1]" ||
    hostname.startsWith("127.")
  );
}

function Made({ link }: { link: LinkCreated }) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link.url);
      message.success(t("link_dialog.copied"));
    } catch {
      message.warning(t("link_dialog.copy_by_hand"));
    }
  };
  const until = new Intl.DateTimeFormat(i18n.language, { dateStyle: "medium", timeStyle: "short" }).format(
    link.expires_at,
  );
  return (
    <div className={css.made}>
      <QrCode svg={link.qr_svg} label={t("link_dialog.qr")} />
      <div className={css.madeText}>
        {staysHere(link.url) && <Banner kind="warning">{t("link_dialog.stays_here")}</Banner>}
        <label htmlFor="link-address">{t("link_dialog.address")}</label>
        <div className={css.copyRow}>
          <Input id="link-address" readOnly value={link.url} onFocus={(e) => e.target.select()} />
          <Button type="primary" icon={<Icon name="copy" size={16} />} onClick={() => void copy()}>
            {t("link_dialog.copy")}
          </Button>
        </div>
        <p>{t("link_dialog.once", { until })}</p>
      </div>
    </div>
  );
}

function useLinkForm() {
  const [busy, setBusy] = useState(false);
  const [link, setLink] = useState<LinkCreated>();
  const [error, setError] = useState("");
  const make = async (fields: Fields) => {
    setBusy(true);
    setError("");
    try {
      const { name, ...others } = fields;
      setLink(await rest.createLink({ ...others, customer: name ? { name } : {} }));
    } catch (problem) {
      setError(problemText(problem));
    } finally {
      setBusy(false);
    }
  };
  return { busy, link, setLink, error, make };
}

export function LinkDialog() {
  const { t, i18n } = useTranslation();
  const config = useConfig();
  const [form] = Form.useForm<Fields>();
  const { busy, link, setLink, error, make } = useLinkForm();
  const topics = (config.data?.queues ?? []).map((q) => ({
    value: q.id,
    label: localName(q.name, i18n.language),
  }));
  const topic = topics[0]?.value;
  useEffect(() => {
    if (topic && !form.getFieldValue("topic_id")) form.setFieldValue("topic_id", topic);
  }, [topic, form]);
  const first = { channel: "video" as Channel, ttl_s: 86_400, to_me: true };
  return (
    <Dialog
      title={t("link_dialog.title")}
      footer={
        link ? (
          <Button onClick={() => setLink(undefined)}>{t("link_dialog.another")}</Button>
        ) : (
          <Button type="primary" loading={busy} onClick={() => form.submit()}>
            {t("link_dialog.make")}
          </Button>
        )
      }
    >
      {link ? (
        <Made link={link} />
      ) : (
        <Form<Fields>
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={first}
          onFinish={(f) => void make(f)}
        >
          {error && (
            <Banner kind="error" live="assertive">
              {error}
            </Banner>
          )}
          <Form.Item name="name" label={t("link_dialog.name")} extra={t("link_dialog.name_hint")}>
            <Input maxLength={80} autoComplete="off" />
          </Form.Item>
          <Form.Item
            name="topic_id"
            label={t("customer.topic")}
            rules={[{ required: true, message: t("common.required") }]}
          >
            <Select options={topics} loading={config.isLoading} />
          </Form.Item>
          <div className={css.pair}>
            <Form.Item name="channel" label={t("customer.channel")}>
              <Select
                options={(["video", "audio", "chat"] as const).map((value) => ({
                  value,
                  label: t(`channel.${value}`),
                }))}
              />
            </Form.Item>
            <Form.Item name="ttl_s" label={t("link_dialog.valid_for")}>
              <Select options={lifetimes.map((value) => ({ value, label: t(`link_dialog.ttl_${value}`) }))} />
            </Form.Item>
          </div>
          <Form.Item
            name="to_me"
            label={t("link_dialog.to_me")}
            valuePropName="checked"
            layout="horizontal"
            colon={false}
          >
            <Switch />
          </Form.Item>
        </Form>
      )}
    </Dialog>
  );
}
