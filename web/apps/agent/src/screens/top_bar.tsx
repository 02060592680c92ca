// SPDX-License-Identifier: Apache-2.0
import { Icon, type IconName } from "@visavis/ui";
import { App, Button, Dropdown, type MenuProps } from "antd";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import { useConfig } from "../console/queries.ts";
import { rest } from "../console/rest.ts";
import { takesContacts, useConsole, usesConsole } from "../console/state.ts";
import { openDialog, setUi } from "../console/ui.ts";
import { clock } from "../lib/format.ts";
import { useNow } from "../lib/now.ts";
import { setPrefs, usePrefs } from "../lib/prefs.ts";
import { problemText } from "../lib/problem_text.ts";
import { comboLabel } from "../lib/shortcuts.ts";
import { useMedia } from "../lib/use_media.ts";
import { Avatar } from "../parts/avatar.tsx";
import { IconButton } from "../parts/parts.tsx";
import { PresenceMenu } from "./presence_menu.tsx";
import css from "./shell.module.css";

export function Logo() {
  return (
    <svg aria-hidden="true" className={css.logo} viewBox="0 0 32 32" width="28" height="28">
      <rect width="32" height="32" rx="8" fill="#0b5cd6" />
      <circle cx="11" cy="13" r="4.2" fill="#fff" />
      <circle cx="21" cy="13" r="4.2" fill="#9cc3ff" />
      <path d="M4.5 25.5c.6-4.3 3-6.5 6.5-6.5s5.9 2.2 6.5 6.5z" fill="#fff" />
      <path d="M19.3 25.5c-.2-2.3-.9-4.2-2-5.6 1-.6 2.3-.9 3.7-.9 3.5 0 5.9 2.2 6.5 6.5z" fill="#9cc3ff" />
    </svg>
  );
}

function QueueChip() {
  const { t } = useTranslation();
  const rows = useConsole((s) => s.queue);
  const now = useNow();
  const longest = Math.max(0, ...rows.map((r) => now - r.waiting_since_at));
  return (
    <span className={css.chip} data-waiting={rows.length > 0}>
      <Icon name="people" size={16} />
      <span>{t("queue.waiting", { count: rows.length })}</span>
      {rows.length > 0 && (
        <span className={css.chipMore}>{t("queue.longest", { time: clock(longest) })}</span>
      )}
    </span>
  );
}

function NetworkDot() {
  const { t } = useTranslation();
  const link = useConsole((s) => s.link);
  const word = t(`link.${link}`);
  return (
    <span className={css.network} data-link={link} role="img" aria-label={word} title={word}>
      <Icon name={link === "open" || link === "connecting" ? "signal" : "signalOff"} size={18} />
    </span>
  );
}

function LookMenu() {
  const { t, i18n } = useTranslation();
  const mode = usePrefs((p) => p.mode);
  const icons: Record<string, IconName> = { system: "screen", light: "sun", dark: "moon" };
  const modes: MenuProps["items"] = (["system", "light", "dark"] as const).map((key) => ({
    key,
    icon: <Icon name={icons[key] ?? "screen"} size={16} />,
    label: t(`theme.${key}`),
    onClick: () => setPrefs({ mode: key }),
  }));
  const other = i18n.language.startsWith("zh") ? "en" : "zh-CN";
  return (
    <>
      <button type="button" className={css.langButton} lang={other} onClick={() => setPrefs({ lang: other })}>
        {other === "en" ? "EN" : "中"}
        <span className="vv-visually-hidden">{other === "en" ? "– English" : "文"}</span>
      </button>
      <Dropdown menu={{ items: modes, selectedKeys: [mode] }} trigger={["click"]}>
        <button type="button" className={css.langButton} aria-label={t("theme.label")}>
          <Icon name={icons[mode] ?? "screen"} size={18} />
        </button>
      </Dropdown>
    </>
  );
}

interface UserMenuProps {
  agent: boolean;
  signOut: () => void;
  startPractice: (() => void) | undefined;
}

function UserMenu({ agent, signOut, startPractice }: UserMenuProps) {
  const { t } = useTranslation();
  const me = useConsole((s) => s.me);
  const name = me?.name ?? "";
  const phone = useMedia("(max-width: 767px)");
  const reachable = useConfig().data?.customer_page !== undefined;
  const items: MenuProps["items"] = [
    ...(phone && startPractice
      ? [
          {
            key: "practice",
            icon: <Icon name="practice" size={16} />,
            label: t("practice.button"),
            onClick: startPractice,
          },
        ]
      : []),
    ...(phone && agent
      ? [
          {
            key: "link",
            icon: <Icon name="link" size={16} />,
            label: t("link_dialog.button"),
            onClick: () => openDialog("link"),
          },
        ]
      : []),
    ...(reachable
      ? [
          {
            key: "phone",
            icon: <Icon name="screen" size={16} />,
            label: t("phone_dialog.button"),
            onClick: () => openDialog("phone"),
          },
        ]
      : []),
    {
      key: "settings",
      icon: <Icon name="settings" size={16} />,
      label: t("settings.title"),
      onClick: () => openDialog("settings"),
    },
    {
      key: "keys",
      icon: <Icon name="keyboard" size={16} />,
      label: t("keys.title"),
      onClick: () => openDialog("shortcuts"),
    },
    { type: "divider" },
    { key: "out", icon: <Icon name="logout" size={16} />, label: t("session.sign_out"), onClick: signOut },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
      <button type="button" className={css.user}>
        <Avatar name={name} size={24} />
        <span className="vv-visually-hidden">{t("session.menu")}</span>
        <span className={css.userName}>{name}</span>
        <Icon name="down" size={14} />
      </button>
    </Dropdown>
  );
}

function Navigation() {
  const { t } = useTranslation();
  const roles = useConsole((s) => s.me?.roles);
  const console = useConsole(usesConsole);
  const admin = roles?.includes("admin");
  if (!admin && !roles?.includes("supervisor")) return null;
  return (
    <nav className={css.nav} aria-label={t("nav.label")}>
      {console && (
        <NavLink to="/" end>
          {t("nav.console")}
        </NavLink>
      )}
      <NavLink to="/wall">{t("nav.wall")}</NavLink>
      {admin && <NavLink to="/admin">{t("nav.admin")}</NavLink>}
    </nav>
  );
}

/** Starts the practice customer; they ring only while one is ready. */
function usePractice(): () => Promise<void> {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const state = useConsole((s) => s.agent?.state);
  return async () => {
    if (state !== "ready") {
      message.info(t("practice.ready_first"));
      return;
    }
    try {
      await rest.startPractice();
      message.success(t("practice.coming"));
    } catch (error) {
      message.error(problemText(error));
    }
  };
}

function BarButton({ icon, label, onClick }: { icon: IconName; label: string; onClick: () => void }) {
  return (
    <Button onClick={onClick} title={label} icon={<Icon name={icon} size={16} />} className={css.wideOnly}>
      {label}
    </Button>
  );
}

/** What only those need who take contacts. */
function AgentButtons({ startPractice }: { startPractice: (() => void) | undefined }) {
  const { t } = useTranslation();
  return (
    <>
      {startPractice && <BarButton icon="practice" label={t("practice.button")} onClick={startPractice} />}
      <BarButton icon="link" label={t("link_dialog.button")} onClick={() => openDialog("link")} />
    </>
  );
}

export function TopBar({ signOut }: { signOut: () => void }) {
  const { t } = useTranslation();
  const me = useConsole((s) => s.me);
  // Until the first snapshot nobody knows; most are agents, and nothing should jump.
  const agent = !me || takesContacts(me);
  const console = useConsole(usesConsole);
  const state = useConsole((s) => s.agent);
  const watches = useConsole((s) => s.link === "superseded");
  const practice = useConsole((s) => s.practice) && agent && !watches;
  const keymap = usePrefs((p) => p.keymap);
  const start = usePractice();
  const startPractice = practice ? () => void start() : undefined;
  return (
    <header className={css.bar}>
      <Logo />
      <Navigation />
      {/* Who takes no contacts has no state either. */}
      {agent && state?.state && !watches && <PresenceMenu agent={state} />}
      {agent && !watches && <QueueChip />}
      <span className={css.grow} />
      {agent && !watches && <AgentButtons startPractice={startPractice} />}
      {console && !watches && (
        <span className={css.midOnly}>
          <IconButton icon="panel" label={t("side.open")} onClick={() => setUi({ sideOpen: true })} />
        </span>
      )}
      <IconButton
        icon="search"
        label={t("search.title")}
        shortcut={comboLabel(keymap.search)}
        onClick={() => openDialog("search")}
      />
      <NetworkDot />
      <LookMenu />
      <UserMenu agent={agent && !watches} signOut={signOut} startPractice={startPractice} />
    </header>
  );
}
