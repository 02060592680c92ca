// SPDX-License-Identifier: Apache-2.0
import { type CustomerClient, mayRun, type OutgoingMessage } from "@visavis/client-core";
import type { Channel, Message } from "@visavis/protocol";
import { useEffect, useRef, useState } from "preact/hooks";
import { useApp, useLanguage, useStore } from "../hooks.ts";
import type { Word } from "../i18n/index.ts";
import { IconButton } from "../parts/controls.tsx";
import { Icon } from "../parts/icons.tsx";
import { sendErrorWord } from "../screens/errors.ts";

const SYSTEM_WORDS: Record<string, Word> = {
  agent_joined: "system_agent_joined",
  agent_left: "system_agent_left",
  hold_on: "system_hold_on",
  hold_off: "system_hold_off",
  raised: "system_raised",
  transferred: "system_transferred",
  requeued: "system_requeued",
  ended: "system_ended",
};

export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function SystemLine({ message }: { message: Message }) {
  const { t } = useLanguage();
  const word = message.system ? SYSTEM_WORDS[message.system] : undefined;
  if (!word && !message.text) return null;
  const channel = ["video", "audio", "chat"].includes(message.name)
    ? t(`channel_${message.name as Channel}`)
    : "";
  return <li class="system-line">{word ? t(word, { name: message.name, channel }) : message.text}</li>;
}

function FileLine({ message, mine }: { message: Message; mine: boolean }) {
  const { t } = useLanguage();
  const { journey } = useApp();
  const [failed, setFailed] = useState(false);
  const { file } = message;
  if (!file) return null;
  const download = async () => {
    setFailed(false);
    try {
      const url = URL.createObjectURL(await journey.rest.downloadFile(file.id));
      const link = document.createElement("a");
      link.href = url;
      link.download = file.name;
      link.click();
      window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch {
      setFailed(true);
    }
  };
  return (
    <button
      type="button"
      class="file"
      onClick={() => void download()}
      title={t("chat_download", { name: file.name })}
    >
      <Icon name="file" size={22} />
      <span>
        <span class="file-name">{file.name}</span>
        <span class="file-size">{failed ? t("chat_drop_failed") : fileSize(file.size)}</span>
        {!mine && mayRun(file.name) && <span class="file-warning">{t("chat_program")}</span>}
      </span>
    </button>
  );
}

function MessageLine({ message, mine }: { message: Message; mine: boolean }) {
  const { tag } = useLanguage();
  if (message.kind === "system") return <SystemLine message={message} />;
  const time = new Date(message.at).toLocaleTimeString(tag, { hour: "2-digit", minute: "2-digit" });
  return (
    <li class={mine ? "bubble mine" : "bubble"}>
      {!mine && <span class="bubble-name">{message.name}</span>}
      {message.kind === "file" ? (
        <FileLine message={message} mine={mine} />
      ) : (
        <span class="bubble-text">{message.text}</span>
      )}
      <time class="bubble-time">{time}</time>
    </li>
  );
}

function OutgoingLine({ message, onRemove }: { message: OutgoingMessage; onRemove: () => void }) {
  const { t } = useLanguage();
  const failed = message.failed && t(sendErrorWord(message.failed));
  return (
    <li class={failed ? "bubble mine failed" : "bubble mine sending"}>
      <span class="bubble-text">{message.text ?? message.file?.name}</span>
      <span class="bubble-time">
        {failed ?? t("chat_sending")}
        {failed && (
          <button type="button" class="inline" onClick={onRemove}>
            {t("chat_remove")}
          </button>
        )}
      </span>
    </li>
  );
}

/** A program is sent only by somebody who means it. */
function ProgramQuestion({ name, onAnswer }: { name: string; onAnswer: (send: boolean) => void }) {
  const { t } = useLanguage();
  return (
    <div class="file-question" role="alert">
      <span>{t("chat_program_ask", { name })}</span>
      <button type="button" class="inline" onClick={() => onAnswer(false)}>
        {t("chat_program_keep")}
      </button>
      <button type="button" class="inline" onClick={() => onAnswer(true)}>
        {t("chat_program_send")}
      </button>
    </div>
  );
}

function Composer({ client }: { client: CustomerClient }) {
  const { t } = useLanguage();
  const [text, setText] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const [program, setProgram] = useState<File>();
  const answer = (sends: boolean) => {
    if (sends && program) void client.sendFile(program);
    setProgram(undefined);
  };
  const send = () => {
    const trimmed = text.trim();
    if (!trimmed) return;
    setText("");
    void client.sendText(trimmed.slice(0, 4000));
    area.current?.focus();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {program && <ProgramQuestion name={program.name} onAnswer={answer} />}
      <IconButton icon="attach" label={t("chat_attach")} onClick={() => file.current?.click()} />
      <input
        ref={file}
        type="file"
        class="hidden"
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          const chosen = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (chosen && mayRun(chosen.name)) setProgram(chosen);
          else if (chosen) void client.sendFile(chosen);
        }}
      />
      <textarea
        ref={area}
        rows={1}
        value={text}
        maxLength={4000}
        aria-label={t("chat_placeholder")}
        placeholder={t("chat_placeholder")}
        onInput={(event) => {
          setText(event.currentTarget.value);
          client.typing();
        }}
        onKeyDown={(event) => {
          // Enter while composing Chinese picks a word; it does not send.
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <button
        type="submit"
        class="icon-button send"
        aria-label={t("chat_send")}
        disabled={text.trim() === ""}
      >
        <Icon name="send" size={22} />
      </button>
    </form>
  );
}

/** Messages and composer; fills whatever it is put in. */
export function Chat({ client }: { client: CustomerClient }) {
  const { t } = useLanguage();
  const { chat, outbox, typing, participantId, contact } = useStore(client.state, (state) => state);
  const list = useRef<HTMLDivElement>(null);
  const typist = contact?.participants.find(({ id }) => typing.includes(id));
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [chat.length, outbox.length, typist]);
  const empty = chat.length === 0 && outbox.length === 0;
  const waiting = contact?.state === "waiting" || contact?.state === "offered";
  return (
    <div class="chat">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard */}
      <div ref={list} class="chat-log" role="log" aria-label={t("chat_log")} aria-live="polite" tabIndex={0}>
        <ol>
          {empty && <li class="empty">{t(waiting ? "chat_empty_waiting" : "chat_empty")}</li>}
          {chat.map((message) => (
            <MessageLine key={message.id} message={message} mine={message.from === participantId} />
          ))}
          {outbox.map((message) => (
            <OutgoingLine
              key={message.key}
              message={message}
              onRemove={() => client.dropFailed(message.key)}
            />
          ))}
          {typist && <li class="typing">{t("chat_typing", { name: typist.name })}</li>}
        </ol>
      </div>
      <Composer client={client} />
    </div>
  );
}
