// SPDX-License-Identifier: Apache-2.0
import { localName } from "@visavis/client-core";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useApp, useLanguage, useStore } from "../hooks.ts";
import { choose, look, nextTheme, type Theme } from "../look.ts";
import { IconButton } from "./controls.tsx";
import { Icon, type IconName } from "./icons.tsx";

export function LanguageSwitch() {
  const { t, tag } = useLanguage();
  const other = tag === "en" ? "zh-CN" : "en";
  return (
    <button
      type="button"
      class="language"
      lang={other}
      title={t("other_language")}
      onClick={() => choose({ lang: other })}
    >
      <Icon name="globe" size={18} />
      <span>{t("other_language")}</span>
    </button>
  );
}

const themeIcon: Record<Theme, IconName> = { system: "theme", light: "sun", dark: "moon" };

/** Light, dark, or as the device has it: one button that goes round. */
export function ThemeSwitch() {
  const { t } = useLanguage();
  const theme = useStore(look, (value) => value.theme);
  return (
    <IconButton
      class="theme"
      icon={themeIcon[theme]}
      size={20}
      label={t(`theme_${theme}`)}
      onClick={() => choose({ theme: nextTheme(theme) })}
    />
  );
}

/** Minimise and pop-out buttons inside the widget's frame. */
export function FrameButtons() {
  const { t } = useLanguage();
  const { host, journey } = useApp();
  const client = useStore(journey.state, (state) => state.client);
  if (!host.embedded) return null;
  return (
    <>
      {client && (
        <IconButton icon="popout" size={20} label={t("widget_popout")} onClick={() => journey.popOut()} />
      )}
      <IconButton icon="minimise" size={20} label={t("widget_minimise")} onClick={() => host.minimise()} />
    </>
  );
}

/** The mark of the console's top bar and of the tab. */
function Logo() {
  return (
    <svg class="brand" aria-hidden="true" viewBox="0 0 32 32" width="28" height="28">
      <rect width="32" height="32" rx="8" fill="#0b5cd6" />
      <circle cx="11" cy="13" r="4.2" fill="#fff" />
      <circle cx="21" cy="13" r="4.2" fill="#9cc3ff" />
      <path d="M4.5 25.5c.6-4.3 3-6.5 6.5-6.5s5.9 2.2 6.5 6.5z" fill="#fff" />
      <path d="M19.3 25.5c-.2-2.3-.9-4.2-2-5.6 1-.6 2.3-.9 3.7-.9 3.5 0 5.9 2.2 6.5 6.5z" fill="#9cc3ff" />
    </svg>
  );
}

export function TopBar({ onBack }: { onBack?: () => void }) {
  const { t, tag } = useLanguage();
  const { journey } = useApp();
  const entry = useStore(journey.state, (state) => state.entry);
  const name = localName(entry?.tenant.name, tag) || t("title");
  return (
    <header class="top-bar">
      {onBack ? <IconButton icon="back" label={t("back")} onClick={onBack} /> : <Logo />}
      <span class="top-title">{name}</span>
      <LanguageSwitch />
      <ThemeSwitch />
      <FrameButtons />
    </header>
  );
}

/** A screen with one heading that takes the focus when it appears, so that screen readers start there. */
export function Card(props: {
  title: string;
  children: ComponentChildren;
  onBack?: () => void;
  wide?: boolean;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div class="page">
      <TopBar onBack={props.onBack} />
      <main class={`card${props.wide ? " wide" : ""}`}>
        <h1 ref={heading} tabIndex={-1}>
          {props.title}
        </h1>
        {props.children}
      </main>
    </div>
  );
}

/** One thing happened; what it means; one way on. */
export function Message(props: {
  icon: IconName;
  title: string;
  children: ComponentChildren;
  actions?: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <div class="page">
      <TopBar />
      <main class="card message">
        <span class="message-icon">
          <Icon name={props.icon} size={32} />
        </span>
        <h1 ref={heading} tabIndex={-1}>
          {props.title}
        </h1>
        <p>{props.children}</p>
        {props.actions && <div class="actions">{props.actions}</div>}
      </main>
    </div>
  );
}
