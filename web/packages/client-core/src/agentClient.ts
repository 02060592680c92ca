// SPDX-License-Identifier: Apache-2.0
import type {
  AgentCommand,
  AgentSnapshot,
  AgentView,
  Commands,
  ContactView,
  MediaQuality,
  Message,
  Notice,
  Offer,
  QueueRow,
  Slot,
  UserView,
  Wall,
} from "@visavis/protocol";
import { mergeMessage, type OutgoingMessage, TYPING_EVERY_MS, TYPING_SHOWN_MS } from "./chat.ts";
import { CommandFailure, Connection, type ConnectionState } from "./connection.ts";
import { ContactMedia, wantsMedia } from "./contactMedia.ts";
import type { Environment } from "./environment.ts";
import type { LocalMedia } from "./localMedia.ts";
import type { MediaSession } from "./mediaSession.ts";
import { MAX_FILE_BYTES, type Rest, RestError } from "./rest.ts";
import { type Readable, Store } from "./store.ts";

type ById<T> = Readonly<Record<string, T>>;

export interface AgentConsoleState {
  connection: ConnectionState;
  /** False until the first snapshot. */
  ready: boolean;
  you: UserView | undefined;
  agent: AgentView | undefined;
  agents: readonly AgentView[];
  queue: readonly QueueRow[];
  offers: readonly Offer[];
  contacts: ById<ContactView>;
  chat: ById<readonly Message[]>;
  outbox: readonly OutgoingMessage[];
  slots: ById<readonly Slot[]>;
  /** Contact id → participant ids that are typing. */
  typing: ById<readonly string[]>;
  quality: ById<MediaQuality>;
  /** Contact id → its media session; exists from the ring on for audio and video. */
  media: ById<MediaSession>;
  wall: Wall | undefined;
  practice: boolean;
  notice: Notice | undefined;
  /** The last offers that went away, newest first, for "taken by a colleague" and the like. */
  offersGone: ReadonlyArray<{ contact_id: string; reason: string; at: number }>;
}

export interface AgentClientOptions {
  environment: Environment;
  rest: Rest;
  local: LocalMedia;
  lang: () => string;
  socketUrl: (ticket: string) => string;
}

const initial = (connection: ConnectionState): AgentConsoleState => ({
  connection,
  ready: false,
  you: undefined,
  agent: undefined,
  agents: [],
  queue: [],
  offers: [],
  contacts: {},
  chat: {},
  outbox: [],
  slots: {},
  typing: {},
  quality: {},
  media: {},
  wall: undefined,
  practice: false,
  notice: undefined,
  offersGone: [],
});

function without<T>(map: ById<T>, key: string): ById<T> {
  if (!(key in map)) return map;
  const { [key]: _gone, ...rest } = map;
  return rest;
}

/** An agent's console: everything the server tells this agent, the commands, and the media of each call. */
export class AgentClient {
  readonly connection: Connection;
  readonly #options: AgentClientOptions;
  readonly #state: Store<AgentConsoleState>;
  readonly #media = new Map<string, ContactMedia>();
  readonly #typingTimers = new Map<string, number>();
  readonly #typingSentAt = new Map<string, number>();
  #wallWanted = false;

  constructor(options: AgentClientOptions) {
    this.#options = options;
    this.connection = new Connection({
      environment: options.environment,
      kind: "agent",
      lang: options.lang,
      ticket: async () => (await options.rest.ticket()).ticket,
      socketUrl: options.socketUrl,
    });
    this.#state = new Store(initial(this.connection.state.get()));
    this.#listen();
  }

  get state(): Readable<AgentConsoleState> {
    return this.#state;
  }

  start(): void {
    this.connection.start();
  }

  dispose(): void {
    for (const timer of this.#typingTimers.values()) this.#options.environment.clearTimeout(timer);
    this.#closeAllMedia();
    this.connection.stop();
  }

  /** Any agent command; resolves with the data of its `ok`, rejects with CommandFailure. */
  send<K extends AgentCommand>(type: K, data: Commands[K]["data"]): Promise<Commands[K]["reply"]> {
    return this.connection.send(type, data);
  }

  async sendText(contactId: string, text: string): Promise<void> {
    await this.#deliver(contactId, { text }, async () => ({ text }));
  }

  async sendFile(contactId: string, file: File): Promise<void> {
    await this.#deliver(
      contactId,
      { file: { name: file.name, size: file.size, type: file.type } },
      async () => {
        if (file.size > MAX_FILE_BYTES)
          throw new RestError(413, "too_large", "The file is larger than 20 MiB.");
        return { file_id: (await this.#options.rest.uploadFile(contactId, file, file.name)).file_id };
      },
    );
  }

  dropFailed(key: string): void {
    this.#state.update({ outbox: this.#state.get().outbox.filter((message) => message.key !== key) });
  }

  typing(contactId: string): void {
    const now = this.#options.environment.now();
    if (now - (this.#typingSentAt.get(contactId) ?? 0) < TYPING_EVERY_MS) return;
    this.#typingSentAt.set(contactId, now);
    this.connection.send("chat.typing", { contact_id: contactId }, { volatile: true }).catch(() => undefined);
  }

  /** The supervisor's wall; kept across reconnects until unsubscribed. */
  watchWall(on: boolean): void {
    this.#wallWanted = on;
    this.connection.send(on ? "wall.subscribe" : "wall.unsubscribe", {}).catch(() => undefined);
    if (!on) this.#state.update({ wall: undefined });
  }

  clearNotice(): void {
    this.#state.update({ notice: undefined });
  }

  // ---- events

  #listen(): void {
    const { connection } = this;
    connection.state.subscribe(() => {
      const state = connection.state.get();
      this.#state.update({ connection: state });
      if (state.phase === "superseded" || state.phase === "refused") this.#closeAllMedia();
    });
    connection.on("welcome", ({ resumed }) => {
      for (const media of this.#media.values()) media.session.onWelcome(resumed);
      // Resuming brings back what was missed, not the watching: the server forgets who watches with the link.
      if (this.#wallWanted) this.watchWall(true);
    });
    connection.on("snapshot", (data) => this.#adopt(data as AgentSnapshot));
    connection.on("contact", ({ contact }) => this.#contactChanged(contact));
    connection.on("contact.gone", ({ contact_id }) => this.#contactGone(contact_id));
    connection.on("agent", ({ agent }) => this.#state.update({ agent }));
    connection.on("agents", ({ agents }) => this.#state.update({ agents }));
    connection.on("queue", ({ rows }) => this.#state.update({ queue: rows }));
    connection.on("wall", (wall) => this.#state.update({ wall }));
    connection.on("notice", (notice) => this.#state.update({ notice }));
    connection.on("offer", ({ offer }) => this.#offered(offer));
    connection.on("offer.gone", ({ contact_id, reason }) => this.#offerGone(contact_id, reason));
    connection.on("chat.message", ({ message }) => this.#arrived(message));
    connection.on("chat.typing", (data) => this.#showTyping(data.contact_id, data.participant_id));
    connection.on("media.slots", ({ contact_id, slots }) => {
      this.#state.update({ slots: { ...this.#state.get().slots, [contact_id]: slots } });
      this.#followMedia();
    });
    connection.on("media.switch", (message) =>
      this.#media.get(message.contact_id)?.session.switchCodec(message),
    );
    connection.on("media.quality", (quality) =>
      this.#state.update({ quality: { ...this.#state.get().quality, [quality.contact_id]: quality } }),
    );
  }

  #adopt(snapshot: AgentSnapshot): void {
    this.#state.update({
      ready: true,
      you: snapshot.you,
      agent: snapshot.agent,
      agents: snapshot.agents,
      queue: snapshot.queue,
      offers: snapshot.offers,
      contacts: Object.fromEntries(snapshot.contacts.map((contact) => [contact.id, contact])),
      chat: snapshot.chat,
      slots: snapshot.slots,
      practice: snapshot.practice ?? false,
    });
    this.#followMedia();
  }

  #contactChanged(contact: ContactView): void {
    const state = this.#state.get();
    // Whoever is in the contact has accepted: the server says no `offer.gone` for that.
    const joined = contact.participants.some((person) => person.user_id === state.you?.id);
    const offers = state.offers
      .filter((offer) => offer.contact.id !== contact.id || !(joined && contact.state === "active"))
      .map((offer) => (offer.contact.id === contact.id ? { ...offer, contact } : offer));
    const offeredOnly = offers.some((offer) => offer.contact.id === contact.id) && !joined;
    this.#state.update({
      offers,
      contacts: offeredOnly ? state.contacts : { ...state.contacts, [contact.id]: contact },
    });
    this.#followMedia();
    if (!offeredOnly && !(contact.id in state.contacts)) void this.#loadHistory(contact.id);
  }

  /** What was written before this agent came in: the stream tells only what is written from then on. */
  async #loadHistory(contactId: string): Promise<void> {
    const detail = await this.#options.rest.contactDetail(contactId).catch(() => undefined);
    // An older server, or a proxy in between, may answer without what was written: then there is nothing to show.
    if (!Array.isArray(detail?.chat) || !(contactId in this.#state.get().contacts)) return;
    for (const message of detail.chat) this.#arrived(message);
  }

  #contactGone(id: string): void {
    const state = this.#state.get();
    this.#state.update({
      contacts: without(state.contacts, id),
      chat: without(state.chat, id),
      slots: without(state.slots, id),
      quality: without(state.quality, id),
      typing: without(state.typing, id),
    });
    this.#followMedia();
  }

  #offered(offer: Offer): void {
    const others = this.#state.get().offers.filter((known) => known.contact.id !== offer.contact.id);
    this.#state.update({ offers: [...others, offer] });
    this.#followMedia();
  }

  #offerGone(contactId: string, reason: string): void {
    const { offers, offersGone } = this.#state.get();
    const gone = { contact_id: contactId, reason, at: this.#options.environment.now() };
    this.#state.update({
      offers: offers.filter((offer) => offer.contact.id !== contactId),
      offersGone: [gone, ...offersGone].slice(0, 10),
    });
    this.#followMedia();
  }

  // ---- media

  /** A session for each ringing or running call, none for others. */
  #followMedia(): void {
    const { contacts, offers, slots } = this.#state.get();
    const wanted = new Map<string, { contact: ContactView; joined: boolean }>();
    // A conversation that one is asked to join runs already, but nothing of ours may leave before the answer.
    for (const { contact } of offers)
      if (wantsMedia(contact)) wanted.set(contact.id, { contact, joined: false });
    for (const contact of Object.values(contacts))
      if (wantsMedia(contact)) wanted.set(contact.id, { contact, joined: true });
    for (const [id, media] of [...this.#media])
      if (!wanted.has(id)) {
        this.#media.delete(id);
        media.close();
      }
    for (const [id, { contact, joined }] of wanted) {
      const media =
        this.#media.get(id) ??
        new ContactMedia(this.#options.environment, this.connection, this.#options.local, contact, joined);
      this.#media.set(id, media);
      media.update(contact, slots[id] ?? [], joined);
    }
    this.#publishMedia();
  }

  #closeAllMedia(): void {
    for (const media of this.#media.values()) media.close();
    this.#media.clear();
    this.#publishMedia();
  }

  #publishMedia(): void {
    const before = this.#state.get().media;
    const same =
      Object.keys(before).length === this.#media.size &&
      [...this.#media].every(([id, media]) => before[id] === media.session);
    if (!same)
      this.#state.update({
        media: Object.fromEntries([...this.#media].map(([id, media]) => [id, media.session])),
      });
  }

  // ---- chat

  #arrived(message: Message): void {
    const { chat } = this.#state.get();
    const merged = mergeMessage(chat[message.contact_id] ?? [], message);
    this.#state.update({ chat: { ...chat, [message.contact_id]: merged } });
    this.#stopTyping(message.contact_id, message.from);
  }

  #showTyping(contactId: string, participantId: string): void {
    const { environment } = this.#options;
    const key = `${contactId} ${participantId}`;
    const running = this.#typingTimers.get(key);
    if (running !== undefined) environment.clearTimeout(running);
    this.#typingTimers.set(
      key,
      environment.setTimeout(() => this.#stopTyping(contactId, participantId), TYPING_SHOWN_MS),
    );
    const { typing } = this.#state.get();
    const people = typing[contactId] ?? [];
    if (!people.includes(participantId))
      this.#state.update({ typing: { ...typing, [contactId]: [...people, participantId] } });
  }

  #stopTyping(contactId: string, participantId: string): void {
    const { typing } = this.#state.get();
    const people = typing[contactId];
    if (people?.includes(participantId))
      this.#state.update({ typing: { ...typing, [contactId]: people.filter((id) => id !== participantId) } });
  }

  async #deliver(
    contactId: string,
    shown: Pick<OutgoingMessage, "text" | "file">,
    prepare: () => Promise<{ text: string } | { file_id: string }>,
  ): Promise<void> {
    const key = this.#options.environment.uuid();
    const outgoing: OutgoingMessage = { key, contactId, at: this.connection.serverNow(), ...shown };
    this.#state.update({ outbox: [...this.#state.get().outbox, outgoing] });
    try {
      const content = await prepare();
      const { message } = await this.connection.send("chat.send", { contact_id: contactId, ...content });
      this.#arrived(message);
      this.dropFailed(key);
    } catch (error) {
      const code = error instanceof RestError || error instanceof CommandFailure ? error.code : "unknown";
      const { outbox } = this.#state.get();
      this.#state.update({ outbox: outbox.map((m) => (m.key === key ? { ...m, failed: code } : m)) });
    }
  }
}
