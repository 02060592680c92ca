// SPDX-License-Identifier: Apache-2.0
// Top bar, banners and the routed screen; whatever must work on each of them: ringing, keys, dialogs.
import { Button } from "antd";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Route, Routes } from "react-router";
import { mediaFlows, noMedia } from "../console/media_view.ts";
import { act, runningCall, shownContact, useConsole, usesConsole } from "../console/state.ts";
import { useUi } from "../console/ui.ts";
import { useKeys } from "../console/use_keys.ts";
import { useRinging } from "../console/use_ringing.ts";
import { useWrapupNews } from "../console/use_wrapup_news.ts";
import { clock } from "../lib/format.ts";
import { useLocalNow } from "../lib/now.ts";
import { Banner, Empty, Skeleton } from "../parts/parts.tsx";
import { Console } from "./console.tsx";
import css from "./shell.module.css";
import { TopBar } from "./top_bar.tsx";

const Wall = lazy(() => import("./wall.tsx"));
const Admin = lazy(() => import("./admin.tsx"));
const LinkDialog = lazy(() => import("../dialogs/link_dialog.tsx").then((m) => ({ default: m.LinkDialog })));
const TransferDialog = lazy(() =>
  import("../dialogs/transfer_dialog.tsx").then((m) => ({ default: m.TransferDialog })),
);
const AddDialog = lazy(() => import("../dialogs/add_dialog.tsx").then((m) => ({ default: m.AddDialog })));
const AbuseDialog = lazy(() =>
  import("../dialogs/abuse_dialog.tsx").then((m) => ({ default: m.AbuseDialog })),
);
const ShortcutsDialog = lazy(() =>
  import("../dialogs/shortcuts_dialog.tsx").then((m) => ({ default: m.ShortcutsDialog })),
);
const PhoneDialog = lazy(() =>
  import("../dialogs/phone_dialog.tsx").then((m) => ({ default: m.PhoneDialog })),
);
const SearchDialog = lazy(() =>
  import("../dialogs/search_dialog.tsx").then((m) => ({ default: m.SearchDialog })),
);
const SettingsDialog = lazy(() =>
  import("../dialogs/settings_dialog.tsx").then((m) => ({ default: m.SettingsDialog })),
);

function Dialogs() {
  const dialog = useUi((s) => s.dialog);
  const chosen = useUi((s) => s.chosen);
  const contact = useConsole((s) => shownContact(s, chosen));
  const running = contact?.state === "active" ? contact : undefined;
  return (
    <Suspense fallback={null}>
      {dialog === "link" && <LinkDialog />}
      {dialog === "phone" && <PhoneDialog />}
      {dialog === "search" && <SearchDialog />}
      {dialog === "settings" && <SettingsDialog />}
      {dialog === "shortcuts" && <ShortcutsDialog />}
      {dialog === "transfer" && running && <TransferDialog contact={running} />}
      {dialog === "add" && running && <AddDialog contact={running} />}
      {dialog === "abuse" && running && <AbuseDialog contact={running} />}
    </Suspense>
  );
}

function ReconnectingBanner() {
  const { t } = useTranslation();
  const retryAt = useConsole((s) => s.retryAt);
  const call = useConsole(runningCall);
  const flows = useConsole((s) => mediaFlows((call && s.media[call.id]) ?? noMedia));
  const calling = flows ? t("link.lost_call") : t("link.lost_call_too");
  const now = useLocalNow();
  const left = retryAt ? Math.max(0, retryAt - now) : 0;
  return (
    <Banner kind="warning" icon="signalOff" live="polite">
      <strong>{t("link.lost")}</strong> {call ? calling : t("link.lost_text")}
      <span aria-hidden="true">
        {" "}
        {left > 900 ? t("link.next_try", { time: clock(left + 999) }) : t("link.trying")}
      </span>
    </Banner>
  );
}

/** A tab that was opened beside a running call asks; one that lost the console to another says so. */
function Elsewhere() {
  const { t } = useTranslation();
  const otherTab = useConsole((s) => s.otherTab);
  const [left, setLeft] = useState(false);
  const asks = otherTab === "calls" && !left;
  const words = asks ? "call_elsewhere" : otherTab === "called" ? "call_left" : "elsewhere";
  return (
    <div className={css.elsewhere} role="alert">
      <Empty
        icon="screen"
        title={t(`link.${words}`)}
        text={t(`link.${words}_text`)}
        action={
          <span className={css.choice}>
            <Button type={left ? "default" : "primary"} onClick={() => act().takeOver()}>
              {t(words === "elsewhere" ? "link.take_over" : "link.call_here")}
            </Button>
            {asks && <Button onClick={() => setLeft(true)}>{t("link.call_there")}</Button>}
          </span>
        }
      />
    </div>
  );
}

function Guard({ needs, children }: { needs: "supervisor" | "admin"; children: ReactNode }) {
  const roles = useConsole((s) => s.me?.roles);
  if (!roles) return <Skeleton rows={4} height={88} />;
  const allowed = roles.includes(needs) || roles.includes("admin");
  return allowed ? children : <Navigate to="/" replace />;
}

/** Who takes no contacts begins with their own work. */
function Home() {
  const console = useConsole(usesConsole);
  const admin = useConsole((s) => s.me?.roles.includes("admin"));
  return console ? <Console /> : <Navigate to={admin ? "/admin" : "/wall"} replace />;
}

function Screens() {
  return (
    <Suspense fallback={<Skeleton rows={4} height={88} />}>
      <Routes>
        <Route path="/" element={<Home />} />
        <Route
          path="/wall"
          element={
            <Guard needs="supervisor">
              <Wall />
            </Guard>
          }
        />
        <Route
          path="/admin"
          element={
            <Guard needs="admin">
              <Admin />
            </Guard>
          }
        />
        <Route path="*" element={<Navigate to="/" replace />} />
      </Routes>
    </Suspense>
  );
}

export function Shell({ signOut }: { signOut: () => void }) {
  const link = useConsole((s) => s.link);
  useKeys();
  useRinging();
  useWrapupNews();
  return (
    <div className={css.shell}>
      <TopBar signOut={signOut} />
      {link === "reconnecting" && <ReconnectingBanner />}
      {link === "superseded" ? (
        <Elsewhere />
      ) : (
        <div className={css.main}>
          <Screens />
        </div>
      )}
      <Dialogs />
    </div>
  );
}
