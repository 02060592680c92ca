// SPDX-License-Identifier: Apache-2.0
import { initials } from "@visavis/client-core";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useLanguage } from "../hooks.ts";
import { Icon, type IconName } from "./icons.tsx";

interface ButtonProps {
  children: ComponentChildren;
  onClick?: () => void;
  kind?: "primary" | "plain" | "quiet" | "danger";
  icon?: IconName;
  busy?: boolean;
  disabled?: boolean;
  submit?: boolean;
  wide?: boolean;
}

export function Button(props: ButtonProps) {
  const { kind = "plain", icon, busy = false, wide = false } = props;
  return (
    <button
      type={props.submit ? "submit" : "button"}
      class={`button ${kind}${wide ? " wide" : ""}`}
      onClick={props.onClick}
      disabled={props.disabled || busy}
      aria-busy={busy}
    >
      {busy ? <span class="spinner" aria-hidden="true" /> : icon && <Icon name={icon} size={20} />}
      <span>{props.children}</span>
    </button>
  );
}

interface IconButtonProps {
  icon: IconName;
  label: string;
  onClick: () => void;
  class?: string;
  pressed?: boolean;
  expanded?: boolean;
  badge?: number;
  size?: number;
}

export function IconButton(props: IconButtonProps) {
  return (
    <button
      type="button"
      class={`icon-button ${props.class ?? ""}`}
      onClick={props.onClick}
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
    >
      <Icon name={props.icon} size={props.size ?? 24} />
      {props.badge ? (
        <span class="badge" aria-hidden="true">
          {props.badge}
        </span>
      ) : null}
    </button>
  );
}

interface SheetProps {
  title: string;
  children: ComponentChildren;
  onClose: () => void;
  /** A question that needs an answer has no close button of its own. */
  question?: boolean;
  tall?: boolean;
}

/** A sheet from below on phones, a dialog on wide screens; keeps the focus, closes with Escape. */
export function Sheet({ title, children, onClose, question = false, tall = false }: SheetProps) {
  const { t } = useLanguage();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the sheet closes it; Escape does so by keyboard
    <dialog
      ref={dialog}
      class={`sheet${tall ? " tall" : ""}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current && !question) onClose();
      }}
    >
      <div class="sheet-body">
        <header class="sheet-head">
          <h2 id={id}>{title}</h2>
          {!question && <IconButton icon="close" label={t("close")} onClick={onClose} />}
        </header>
        {children}
      </div>
    </dialog>
  );
}

export function Banner(props: {
  kind: "info" | "warning" | "error";
  children: ComponentChildren;
  action?: { label: string; onClick: () => void };
  onClose?: () => void;
}) {
  const { t } = useLanguage();
  return (
    <div class={`banner ${props.kind}`} role={props.kind === "error" ? "alert" : "status"}>
      <Icon name={props.kind === "info" ? "info" : "warning"} size={20} />
      <div class="banner-text">{props.children}</div>
      {props.action && (
        <button type="button" class="banner-action" onClick={props.action.onClick}>
          {props.action.label}
        </button>
      )}
      {props.onClose && <IconButton icon="close" label={t("close")} size={18} onClick={props.onClose} />}
    </div>
  );
}

/** A bar of loudness or strength; decorative beside its text. */
export function Bar({ value, kind = "level" }: { value: number; kind?: "level" | "good" | "weak" | "bad" }) {
  const fill = useRef<HTMLDivElement>(null);
  useEffect(() => {
    fill.current?.style.setProperty("--value", String(Math.min(1, Math.max(0, value))));
  }, [value]);
  return (
    <div class={`bar ${kind}`} aria-hidden="true">
      <div ref={fill} />
    </div>
  );
}

/** What people see instead of a picture: the first letters of a name. */
export function Avatar({ name, size = "large" }: { name: string; size?: "large" | "small" }) {
  return (
    <span class={`avatar ${size}`} aria-hidden="true">
      {name.trim() ? initials(name) : "·"}
    </span>
  );
}
