// SPDX-License-Identifier: Apache-2.0
import type { ContactView } from "@visavis/protocol";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { openDialog } from "../console/ui.ts";
import { useCommand } from "../console/use_command.ts";
import { Dialog } from "../parts/dialog.tsx";
import css from "./dialogs.module.css";

/** The picture was blurred by what opened this. */
export function AbuseDialog({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const { run, busy } = useCommand();
  const end = async () => {
    const done = await run("contact.end", { contact_id: contact.id, reason: "abuse" });
    if (done) openDialog(undefined);
  };
  return (
    <Dialog
      title={t("abuse.title")}
      footer={
        <>
          <Button onClick={() => openDialog(undefined)}>{t("abuse.stay")}</Button>
          <Button danger type="primary" loading={busy} onClick={() => void end()}>
            {t("abuse.end")}
          </Button>
        </>
      }
    >
      <p className={css.lead}>{t("abuse.text")}</p>
    </Dialog>
  );
}
