// SPDX-License-Identifier: Apache-2.0
// The way of a customer to an agent: which screen, and what has been chosen so far. No DOM: tested on fake time.
import {
  type CommandFailure,
  CustomerClient,
  type Environment,
  type LocalMedia,
  Rest,
  type RestError,
  Store,
  socketUrl,
} from "@visavis/client-core";
import type { Channel, Consent, ConsentText, Entry, EntryTopic, LinkInfo, Purpose } from "@visavis/protocol";
import { isOver } from "./call/people.ts";
import type { Host, HostInit } from "./host.ts";
import type { Language } from "./i18n/index.ts";

export type Stage =
  | "loading"
  | "failed" // the server cannot be reached, or the key is unknown
  | "link_gone" // a one-time link that was used, has expired or never was
  | "entry"
  | "consent"
  | "check"
  | "contact" // waiting, talking, or just ended: the contact itself says which
  | "over"; // token not valid any more

export interface JourneyState {
  stage: Stage;
  entry: Entry | undefined;
  link: LinkInfo | undefined;
  /** What this contact had answered when the page came back to it, in the words of then. */
  answered: readonly ConsentText[];
  topicId: string | undefined;
  channel: Channel;
  name: string;
  granted: Partial<Record<Purpose, boolean>>;
  /** Code of what went wrong on this screen. */
  error: string | undefined;
  busy: boolean;
  client: CustomerClient | undefined;
}

export interface JourneyOptions {
  environment: Environment;
  local: LocalMedia;
  host: Host;
  origin: string;
  lang: () => Language;
  canCall: boolean;
}

const FIRST: JourneyState = {
  stage: "loading",
  entry: undefined,
  link: undefined,
  answered: [],
  topicId: undefined,
  channel: "video",
  name: "",
  granted: {},
  error: undefined,
  busy: false,
  client: undefined,
};

/** What most conversations ask for comes first. */
const PURPOSES: readonly Purpose[] = [
  "recording",
  "transcript",
  "screen_view",
  "face_analysis",
  "biometrics",
];

type Text = Pick<ConsentText, "purpose" | "version">;

export const sameText = (a: Text, b: Text) => a.purpose === b.purpose && a.version === b.version;

const inOrder = (texts: readonly ConsentText[]) =>
  [...texts].sort((a, b) => PURPOSES.indexOf(a.purpose) - PURPOSES.indexOf(b.purpose));

/** How often the widget looks whether the window that has its conversation is still there. */
const LOOK_MS = 3000;
/** What the server could not answer is asked again. */
const RETRY_MS = 5000;
const LONGEST_RETRY_MS = 60_000;

export class Journey {
  readonly state = new Store<JourneyState>(FIRST);
  readonly rest: Rest;
  readonly #options: JourneyOptions;
  #init: HostInit = { key: "", attributes: {} };
  #linkToken: string | undefined;
  #idempotencyKey: string;
  #checkResult: Record<string, unknown> | undefined;
  #retryTimer: number | undefined;
  #lookTimer: number | undefined;

  constructor(options: JourneyOptions) {
    this.#options = options;
    this.rest = new Rest(options.environment, options.origin);
    this.#idempotencyKey = options.environment.uuid();
  }

  /** `link` is the token of a one-time link. */
  begin(init: HostInit, link: string | undefined): void {
    this.#init = init;
    this.#linkToken = link;
    const saved = this.#options.host.loadToken(init.key, link);
    if (!saved) {
      void this.load();
      return;
    }
    // The company is the contact's: the address of a one-time link may name none.
    this.#init = { ...init, key: saved.key };
    this.#join(saved.token);
  }

  addAttributes(attributes: Record<string, string>): void {
    this.#init = { ...this.#init, attributes: { ...this.#init.attributes, ...attributes } };
  }

  async load(): Promise<void> {
    this.#cancelRetry();
    this.state.update({ stage: "loading", error: undefined });
    try {
      if (this.#linkToken) await this.#loadLink(this.#linkToken);
      else await this.#loadEntry(this.#init.key);
    } catch (error) {
      this.#loadFailed(error as RestError);
    }
  }

  // ---- choices

  choose(change: Partial<Pick<JourneyState, "topicId" | "channel" | "name">>): void {
    this.state.update(change);
    const { channel } = this.state.get();
    const channels = this.channels();
    if (!channels.includes(channel)) this.state.update({ channel: channels[0] ?? "chat" });
  }

  topic(): EntryTopic | undefined {
    const { entry, topicId, client } = this.state.get();
    // Back by token nothing was chosen here: the contact itself knows its topic.
    const id = topicId ?? client?.state.get().contact?.topic.id;
    return entry?.topics.find((topic) => topic.id === id);
  }

  /** What the chosen topic and this browser can do; video first. */
  channels(): Channel[] {
    const order: Channel[] = ["video", "audio", "chat"];
    // Before a topic is chosen any may be wished for; in a contact only what is known to work is offered.
    const offered = this.topic()?.channels ?? (this.state.get().client ? [] : order);
    return order.filter(
      (channel) => offered.includes(channel) && (channel === "chat" || this.#options.canCall),
    );
  }

  /** The conversation in a window of its own, where it stays when the page around this frame is left. */
  popOut(): void {
    const { host } = this.#options;
    const saved = host.loadToken(this.#init.key);
    if (saved) host.popOut(saved.token, saved.key);
  }

  /** False in browsers without WebRTC, which can chat only. */
  get canCall(): boolean {
    return this.#options.canCall;
  }

  consents(): ConsentText[] {
    return inOrder(this.state.get().entry?.consents ?? []);
  }

  /** What can be given or withdrawn in this contact: what was granted, in the words of then, and what is asked for now. */
  choices(given: readonly Consent[]): ConsentText[] {
    const granted = given.filter((answer) => answer.granted);
    const held = this.state.get().answered.filter((text) => granted.some((answer) => sameText(answer, text)));
    const asked = this.consents().filter(({ purpose }) => !held.some((text) => text.purpose === purpose));
    return inOrder([...held, ...asked]);
  }

  /** Whether this text can be agreed to: not one of an earlier version, nor of what the company asks for no more. */
  asks(text: ConsentText): boolean {
    return this.consents().some((asked) => sameText(asked, text));
  }

  required(): readonly Purpose[] {
    const topic = this.topic();
    return (topic && this.state.get().entry?.required[topic.id]) || [];
  }

  grant(purpose: Purpose, granted: boolean): void {
    this.state.update({ granted: { ...this.state.get().granted, [purpose]: granted }, error: undefined });
  }

  // ---- steps

  /** From the entry card or the link's page onwards. */
  toConsent(): void {
    if (this.consents().length > 0) this.state.update({ stage: "consent", error: undefined });
    else this.afterConsent();
  }

  afterConsent(channel?: Channel): void {
    if (channel) this.choose({ channel });
    const { granted } = this.state.get();
    const missing = this.required().find((purpose) => !granted[purpose]);
    if (missing) {
      this.state.update({ error: `required_${missing}` });
      return;
    }
    if (this.state.get().channel === "chat") void this.create();
    else this.state.update({ stage: "check", error: undefined });
  }

  back(): void {
    const { stage } = this.state.get();
    this.#options.local.closeAll();
    if (stage === "check" && this.consents().length > 0)
      this.state.update({ stage: "consent", error: undefined });
    else this.state.update({ stage: "entry", error: undefined });
  }

  /** Makes the contact; `check` is stored with it. A repeated press answers with the same contact. */
  async create(check?: Record<string, unknown>): Promise<void> {
    const { topicId, channel, name, granted, busy } = this.state.get();
    if (busy || !topicId) return;
    this.#checkResult = check ?? this.#checkResult;
    this.state.update({ busy: true, error: undefined });
    try {
      const created = await this.rest.createContact(
        {
          key: this.#init.key,
          topic_id: topicId,
          channel,
          language: this.#options.lang(),
          ...(name.trim() ? { name: name.trim() } : {}),
          attributes: this.#init.attributes,
          consents: this.consents().map(({ purpose, version }) => ({
            purpose,
            version,
            granted: granted[purpose] ?? false,
          })),
          ...(this.#linkToken ? { link_token: this.#linkToken } : {}),
        },
        this.#idempotencyKey,
      );
      this.#idempotencyKey = this.#options.environment.uuid();
      this.#join(created.token);
      this.#linkToken = undefined;
      if (this.#checkResult) this.rest.storeCheck(this.#checkResult).catch(() => undefined);
    } catch (error) {
      this.#createFailed(error as RestError);
    } finally {
      this.state.update({ busy: false });
    }
  }

  /** By text from now on, in the same place of the queue. */
  async chatInstead(): Promise<void> {
    this.state.update({ error: undefined });
    try {
      await this.state.get().client?.raise("chat");
    } catch (error) {
      this.state.update({ error: (error as CommandFailure).code });
    }
  }

  /** Back to the beginning, without the old contact. */
  restart(): void {
    this.#letGo();
    this.#linkToken = undefined;
    this.state.update({ stage: "loading", link: undefined, answered: [], granted: {}, error: undefined });
    void this.load();
  }

  // ---- inside

  #join(token: string): void {
    this.#cancelRetry();
    const { environment, host, local, lang, origin } = this.#options;
    host.saveToken(token, this.#init.key, this.#linkToken);
    const client = new CustomerClient({
      environment,
      rest: this.rest,
      local,
      token,
      lang,
      socketUrl: (ticket) => socketUrl(origin, ticket),
    });
    client.connection.state.subscribe(() => {
      const { phase } = client.connection.state.get();
      if (phase === "refused" && this.state.get().client === client) this.state.update({ stage: "over" });
      if (phase === "superseded") {
        host.saveElsewhere(token);
        if (host.embedded) this.#lookAfter(client, false);
      }
      if (phase === "open") host.saveElsewhere(undefined);
    });
    this.state.update({ stage: "contact", client, error: undefined });
    // A navigation of the host page leaves a popped-out conversation where it is.
    if (host.isElsewhere(token)) {
      client.standBy();
      void this.#bringBackAbandoned(client);
    } else client.start();
    // Back by token: names, channels and consent texts are fetched beside; the conversation does not wait for them.
    if (this.state.get().entry) return;
    this.#fetchBeside(client, "entry", () => this.rest.entry(this.#init.key, lang()));
    this.#fetchBeside(client, "answered", () => this.rest.answeredConsents());
  }

  /** Until it is there or refused: without it nothing that was agreed to could be taken back. */
  #fetchBeside<K extends "entry" | "answered">(
    client: CustomerClient,
    what: K,
    fetch: () => Promise<NonNullable<JourneyState[K]>>,
    retryMs = RETRY_MS,
  ): void {
    const isHere = () => this.state.get().client === client && this.state.get().stage === "contact";
    const again = () => {
      if (isHere()) this.#fetchBeside(client, what, fetch, Math.min(2 * retryMs, LONGEST_RETRY_MS));
    };
    fetch().then(
      (value) => isHere() && this.state.update({ [what]: value } as Pick<JourneyState, K>),
      ({ status }: RestError) => {
        const refused = status >= 400 && status < 500 && status !== 429;
        if (!refused) this.#options.environment.setTimeout(again, retryMs);
      },
    );
  }

  /** The window that had the conversation was closed, or the conversation is over: nobody has it there any more. */
  async #bringBackAbandoned(client: CustomerClient): Promise<void> {
    const there = await this.#whereElse();
    if ((there === "nobody" || there === "over") && this.#standsBy(client)) client.connection.takeOver();
  }

  /** From time to time: a window that was closed brings its conversation back into the widget, one that is reloaded does not. */
  #lookAfter(client: CustomerClient, missed: boolean): void {
    const { environment } = this.#options;
    environment.clearTimeout(this.#lookTimer ?? 0);
    this.#lookTimer = environment.setTimeout(async () => {
      if (!this.#standsBy(client)) return;
      const there = await this.#whereElse();
      // Whoever reads there that it is over, and rates it, is left alone.
      if (!this.#standsBy(client) || there === "over") return;
      if (there === "nobody" && missed) client.connection.takeOver();
      else this.#lookAfter(client, there === "nobody");
    }, LOOK_MS);
  }

  #standsBy(client: CustomerClient): boolean {
    return this.state.get().client === client && client.connection.state.get().phase === "superseded";
  }

  async #whereElse(): Promise<"somebody" | "nobody" | "over" | "unknown"> {
    try {
      const contact = await this.rest.contact();
      if (contact.participants.some(({ role, present }) => role === "customer" && present)) return "somebody";
      return isOver(contact) ? "over" : "nobody";
    } catch (error) {
      const { status } = error as RestError;
      return status === 401 || status === 403 || status === 404 || status === 410 ? "over" : "unknown";
    }
  }

  #letGo(): void {
    const { client } = this.state.get();
    client?.dispose();
    this.#options.local.closeAll();
    this.rest.useToken(undefined);
    this.#options.host.saveToken(undefined, this.#init.key);
    this.state.update({ client: undefined });
  }

  async #loadEntry(key: string): Promise<void> {
    const entry = await this.rest.entry(key, this.#options.lang());
    const open = entry.topics.filter((topic) => topic.open);
    const wished = open.find((topic) => topic.id === this.#init.topic);
    this.state.update({
      entry,
      stage: "entry",
      topicId: (wished ?? (open.length === 1 ? open[0] : undefined))?.id,
    });
    this.choose({});
  }

  async #loadLink(token: string): Promise<void> {
    const link = await this.rest.link(token);
    if (link.key) this.#init = { ...this.#init, key: link.key };
    // The link names its topic; consents and what is required come from the tenant's entry.
    const entry = await this.rest.entry(this.#init.key, this.#options.lang());
    this.state.update({
      entry,
      link,
      stage: "entry",
      topicId: link.topic.id,
      name: link.customer?.name ?? "",
    });
    this.choose({ channel: link.channel });
  }

  #loadFailed(error: RestError): void {
    const linkGone = this.#linkToken !== undefined && (error.status === 404 || error.status === 410);
    if (linkGone) {
      const code =
        error.status === 404 ? "link_unknown" : error.code === "link_used" ? "link_used" : "link_expired";
      this.state.update({ stage: "link_gone", error: code });
      return;
    }
    const unknownKey = error.status === 404 || error.status === 400;
    this.state.update({ stage: "failed", error: unknownKey ? "unknown_key" : "network" });
    if (!unknownKey)
      this.#retryTimer = this.#options.environment.setTimeout(() => void this.load(), RETRY_MS);
  }

  #createFailed(error: RestError): void {
    if (error.code === "link_used" || error.code === "link_expired") {
      this.state.update({ stage: "link_gone", error: error.code });
      return;
    }
    if (error.status === 0) this.state.update({ error: "network" });
    // A limit of the server's names itself; one of a proxy on the way does not.
    else if (error.status === 429 && !error.code.startsWith("too_many"))
      this.state.update({ error: "throttled" });
    else this.state.update({ error: error.code });
  }

  #cancelRetry(): void {
    if (this.#retryTimer !== undefined) this.#options.environment.clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
  }
}
