// SPDX-License-Identifier: Apache-2.0
import type { Purpose } from "@visavis/protocol";
import { Checkbox, Form, Select } from "antd";
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

type CompanyFields = Pick<CompanyInfo, "purposes" | "allowed_origins">;

const sameOf = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((each) => others.includes(each));

/** What is sent: nothing of what is as before. */
export function companyBody(fields: CompanyFields, known: CompanyInfo): Partial<CompanyFields> {
  const purposes = PURPOSES.filter((purpose) => fields.purposes.includes(purpose));
  const { allowed_origins } = fields;
  return {
    ...(sameOf(purposes, known.purposes) ? {} : { purposes }),
    ...(sameOf(allowed_origins, known.allowed_origins) ? {} : { allowed_origins }),
  };
}

function CompanyDialog({ known, onClose }: { known: CompanyInfo; onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<CompanyFields>();
  const { busy, save } = useSave({ method: "PATCH", path: "/company" }, "company", onClose);
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
        initialValues={{ purposes: known.purposes, allowed_origins: known.allowed_origins }}
        onFinish={(fields) => save(companyBody(fields, known))}
      >
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
