// SPDX-License-Identifier: Apache-2.0
// Generated from api/openapi.yaml by "npm run generate". Change that file, not this one.

export interface Problem {
  type: string;
  title: string;
  status: number;
  /** Stable snake_case word; the WebSocket's `error` says the same ones. Pages of our own have words in every language for those that people meet, listed here; a page that does not know one shows `detail`. */
  code: string;
  /** What happened and what to do. */
  detail: string;
}

/** UTC milliseconds. */
export type TimeMs = number;

export type Channel = "chat" | "audio" | "video";

export type ContactState = "waiting" | "offered" | "active" | "wrapup" | "closed";

export type EndReason = "customer_hung_up" | "agent_hung_up" | "customer_gone" | "agent_gone" | "abandoned" | "max_wait" | "abuse" | "transferred_out" | "server";

export type Purpose = "recording" | "transcript" | "face_analysis" | "screen_view" | "biometrics";

export type Role = "agent" | "supervisor" | "admin";

export type TrackState = "on" | "off" | "none";

/** In the languages of the pages. */
export interface LocalName {
  "zh-CN": string;
  en: string;
}

/** What the page or the business system knows; shown to the agent. */
export type Attributes = Record<string, string>;

export interface Entry {
  tenant: {
    key: string;
    name: LocalName;
  };
  topics: EntryTopic[];
  consents: ConsentText[];
  /** Topic id → purposes without which it cannot be opened. */
  required: Record<string, Purpose[]>;
}

export interface EntryTopic {
  id: string;
  name: LocalName;
  channels: Channel[];
  open: boolean;
  waiting: number;
  /** Absent where it cannot be known. */
  expected_wait_s?: number;
}

export interface ConsentText {
  purpose: Purpose;
  version: string;
  title: LocalName;
  text: LocalName;
}

export interface ConsentChoice {
  purpose: Purpose;
  /** Of the text that was shown. */
  version: string;
  granted: boolean;
}

export interface Consent {
  purpose: Purpose;
  version: string;
  granted: boolean;
  at: TimeMs;
}

export interface NewContact {
  /** Public key of the company. */
  key: string;
  /** Needed without a link. */
  topic_id?: string;
  channel: Channel;
  language?: string;
  name?: string;
  attributes?: Attributes;
  consents?: ConsentChoice[];
  link_token?: string;
}

export interface ContactCreated {
  contact_id: string;
  /** Opens this contact; kept by the page. */
  token: string;
  participant_id: string;
  rejoin_url: string;
}

export interface LinkInfo {
  key: string;
  topic: Topic;
  channel: Channel;
  customer: {
    name: string;
  };
  agent_name?: string;
  expires_at: TimeMs;
}

export interface LinkRequest {
  topic_id: string;
  channel?: Channel;
  language?: string;
  customer?: {
    name?: string;
  };
  attributes?: Attributes;
  ttl_s?: number;
  /** Ring this agent first. */
  to_me?: boolean;
}

export interface LinkCreated {
  url: string;
  qr_svg: string;
  expires_at: TimeMs;
}

export interface Topic {
  id: string;
  name: LocalName;
}

export interface Participant {
  id: string;
  role: "customer" | "agent" | "guest";
  /** For agents only; customers know nobody outside their contact. */
  user_id?: string;
  name: string;
  present: boolean;
  gone_since_at?: TimeMs;
  audio: TrackState;
  video: TrackState;
}

export interface Rating {
  stars: number;
  solved?: boolean;
  comment?: string;
}

export interface ContactView {
  id: string;
  channel: Channel;
  state: ContactState;
  topic: Topic;
  language: string;
  position?: number;
  ahead?: number;
  estimate_s?: number;
  max_wait_s?: number;
  /** While it waits: somebody who may answer it works at the moment, if perhaps not free. */
  staffed?: boolean;
  /** Why it waits again; absent where it has waited since its opening. */
  waiting_because?: "transferred" | "agent_lost" | "passed_on";
  waiting_since_at?: TimeMs;
  created_at: TimeMs;
  offered_at?: TimeMs;
  answered_at?: TimeMs;
  talk_since_at?: TimeMs;
  call_started_at?: TimeMs;
  ended_at?: TimeMs;
  end_reason?: EndReason;
  hold: {
    on: boolean;
    by?: string;
    since_at?: TimeMs;
  };
  raise?: {
    by: "customer" | "agent";
    channel: Channel;
    at: TimeMs;
  };
  participants: Participant[];
  grace_until_at?: TimeMs;
  consents: Consent[];
  rating?: Rating;
  practice?: boolean;
  ringing?: {
    user_id: string;
    name: string;
    kind: "transfer" | "invite";
    expires_at: TimeMs;
  };
  handed_over?: {
    from_name: string;
    note?: string;
  };
}

export interface SignIn {
  /** Needed where several companies work. */
  tenant_key?: string;
  login: string;
  password: string;
}

export interface Session {
  user: User;
  csrf_token: string;
  tenant: {
    id: string;
    key: string;
    name: LocalName;
  };
}

export interface Ticket {
  ticket: string;
  expires_in_s: number;
}

export interface UploadedFile {
  file_id: string;
  name: string;
  size: number;
  type: string;
}

export interface ContactSummary {
  id: string;
  state: ContactState;
  channel: Channel;
  topic: Topic;
  language: string;
  customer: {
    name: string;
  };
  agent?: {
    user_id: string;
    name: string;
  };
  created_at: TimeMs;
  answered_at?: TimeMs;
  ended_at?: TimeMs;
  end_reason?: EndReason;
  disposition?: string;
  resolved?: boolean;
  rating?: Rating;
  link: boolean;
  practice: boolean;
}

export interface ContactPage {
  items: ContactSummary[];
  next_cursor: string | null;
}

export interface Message {
  id: string;
  contact_id: string;
  from: string;
  name: string;
  text?: string;
  file?: {
    id: string;
    name: string;
    size: number;
    type: string;
  };
  at: TimeMs;
  kind: "text" | "file" | "system";
  system?: string;
}

export type ContactDetail = ContactSummary & {
  chat: Message[];
  consents: Consent[];
  events: Array<{
    type: string;
    at: TimeMs;
    actor: string;
  }>;
  attributes: Record<string, string>;
  /** Earlier contacts of the same customer. */
  previous: number;
  check?: Record<string, unknown>;
  wrapup?: {
    disposition?: string;
    resolved?: boolean;
    note?: string;
  };
};

export interface TrackQuality {
  /** 0 to 1. */
  loss: number;
  kbps: number;
}

export interface DirectionQuality {
  audio?: TrackQuality;
  video?: TrackQuality;
}

export interface Quality {
  contact_id?: string;
  participant?: "customer" | "agent";
  rtt_ms: number;
  up: DirectionQuality;
  down: DirectionQuality;
  word: "good" | "weak" | "bad";
}

export interface ContactQuality {
  now: Quality[];
  past: Array<{
    participant_id: string;
    at: TimeMs;
    summary: Record<string, unknown>;
  }>;
}

export interface Code {
  code: string;
  name: LocalName;
}

export interface ConsoleConfig {
  version: string;
  queues: Queue[];
  dispositions: Code[];
  break_reasons: Code[];
  ring_s: number;
  wrapup_s: number;
  /** Within which contacts are to be answered; the service level counts by it. */
  answer_goal_s: number;
  practice: boolean;
  /** The customer page as a phone on the same network reaches it; absent where only this machine does. */
  customer_page?: {
    url: string;
    /** The url as a QR code. */
    qr_svg: string;
  };
}

export interface NewQueue {
  name: {
    "zh-CN": string;
    en: string;
  };
  skills?: string[];
  priority?: number;
  channels?: Channel[];
  /** 0 is no limit. */
  max_wait_s?: number;
  required_purposes?: Purpose[];
  /** New contacts are let in. */
  open?: boolean;
  /** Where a contact goes that has waited max_wait_s; empty: it ends. */
  overflow_queue_id?: string;
}

export interface QueueChange {
  name?: {
    "zh-CN": string;
    en: string;
  };
  skills?: string[];
  priority?: number;
  channels?: Channel[];
  /** 0 is no limit. */
  max_wait_s?: number;
  required_purposes?: Purpose[];
  /** New contacts are let in. */
  open?: boolean;
  /** Where a contact goes that has waited max_wait_s; empty: it ends. */
  overflow_queue_id?: string;
}

export interface Queue {
  id: string;
  name: LocalName;
  skills: string[];
  priority: number;
  channels: Channel[];
  max_wait_s: number;
  required_purposes: Purpose[];
  /** Empty: whoever has waited max_wait_s is let go. */
  overflow_queue_id: string;
  open: boolean;
}

export interface Company {
  id: string;
  key: string;
  name: LocalName;
  /** Where its day begins, in minutes east of UTC: 480 in China. */
  utc_offset_min: number;
  /** What customers are asked consent for; a topic can require only these, and what a topic requires cannot be taken out (409 `purpose_required`). */
  purposes: Purpose[];
  /** The web sites that may embed the widget and call `/v1/public/*`; `*` is any (the demo company's). */
  allowed_origins: string[];
}

export interface CompanyChange {
  name?: {
    "zh-CN": string;
    en: string;
  };
  utc_offset_min?: number;
  purposes?: Purpose[];
  /** Scheme, host and port alone, like https://www.acme.example; one slash at the end is taken off, a path is refused (400 `origin_invalid`). */
  allowed_origins?: string[];
}

export interface User {
  id: string;
  login: string;
  name: string;
  roles: Role[];
  skills: string[];
  languages: string[];
  /** At once. */
  max_chats: number;
  /** Cannot sign in and gets no contacts. */
  disabled: boolean;
}

export interface NewUser {
  login: string;
  name: string;
  password: string;
  roles: Role[];
  skills?: string[];
  languages?: string[];
  max_chats?: number;
}

export interface UserChange {
  name?: string;
  password?: string;
  roles?: Role[];
  skills?: string[];
  languages?: string[];
  max_chats?: number;
  disabled?: boolean;
}
