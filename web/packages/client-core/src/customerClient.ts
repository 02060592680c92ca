// SPDX-License-Identifier: Apache-2.0
import type {
  Channel,
  Commands,
  ContactView,
  CustomerCommand,
  CustomerSnapshot,
  MediaQuality,
  Message,
  Notice,
  Purpose,
  Slot,
} from "@visavis/protocol";
import { mergeMessage, type OutgoingMessage, TYPING_EVERY_MS, TYPING_SHOWN_MS } from "./chat.ts";
import { CommandFailure, Connection, type ConnectionState } from "./connection.ts";
import { ContactMedia, wantsMedia } from "./contactMedia.ts";
import type { Environment } from "./environment.ts";
import type { LocalMedia } from "./localMedia.ts";
import type { MediaSession } from "./mediaSession.ts";
import { MAX_FILE_BYTES, type Rest, RestError } from "./rest.ts";
import { type Readable, Store } from "./store.ts";

export interface CustomerState {
  connection: ConnectionState;
  participantId: string | undefined;
  contact: ContactView | undefined;
  chat: readonly Message[];
  outbox: readonly OutgoingMessage[];
  /** Participant ids that are typing. */
  typing: readonly string[];
  slots: readonly Slot[];
  /** The server's view of the network; the media session has our own. */
  quality: MediaQuality | undefined;
  notice: Notice | undefined;
  media: MediaSession | undefined;
  /** How long a call waits for somebody whose connection is lost, as the server has it; undefined before the first snapshot. */
  graceMs: number | undefined;
}

export interface CustomerClientOptions {
  environment: Environment;
  rest: Rest;
  local: LocalMedia;
  token: string;
  lang: () => string;
  socketUrl: (ticket: string) => string;
}

/** Whether somebody who was in the call has left it; whose line is cut for a moment has not. */
function someoneLeft(before: ContactView | undefined, after: ContactView): boolean {
  const there = new Set(after.participants.map((p) => p.id));
  return before?.participants.some((p) => !there.has(p.id)) ?? false;
}

/** A customer's one contact: state kept by the server's events, commands, chat, and the media that belongs to it. */
export class CustomerClient {
  readonly connection: Connection;
  readonly #options: CustomerClientOptions;
  readonly #state: Store<CustomerState>;
  #media: ContactMedia | undefined;
  #typingSentAt = 0;
  readonly #typingTimers = new Map<string, number>();

  constructor(options: CustomerClientOptions) {
    this.#options = options;
    options.rest.useToken(options.token);
    this.connection = new Connection({
      environment: options.environment,
      kind: "customer",
      lang: options.lang,
      ticket: async () => (await options.rest.ticket()).ticket,
      socketUrl: options.socketUrl,
    });
    this.#state = new Store<CustomerState>({
      connection: this.connection.state.get(),
      participantId: undefined,
      contact: undefined,
      chat: [],
      outbox: [],
      typing: [],
      slots: [],
      quality: undefined,
      notice: undefined,
      media: undefined,
      graceMs: undefined,
    });
    this.#listen();
  }

  get state(): Readable<CustomerState> {
    return this.#state;
  }

  start(): void {
    this.connection.start();
  }

  /** Another window has the call; `connection.takeOver()` brings it here. */
  standBy(): void {
    this.connection.standBy();
  }

  /** Lets go of everything; the contact itself goes on until it is left. */
  dispose(): void {
    this.#media?.close();
    this.#media = undefined;
    for (const timer of this.#typingTimers.values()) this.#options.environment.clearTimeout(timer);
    this.connection.stop();
  }

  #contactId(): string {
    return this.#state.get().contact?.id ?? "";
  }

  // ---- commands

  async sendText(text: string): Promise<void> {
    await this.#deliver({ text }, async () => text);
  }

  /** Uploads and sends; the outgoing message carries `failed: "too_large"` and the like where it does not work. */
  async sendFile(file: File): Promise<void> {
    const info = { name: file.name, size: file.size, type: file.type };
    await this.#deliver({ file: info }, async (contactId) => {
      if (file.size > MAX_FILE_BYTES)
        throw new RestError(413, "too_large", "The file is larger than 20 MiB.");
      return { file_id: (await this.#options.rest.uploadFile(contactId, file, file.name)).file_id };
    });
  }

  dropFailed(key: string): void {
    this.#state.update({ outbox: this.#state.get().outbox.filter((message) => message.key !== key) });
  }

  typing(): void {
    const now = this.#options.environment.now();
    if (now - this.#typingSentAt < TYPING_EVERY_MS) return;
    this.#typingSentAt = now;
    this.connection
      .send("chat.typing", { contact_id: this.#contactId() }, { volatile: true })
      .catch(() => undefined);
  }

  raise(channel: Channel): Promise<unknown> {
    return this.connection.send("contact.raise", { contact_id: this.#contactId(), channel });
  }

  answerRaise(accept: boolean): Promise<unknown> {
    return this.connection.send("contact.raise.answer", { contact_id: this.#contactId(), accept });
  }

  leave(): Promise<unknown> {
    return this.connection.send("contact.leave", { contact_id: this.#contactId() });
  }

  rate(stars: number, solved: boolean | undefined, comment: string): Promise<unknown> {
    const rating = { stars, ...(solved === undefined ? {} : { solved }), ...(comment ? { comment } : {}) };
    return this.connection.send("contact.rate", { contact_id: this.#contactId(), ...rating });
  }

  setConsent(purpose: Purpose, version: string, granted: boolean): Promise<unknown> {
    return this.connection.send("consent.set", { contact_id: this.#contactId(), purpose, version, granted });
  }

  /** Any customer command; the methods above cover the usual ones. */
  send<K extends CustomerCommand>(type: K, data: Commands[K]["data"]): Promise<Commands[K]["reply"]> {
    return this.connection.send(type, data);
  }

  clearNotice(): void {
    this.#state.update({ notice: undefined });
  }

  // ---- events

  #listen(): void {
    const { connection } = this;
    connection.state.subscribe(() => this.#state.update({ connection: connection.state.get() }));
    connection.on("welcome", ({ resumed }) => this.#media?.session.onWelcome(resumed));
    connection.on("snapshot", (data) => this.#adopt(data as CustomerSnapshot));
    connection.on("contact", ({ contact }) => {
      if (someoneLeft(this.#state.get().contact, contact)) this.#formatsMayFit();
      this.#state.update({ contact });
      this.#followMedia();
    });
    connection.on("chat.message", ({ message }) => this.#arrived(message));
    connection.on("chat.typing", ({ participant_id }) => this.#showTyping(participant_id));
    connection.on("media.slots", ({ slots }) => {
      this.#state.update({ slots });
      this.#followMedia();
    });
    connection.on("media.switch", (message) => {
      this.#media?.session.switchCodec(message);
      this.#formatsMayFit();
    });
    connection.on("media.quality", (quality) => this.#state.update({ quality }));
    connection.on("notice", (notice) => this.#state.update({ notice }));
    connection.state.subscribe(() => {
      const { phase } = connection.state.get();
      if (phase === "superseded" || phase === "refused") this.#closeMedia();
    });
  }

  /** What was said of the formats that people have in common may be true no longer. */
  #formatsMayFit(): void {
    if (this.#state.get().notice?.code === "no_common_codec") this.clearNotice();
  }

  #adopt(snapshot: CustomerSnapshot): void {
    this.#state.update({
      participantId: snapshot.you.participant_id,
      contact: snapshot.contact,
      chat: snapshot.chat,
      slots: snapshot.slots,
      graceMs: snapshot.grace_s * 1000,
    });
    this.#followMedia();
  }

  #followMedia(): void {
    const { contact, slots } = this.#state.get();
    if (!contact || !wantsMedia(contact)) {
      this.#closeMedia();
      return;
    }
    if (this.#media) this.#media.update(contact, slots, true);
    else {
      this.#media = new ContactMedia(
        this.#options.environment,
        this.connection,
        this.#options.local,
        contact,
        true,
      );
      this.#media.update(contact, slots, true);
      this.#state.update({ media: this.#media.session });
    }
  }

  #closeMedia(): void {
    this.#media?.close();
    this.#media = undefined;
    this.#state.update({ media: undefined, quality: undefined });
  }

  #arrived(message: Message): void {
    const { chat, typing } = this.#state.get();
    this.#state.update({
      chat: mergeMessage(chat, message),
      typing: typing.includes(message.from) ? typing.filter((id) => id !== message.from) : typing,
    });
  }

  #showTyping(participantId: string): void {
    const { environment } = this.#options;
    const { typing, participantId: me } = this.#state.get();
    if (participantId === me) return;
    const running = this.#typingTimers.get(participantId);
    if (running !== undefined) environment.clearTimeout(running);
    if (!typing.includes(participantId)) this.#state.update({ typing: [...typing, participantId] });
    const timer = environment.setTimeout(() => {
      this.#typingTimers.delete(participantId);
      this.#state.update({ typing: this.#state.get().typing.filter((id) => id !== participantId) });
    }, TYPING_SHOWN_MS);
    this.#typingTimers.set(participantId, timer);
  }

  async #deliver(
    shown: Pick<OutgoingMessage, "text" | "file">,
    prepare: (contactId: string) => Promise<string | { file_id: string }>,
  ): Promise<void> {
    const { environment } = this.#options;
    const contactId = this.#contactId();
    const outgoing: OutgoingMessage = {
      key: environment.uuid(),
      contactId,
      at: this.connection.serverNow(),
      ...shown,
    };
    this.#state.update({ outbox: [...this.#state.get().outbox, outgoing] });
    try {
      const content = await prepare(contactId);
      const data = typeof content === "string" ? { text: content } : content;
      const { message } = await this.connection.send("chat.send", { contact_id: contactId, ...data });
      this.#arrived(message);
      this.dropFailed(outgoing.key);
    } catch (error) {
      const code = error instanceof RestError || error instanceof CommandFailure ? error.code : "unknown";
      const outbox = this.#state.get().outbox;
      this.#state.update({
        outbox: outbox.map((m) => (m.key === outgoing.key ? { ...m, failed: code } : m)),
      });
    }
  }
}
