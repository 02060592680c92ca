// SPDX-License-Identifier: Apache-2.0
import type { CustomerClient } from "@visavis/client-core";
import { useEffect } from "preact/hooks";
import { useApp, useDelayed, useLanguage, useStore } from "../hooks.ts";
import { Button } from "../parts/controls.tsx";
import { Message } from "../parts/layout.tsx";
import { Skeleton } from "../screens/skeleton.tsx";
import { CallScreen } from "./call.tsx";
import { ChatScreen } from "./chat_contact.tsx";
import { useAnswerAlert, useDevicesFor, useUnread, useVisible } from "./effects.ts";
import { EndedScreen } from "./ended.tsx";
import { isOver } from "./people.ts";
import { WaitingScreen } from "./waiting.tsx";

function Unreachable({ client }: { client: CustomerClient }) {
  const { t } = useLanguage();
  const attempt = useStore(client.connection.state, (state) => state.attempt);
  const shown = useDelayed(true, 200);
  if (attempt > 3)
    return (
      <Message icon="warning" title={t("failed_title")}>
        {t("failed_text")}
      </Message>
    );
  return shown ? <Skeleton /> : null;
}

/** Everything from the queue to the end of one contact: the contact's own state picks the screen. */
export function ContactScreen({ client }: { client: CustomerClient }) {
  const { t } = useLanguage();
  const { local, host } = useApp();
  const state = useStore(client.state, (value) => value);
  const { contact, connection } = state;
  const here = connection.phase !== "superseded" && connection.phase !== "refused";
  const running = contact !== undefined && !isOver(contact) && here;
  const unread = useUnread(client, useVisible(host));
  useDevicesFor(local, contact?.channel, running);
  useAnswerAlert(contact?.state, t("title"));
  useEffect(() => {
    host.tellState({ live: running, calling: running && contact.channel !== "chat", unread });
  }, [running, contact?.channel, unread]);

  if (connection.phase === "superseded")
    return (
      <Message
        icon="popout"
        title={t("superseded_title")}
        actions={
          <Button kind="primary" onClick={() => client.connection.takeOver()}>
            {t(host.embedded ? "widget_bring_back" : "superseded_take")}
          </Button>
        }
      >
        {t(host.embedded ? "widget_in_window" : "superseded_text")}
      </Message>
    );
  if (!contact) return <Unreachable client={client} />;
  if (isOver(contact)) return <EndedScreen client={client} contact={contact} />;
  if (contact.channel === "chat") return <ChatScreen client={client} state={state} contact={contact} />;
  if (contact.state === "active") return <CallScreen client={client} state={state} contact={contact} />;
  return <WaitingScreen client={client} state={state} contact={contact} />;
}
