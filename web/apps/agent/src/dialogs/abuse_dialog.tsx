// SPDX-License-Identifier: Apache-2.0
import type { ContactView } from "@visavis/protocol";
import { Button, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { openDialog, setBlurred } from "../console/ui.ts";
import { useCommand } from "../console/use_command.ts";
import css from "./dialogs.module.css";

/** The picture is blurred as soon as the question is asked: nobody must look on while deciding. */
export function AbuseDialog({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const { run, busy } = useCommand();
  const end = async () => {
    const done = await run("contact.end", { contact_id: contact.id, reason: "abuse" });
    if (done) openDialog(undefined);
  };
  return (
    <Modal
      open
      title={t("abuse.title")}
      onCancel={() => openDialog(undefined)}
      afterOpenChange={(open) => open && setBlurred(contact.id, true)}
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
    </Modal>
  );
}
