// SPDX-License-Identifier: Apache-2.0
// What the tables and forms of the administration share.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Icon } from "@visavis/ui";
import { App, Button, Form, Select, Tag } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { rest } from "../console/rest.ts";
import { problemText } from "../lib/problem_text.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Banner, ScrollBox, Skeleton } from "../parts/parts.tsx";
import css from "./wall.module.css";

interface Loaded<T> {
  data: T[] | undefined;
  error: unknown;
  isLoading: boolean;
  refetch: () => unknown;
}

interface PanelProps<T> {
  id: string;
  title: string;
  add: string;
  onAdd: () => void;
  query: Loaded<T>;
  children: (rows: T[]) => ReactNode;
}

/** A headed table with a button to add to it; what it lists may still be loading, or have failed to. */
export function Panel<T>({ id, title, add, onAdd, query, children }: PanelProps<T>) {
  return (
    <section className={css.panel} aria-labelledby={id}>
      <div className={css.head}>
        <h2 id={id}>{title}</h2>
        <Button icon={<Icon name="plus" size={16} />} onClick={onAdd}>
          {add}
        </Button>
      </div>
      <Listed query={query}>{(rows) => <ScrollBox label={title}>{children(rows)}</ScrollBox>}</Listed>
    </section>
  );
}

/** What is to be shown once it is there; until then that it is loading, or why it is not. */
export function Listed<T>({ query, children }: { query: Loaded<T>; children: (rows: T[]) => ReactNode }) {
  const { t } = useTranslation();
  if (query.isLoading) return <Skeleton rows={3} height={40} />;
  if (query.error) {
    return (
      <Banner
        kind="error"
        live="polite"
        action={
          <Button size="small" onClick={() => void query.refetch()}>
            {t("common.retry")}
          </Button>
        }
      >
        {problemText(query.error)}
      </Banner>
    );
  }
  return children(query.data ?? []);
}

export interface Target {
  method: "POST" | "PATCH";
  path: string;
}

/** Adds to a collection, or changes its item `id`. */
export const itemOf = (path: string, id: string | undefined): Target =>
  id === undefined
    ? { method: "POST", path }
    : { method: "PATCH", path: `${path}/${encodeURIComponent(id)}` };

/** Sends there; then what is kept under `key` is read again. */
export function useSave({ method, path }: Target, key: string, onDone: () => void) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const { isPending, mutate } = useMutation({
    mutationFn: (body: object) => rest.call(method, path, { body }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: [key] });
      // The console's own lists of topics hang on it, too.
      void client.invalidateQueries({ queryKey: ["config"] });
      message.success(t(method === "POST" ? "admin.added" : "admin.changed"));
      onDone();
    },
    onError: (error) => message.error(problemText(error)),
  });
  // Nothing changed is nothing to send.
  const save = (body: object) => (Object.keys(body).length > 0 ? mutate(body) : onDone());
  return { busy: isPending, save };
}

interface DialogProps {
  title: string;
  busy: boolean;
  onClose: () => void;
  onSave: () => void;
  children: ReactNode;
}

export function SaveDialog({ title, busy, onClose, onSave, children }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="primary" loading={busy} onClick={onSave}>
            {t("admin.save")}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}

export function EditButton({ name, onClick }: { name: string; onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <Button size="small" aria-label={t("admin.edit_named", { name })} onClick={onClick}>
      {t("admin.edit")}
    </Button>
  );
}

export function SkillsField() {
  const { t } = useTranslation();
  return (
    <Form.Item name="skills" label={t("admin.skills")} extra={t("admin.skills_hint")}>
      <Select mode="tags" open={false} suffixIcon={null} tokenSeparators={[",", " ", "，"]} />
    </Form.Item>
  );
}

export function Words({ words }: { words: readonly string[] | undefined }) {
  if (words?.length === 0) return "–";
  return (
    <span className={css.words}>
      {(words ?? []).map((word) => (
        <Tag key={word}>{word}</Tag>
      ))}
    </span>
  );
}
