// SPDX-License-Identifier: Apache-2.0
import type { CustomerClient } from "@visavis/client-core";
import type { ContactView } from "@visavis/protocol";
import { useApp, useLanguage } from "../hooks.ts";
import { Button, Sheet } from "../parts/controls.tsx";
import { agentOf } from "./people.ts";

/** The agent asks for sound or picture: nothing is opened before the customer allows it. */
export function RaiseSheet({ client, contact }: { client: CustomerClient; contact: ContactView }) {
  const { t } = useLanguage();
  const { local } = useApp();
  const { raise } = contact;
  if (raise?.by !== "agent" || raise.channel === "chat") return null;
  const name = agentOf(contact)?.name ?? t("agent");
  const allow = async () => {
    await local.open({ audio: true, video: raise.channel === "video" });
    await client.answerRaise(true).catch(() => undefined);
  };
  const decline = () => void client.answerRaise(false).catch(() => undefined);
  return (
    <Sheet question title={t(`raise_ask_${raise.channel}`, { name })} onClose={decline}>
      <p>{t("raise_ask_text")}</p>
      <div class="actions">
        <Button onClick={decline}>{t("not_now")}</Button>
        <Button
          kind="primary"
          icon={raise.channel === "video" ? "camera" : "phone"}
          onClick={() => void allow()}
        >
          {t("raise_allow")}
        </Button>
      </div>
    </Sheet>
  );
}
