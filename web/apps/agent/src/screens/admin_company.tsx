// SPDX-License-Identifier: Apache-2.0
import type { Purpose } from "@visavis/protocol";
import { Checkbox, Form, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type CompanyInfo, useCompany } from "../console/queries.ts";
import { localName } from "../lib/format.ts";
import { EditButton, Listed, SaveDialog, useSave, Words } from "./admin_parts.tsx";
import css from "./wall.module.css";

const PURPOSES: readonly Purpose[] = [
  "recording",
  "transcript",
  "screen_view",
  "face_analysis",
  "biometrics",
];

type CompanyFields = Pick<CompanyInfo, "purposes" | "allowed_origins" | "utc_offset_min"> & {
  zh: string;
  en: string;
};

/** Where clocks stand somewhere on earth, in minutes east of UTC. */
const OFFSETS = [
  -720, -660, -600, -570, -540, -480, -420, -360, -300, -240, -210, -180, -120, -60, 0, 60, 120, 180, 210,
  240, 270, 300, 330, 345, 360, 390, 420, 480, 525, 540, 570, 600, 630, 660, 720, 765, 780, 840,
];

export function offsetText(minutes: number): string {
  const hours = String(Math.floor(Math.abs(minutes) / 60)).padStart(2, "0");
  const rest = String(Math.abs(minutes) % 60).padStart(2, "0");
  return `UTC${minutes < 0 ? "−" : "+"}${hours}:${rest}`;
}

/** As browsers name the site: with its letters in their ASCII form. What is no address is left for the server to refuse. */
export function siteOf(written: string): string {
  const site = written.trim();
  // Where only ASCII is written there is nothing to be turned, and a path must not go unseen.
  if (![...site].some((letter) => letter > "\u007f") || !URL.canParse(site)) return site;
  const { origin, pathname } = new URL(site);
  return pathname === "/" ? origin : site;
}

const sameOf = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((each) => others.includes(each));

/** What is sent: nothing of what is as before. */
export function companyBody(fields: CompanyFields, known: CompanyInfo): Partial<CompanyInfo> {
  const purposes = PURPOSES.filter((purpose) => fields.purposes.includes(purpose));
  const allowed_origins = fields.allowed_origins.map(siteOf);
  const name = { ...known.name, "zh-CN": fields.zh.trim(), en: fields.en.trim() };
  const renamed = name["zh-CN"] !== known.name["zh-CN"] || name.en !== known.name.en;
  const { utc_offset_min } = fields;
  return {
    ...(renamed ? { name } : {}),
    ...(utc_offset_min === known.utc_offset_min ? {} : { utc_offset_min }),
    ...(sameOf(purposes, known.purposes) ? {} : { purposes }),
    ...(sameOf(allowed_origins, known.allowed_origins) ? {} : { allowed_origins }),
  };
}

function CompanyDialog({ known, onClose }: { known: CompanyInfo; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<CompanyFields>();
  const { busy, save } = useSave({ method: "PATCH", path: "/company" }, "company", onClose);
  const needed = [{ required: true, whitespace: true, message: t("common.required") }];
  const offsets = [...new Set([...OFFSETS, known.utc_offset_min])]
    .sort((a, b) => a - b)
    .map((value) => ({ value, label: offsetText(value) }));
  return (
    <SaveDialog
      title={t("admin.edit_named", { name: t("admin.company") })}
      busy={busy}
      onClose={onClose}
      onSave={() => form.submit()}
    >
      <Form<CompanyFields>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ ...known, zh: known.name["zh-CN"], en: known.name.en }}
        onFinish={(fields) => save(companyBody(fields, known))}
      >
        <Form.Item name="zh" label={t("admin.name_zh")} rules={needed}>
          <Input maxLength={100} lang="zh-CN" />
        </Form.Item>
        <Form.Item name="en" label={t("admin.name_en")} rules={needed}>
          <Input maxLength={100} lang="en" />
        </Form.Item>
        <Form.Item name="utc_offset_min" label={t("admin.offset")} extra={t("admin.offset_hint")}>
          <Select showSearch={{ optionFilterProp: "label" }} options={offsets} />
        </Form.Item>
        <Form.Item name="purposes" label={t("admin.purposes")} extra={t("admin.purposes_hint")}>
          <Checkbox.Group
            className={css.choices}
            options={PURPOSES.map((value) => ({ value, label: t(`purpose.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="allowed_origins" label={t("admin.origins")} extra={t("admin.origins_hint")}>
          <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", " ", "，"]} />
        </Form.Item>
      </Form>
    </SaveDialog>
  );
}

function Facts({ company }: { company: CompanyInfo }) {
  const { t, i18n } = useTranslation();
  return (
    <dl className={css.facts}>
      <dt>{t("admin.name")}</dt>
      <dd>{localName(company.name, i18n.language)}</dd>
      <dt>{t("admin.company_key")}</dt>
      <dd>{company.key}</dd>
      <dt>{t("admin.offset")}</dt>
      <dd>{offsetText(company.utc_offset_min)}</dd>
      <dt>{t("admin.purposes")}</dt>
      <dd>
        {company.purposes.length > 0 ? (
          <Words words={company.purposes.map((purpose) => t(`purpose.${purpose}`))} />
        ) : (
          t("admin.purposes_none")
        )}
      </dd>
      <dt>{t("admin.origins")}</dt>
      <dd>
        {company.allowed_origins.length > 0 ? (
          <Words
            words={company.allowed_origins.map((origin) =>
              origin === "*" ? t("admin.origins_any") : origin,
            )}
          />
        ) : (
          t("admin.origins_none")
        )}
      </dd>
    </dl>
  );
}

export function Company() {
  const { t } = useTranslation();
  const company = useCompany();
  const [edited, setEdited] = useState(false);
  return (
    <section className={css.panel} aria-labelledby="admin-company">
      <div className={css.head}>
        <h2 id="admin-company">{t("admin.company")}</h2>
        {company.data && <EditButton name={t("admin.company")} onClick={() => setEdited(true)} />}
      </div>
      <Listed<CompanyInfo> query={{ ...company, data: company.data && [company.data] }}>
        {(rows) => rows.map((each) => <Facts key={each.id} company={each} />)}
      </Listed>
      {edited && company.data && <CompanyDialog known={company.data} onClose={() => setEdited(false)} />}
    </section>
  );
}
