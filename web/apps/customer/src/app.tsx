// SPDX-License-Identifier: Apache-2.0
import { localName } from "@visavis/client-core";
import { useEffect } from "preact/hooks";
import { ContactScreen } from "./call/contact.tsx";
import { App, type AppContext, useApp, useDelayed, useLanguage, useStore } from "./hooks.ts";
import { Button } from "./parts/controls.tsx";
import { Message } from "./parts/layout.tsx";
import { CheckScreen } from "./screens/check.tsx";
import { ConsentScreen } from "./screens/consent.tsx";
import { EntryScreen, LinkScreen } from "./screens/entry.tsx";
import { Skeleton } from "./screens/skeleton.tsx";

function Loading() {
  return useDelayed(true, 200) ? <Skeleton /> : null;
}

function Failed() {
  const { t } = useLanguage();
  const { journey } = useApp();
  const error = useStore(journey.state, (state) => state.error);
  if (error === "unknown_key")
    return (
      <Message icon="warning" title={t("failed_key_title")}>
        {t("failed_key_text")}
      </Message>
    );
  const retry = (
    <Button kind="primary" onClick={() => void journey.load()}>
      {t("retry")}
    </Button>
  );
  return (
    <Message icon="warning" title={t("failed_title")} actions={retry}>
      {t("failed_text")}
    </Message>
  );
}

function LinkGone() {
  const { t } = useLanguage();
  const { journey } = useApp();
  const error = useStore(journey.state, (state) => state.error) as
    | "link_used"
    | "link_expired"
    | "link_unknown";
  const again = <Button onClick={() => journey.restart()}>{t("new_request")}</Button>;
  return (
    <Message icon="warning" title={t(`${error}_title`)} actions={again}>
      {t(`${error}_text`)}
    </Message>
  );
}

function Over() {
  const { t } = useLanguage();
  const { journey } = useApp();
  const again = (
    <Button kind="primary" onClick={() => journey.restart()}>
      {t("new_request")}
    </Button>
  );
  return (
    <Message icon="info" title={t("refused_title")} actions={again}>
      {t("refused_text")}
    </Message>
  );
}

function Screen() {
  const { journey } = useApp();
  const { t, tag } = useLanguage();
  const company = useStore(journey.state, (state) => state.entry?.tenant.name);
  useEffect(() => {
    document.title = localName(company, tag) || t("title");
  }, [company, tag]);
  const stage = useStore(journey.state, (state) => state.stage);
  const client = useStore(journey.state, (state) => state.client);
  const link = useStore(journey.state, (state) => state.link);
  switch (stage) {
    case "loading":
      return <Loading />;
    case "failed":
      return <Failed />;
    case "link_gone":
      return <LinkGone />;
    case "entry":
      return link ? <LinkScreen /> : <EntryScreen />;
    case "consent":
      return <ConsentScreen />;
    case "check":
      return <CheckScreen />;
    case "contact":
      return client ? <ContactScreen client={client} /> : null;
    case "over":
      return <Over />;
  }
}

export function Root({ context }: { context: AppContext }) {
  return (
    <App.Provider value={context}>
      <Screen />
    </App.Provider>
  );
}
