// SPDX-License-Identifier: Apache-2.0

import { MAX_FILE_BYTES, mayRun, type OutgoingMessage } from "@visavis/client-core";
import type { ContactView, Message } from "@visavis/protocol";
import { Icon } from "@visavis/ui";
import { App, Button } from "antd";
import type { i18n as Dictionary } from "i18next";
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { act, customerOf, useConsole } from "../console/state.ts";
import { setDraft, setUi, useUi } from "../console/ui.ts";
import { bytes } from "../lib/format.ts";
import { wordsFor } from "../lib/words.ts";
import { Empty } from "../parts/parts.tsx";
import css from "./chat.module.css";

const none: readonly Message[] = [];

function timeOf(at: number, lang: string): string {
  return new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit" }).format(at);
}

function FileBubble({ file, mine }: { file: NonNullable<Message["file"]>; mine: boolean }) {
  const { t } = useTranslation();
  return (
    <a className={css.file} href={`/v1/files/${encodeURIComponent(file.id)}`} download={file.name}>
      <Icon name="file" size={22} />
      <span>
        <span className={css.fileName}>{file.name}</span>
        <span className={css.fileSize}>{bytes(file.size)}</span>
        {!mine && mayRun(file.name) && <span className={css.fileWarning}>{t("chat.program")}</span>}
      </span>
    </a>
  );
}

function Line({ message, mine, lang }: { message: Message; mine: boolean; lang: string }) {
  const { t, i18n } = useTranslation();
  if (message.kind === "system") {
    const words = systemWords(i18n, message) ?? message.text;
    if (!words) return null;
    return (
      <li className={css.system}>
        <span>{words}</span> <time>{timeOf(message.at, i18n.language)}</time>
      </li>
    );
  }
  return (
    <li className={css.line} data-mine={mine}>
      <div className={css.bubble} lang={mine ? undefined : lang}>
        {message.file ? (
          <FileBubble file={message.file} mine={mine} />
        ) : (
          <span className={css.text}>{message.text}</span>
        )}
      </div>
      <span className={css.meta}>
        {mine ? t("chat.you") : message.name} · <time>{timeOf(message.at, i18n.language)}</time>
      </span>
    </li>
  );
}

/** For `raised` the name is that of the new channel. */
function systemWords(dictionary: Dictionary, message: Message): string | undefined {
  const code = message.system === "raised" ? `raised_${message.name}` : message.system;
  return wordsFor(dictionary, `system.${code}`, { name: message.name });
}

/** Ours that the server has not confirmed yet. */
function Pending({ message }: { message: OutgoingMessage }) {
  const { t, i18n } = useTranslation();
  const again = () => {
    act().dropFailed(message.key);
    if (message.text) act().sendText(message.contactId, message.text);
  };
  return (
    <li className={css.line} data-mine="true">
      <div className={css.bubble} data-pending={!message.failed}>
        <span className={css.text}>{message.text ?? message.file?.name}</span>
      </div>
      {message.failed ? (
        <span className={css.failed} role="alert">
          {wordsFor(i18n, `problem.${message.failed}`) ?? t("chat.failed")}
          {message.text && (
            <button type="button" onClick={again}>
              {t("common.retry")}
            </button>
          )}
          <button type="button" onClick={() => act().dropFailed(message.key)}>
            {t("chat.discard")}
          </button>
        </span>
      ) : (
        <span className={css.meta}>{t("chat.sending")}</span>
      )}
    </li>
  );
}

function Typing({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const people = useConsole((s) => s.typing[contact.id]);
  const names = contact.participants.filter((p) => people?.includes(p.id)).map((p) => p.name);
  return <p className={css.typing}>{names.length > 0 ? t("chat.typing", { name: names.join(", ") }) : ""}</p>;
}

function Messages({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const messages = useConsole((s) => s.chat[contact.id]) ?? none;
  const me = useConsole((s) => s.me?.id);
  const mine = contact.participants.find((p) => p.user_id && p.user_id === me)?.id;
  const pending = useConsole((s) => s.outbox).filter((m) => m.contactId === contact.id);
  const box = useRef<HTMLElement>(null);
  const count = messages.length + pending.length;
  useLayoutEffect(() => {
    // Only the box itself: what lies around it must not move under the pointer.
    if (count > 0) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [count]);
  useEffect(() => {
    if (count > 0) setUi((ui) => ({ readAt: { ...ui.readAt, [contact.id]: messages.at(-1)?.at ?? 0 } }));
  }, [count, contact.id, messages]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section ref={box} className={css.scroll} tabIndex={0} aria-label={t("chat.messages")}>
      {count === 0 ? (
        <Empty icon="chat" title={t("chat.empty")} text={t("chat.empty_text")} />
      ) : (
        <ol className={css.lines} aria-live="polite" aria-relevant="additions">
          {messages.map((message) => (
            <Line key={message.id} message={message} mine={message.from === mine} lang={contact.language} />
          ))}
          {pending.map((message) => (
            <Pending key={message.key} message={message} />
          ))}
        </ol>
      )}
    </section>
  );
}

/** A program is sent only by somebody who means it. */
function ProgramQuestion({ name, onAnswer }: { name: string; onAnswer: (send: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <div className={css.question} role="alert">
      <span className={css.questionText}>{t("chat.program_ask", { name })}</span>
      <Button size="small" onClick={() => onAnswer(false)}>
        {t("common.cancel")}
      </Button>
      <Button size="small" danger onClick={() => onAnswer(true)}>
        {t("chat.program_send")}
      </Button>
    </div>
  );
}

function Composer({ contact }: { contact: ContactView }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const draft = useUi((s) => s.drafts[contact.id] ?? "");
  const picker = useRef<HTMLInputElement>(null);
  const [program, setProgram] = useState<File>();
  const away = customerOf(contact)?.present === false;
  const send = () => {
    const text = draft.trim();
    if (!text) return;
    act().sendText(contact.id, text);
    setDraft(contact.id, "");
  };
  const sendFile = (file: File | undefined) => {
    if (!file) return;
    if (file.size > MAX_FILE_BYTES) message.error(t("problem.too_large"));
    else if (mayRun(file.name)) setProgram(file);
    else act().sendFile(contact.id, file);
  };
  const answer = (sends: boolean) => {
    if (sends && program) act().sendFile(contact.id, program);
    setProgram(undefined);
  };
  const onKey = (event: KeyboardEvent) => {
    // Enter also confirms a word of an input method; that one is not ours.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const onText = (text: string) => {
    setDraft(contact.id, text);
    act().typing(contact.id);
  };
  return (
    <div className={css.composer}>
      {program && <ProgramQuestion name={program.name} onAnswer={answer} />}
      <input
        ref={picker}
        type="file"
        hidden
        onChange={(e) => {
          sendFile(e.target.files?.[0]);
          e.target.value = "";
        }}
      />
      <Button
        type="text"
        aria-label={t("chat.attach")}
        title={t("chat.attach")}
        icon={<Icon name="attach" />}
        onClick={() => picker.current?.click()}
      />
      <textarea
        className={css.input}
        rows={Math.min(5, draft.split("\n").length)}
        value={draft}
        maxLength={4000}
        aria-label={t("chat.write")}
        placeholder={away ? t("chat.write_away") : t("chat.write")}
        onChange={(e) => onText(e.target.value)}
        onKeyDown={onKey}
      />
      <Button
        type="primary"
        aria-label={t("chat.send")}
        title={t("chat.send")}
        disabled={draft.trim() === ""}
        icon={<Icon name="send" />}
        onClick={send}
      />
    </div>
  );
}

export function Chat({ contact }: { contact: ContactView }) {
  return (
    <div className={css.chat}>
      <Messages contact={contact} />
      <Typing contact={contact} />
      {contact.state === "active" && <Composer contact={contact} />}
    </div>
  );
}
