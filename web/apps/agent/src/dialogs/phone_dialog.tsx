// SPDX-License-Identifier: Apache-2.0
// The customer page's address for a phone on the same network.
import { Button, Input } from "antd";
import { useTranslation } from "react-i18next";
import { useConfig } from "../console/queries.ts";
import { openDialog } from "../console/ui.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Banner } from "../parts/parts.tsx";
import { QrCode } from "../parts/qr_code.tsx";
import css from "./dialogs.module.css";

export function PhoneDialog() {
  const { t } = useTranslation();
  const page = useConfig().data?.customer_page;
  if (!page) return null;
  const secure = page.url.startsWith("https://");
  return (
    <Dialog
      title={t("phone_dialog.title")}
      footer={<Button onClick={() => openDialog(undefined)}>{t("common.close")}</Button>}
    >
      {!secure && <Banner kind="warning">{t("phone_dialog.insecure")}</Banner>}
      <div className={css.made}>
        <QrCode svg={page.qr_svg} label={t("phone_dialog.qr")} />
        <div className={css.madeText}>
          <label htmlFor="phone-address">{t("phone_dialog.address")}</label>
          <Input id="phone-address" readOnly value={page.url} onFocus={(e) => e.target.select()} />
          <p>{t("phone_dialog.text")}</p>
        </div>
      </div>
    </Dialog>
  );
}
