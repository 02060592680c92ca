// SPDX-License-Identifier: Apache-2.0
// Generated from api/asyncapi.yaml by "npm run generate". Change that file, not this one.

/** What a client sends; `data` is the payload of the message named by `type`. */
export interface ClientEnvelope {
  type: string;
  /** Made by the client; a command is applied once per id. */
  id: string;
  ts?: TimeMs;
  /** The last server seq seen. */
  seq?: number;
  data: Record<string, unknown>;
}

/** What the server sends. */
export interface ServerEnvelope {
  type: string;
  id?: string;
  ts: TimeMs;
  seq: number;
  /** Id of the command that an ok or error answers. */
  re?: string;
  data: Record<string, unknown>;
}

/** UTC milliseconds. */
export type TimeMs = number;

/** Nothing but the type. */
export type Empty = Record<string, unknown>;

export type Channel = "chat" | "audio" | "video";

export type ContactState = "waiting" | "offered" | "active" | "wrapup" | "closed";

export type EndReason = "customer_hung_up" | "agent_hung_up" | "customer_gone" | "agent_gone" | "abandoned" | "max_wait" | "abuse" | "transferred_out" | "server";

export type Purpose = "recording" | "transcript" | "face_analysis" | "screen_view" | "biometrics";

export type Role = "agent" | "supervisor" | "admin";

export type AgentState = "offline" | "ready" | "break" | "wrapup";

/** `no_answer` is set by the server only. */
export type BreakReason = "lunch" | "training" | "meeting" | "other" | "no_answer";

/** `none`: there is no such device or track; `off`: muted. */
export type TrackState = "on" | "off" | "none";

export type QualityWord = "good" | "weak" | "bad";

/** A name in the languages of the pages. */
export interface LocalName {
  "zh-CN": string;
  en: string;
}

export interface Hello {
  /** Token of the earlier welcome. */
  resume?: string;
  last_seq?: number;
  client: {
    kind: "customer" | "agent";
    lang: string;
  };
}

export interface Welcome {
  resume: string;
  resumed: boolean;
  server_time: TimeMs;
}

export interface Tick {
  server_time: TimeMs;
}

export interface CommandError {
  /** Stable snake_case word. */
  code: string;
  /** Says what to do. */
  message: string;
  /** The same command may be sent again later. */
  retry?: boolean;
}

export interface Notice {
  /** colleague_no_answer, colleague_declined; to everybody in a call: no_common_codec (somebody's picture cannot be shown to all) */
  code: string;
  message: string;
  contact_id?: string;
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
  /** False 2 s after the WebSocket is gone. */
  present: boolean;
  gone_since_at?: TimeMs;
  audio: TrackState;
  video: TrackState;
}

export interface Consent {
  purpose: Purpose;
  version: string;
  granted: boolean;
  at: TimeMs;
}

export interface Rating {
  stars: number;
  solved?: boolean;
  comment?: string;
}

export interface Hold {
  on: boolean;
  by?: string;
  since_at?: TimeMs;
}

export interface Raise {
  by: "customer" | "agent";
  channel: Channel;
  at: TimeMs;
}

/** One contact as its participants see it; the fields after `practice` are for agents only. */
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
  hold: Hold;
  raise?: Raise;
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
  customer?: {
    name: string;
  };
  attributes?: Record<string, string>;
  /** How long this agent talked in the contact, without what still runs. */
  talked_s?: number;
  wrapup?: {
    until_at: TimeMs;
    extended: boolean;
  };
  /** The customer's device and network check. */
  check?: Record<string, unknown>;
  /** Came by a one-time link. */
  link?: boolean;
  /** Earlier contacts of the same customer. */
  previous?: number;
}

export interface FileInfo {
  id: string;
  name: string;
  size: number;
  type: string;
}

export interface Message {
  id: string;
  contact_id: string;
  /** A participant id or `system`. */
  from: string;
  name: string;
  text?: string;
  file?: FileInfo;
  at: TimeMs;
  kind: "text" | "file" | "system";
  /** Code of a system message; pages hold its words. */
  system?: string;
}

export interface Slot {
  mid: string;
  participant_id: string | null;
  kind: "audio" | "video";
  source: "microphone" | "camera" | "screen";
}

export interface Offer {
  /** A waiting contact, one that a colleague hands over, or a conversation to join. */
  kind?: "new" | "transfer" | "invite";
  /** The colleague who hands over or invites. */
  from_name?: string;
  /** The colleague's word about it; not for the customer. */
  note?: string;
  contact: ContactView;
  offered_at: TimeMs;
  expires_at: TimeMs;
}

export interface QueueRow {
  contact_id: string;
  name: string;
  channel: Channel;
  topic: Topic;
  language: string;
  waiting_since_at: TimeMs;
  priority: number;
  vip: boolean;
}

export interface UserView {
  id: string;
  login: string;
  name: string;
  roles: Role[];
  skills: string[];
  languages: string[];
  max_chats?: number;
  disabled?: boolean;
}

export interface AgentView {
  user_id: string;
  name: string;
  state: AgentState;
  reason?: BreakReason;
  since_at: TimeMs;
  /** Contact id of the call the agent is in. */
  call?: string;
  chats: number;
}

export interface Kpi {
  waiting: number;
  longest_wait_s: number;
  ready: number;
  in_call: number;
  /** Share answered in time */
  service_level: number;
  abandoned_today: number;
}

export interface CustomerSnapshot {
  you: {
    participant_id: string;
    role: "customer";
  };
  contact: ContactView;
  chat: Message[];
  slots: Slot[];
  grace_s: GraceSeconds;
}

export interface AgentSnapshot {
  you: UserView;
  agent: AgentView;
  queue: QueueRow[];
  offers: Offer[];
  contacts: ContactView[];
  chat: Record<string, Message[]>;
  slots: Record<string, Slot[]>;
  agents: AgentView[];
  /** A practice call can be started. */
  practice?: boolean;
  grace_s: GraceSeconds;
}

/** How long a call waits for somebody whose connection is lost. */
export type GraceSeconds = number;

export interface ContactChanged {
  contact: ContactView;
}

export interface ChatMessage {
  message: Message;
}

export interface Typing {
  contact_id: string;
  participant_id: string;
}

export interface MediaSlots {
  contact_id: string;
  slots: Slot[];
}

/** Someone cannot decode what is being sent; send this codec on this m-line from now on. */
export interface MediaSwitch {
  contact_id: string;
  mid: string;
  /** As in SDP: VP8, H264, VP9, AV1, opus. */
  codec: string;
}

export interface TrackQuality {
  /** 0 to 1. */
  loss: number;
  kbps: number;
}

export interface DirectionQuality {
  audio?: TrackQuality;
  video?: TrackQuality;
}

export interface MediaQuality {
  contact_id: string;
  rtt_ms: number;
  up: DirectionQuality;
  down: DirectionQuality;
  word: QualityWord;
}

export interface AgentChanged {
  agent: AgentView;
}

export interface AgentsChanged {
  agents: AgentView[];
}

export interface QueueChanged {
  rows: QueueRow[];
}

export interface OfferMade {
  offer: Offer;
}

export interface OfferGone {
  contact_id: string;
  reason: "accepted_elsewhere" | "declined" | "timeout" | "withdrawn";
}

/** To supervisors after wall.subscribe, whenever it changed, at most once a second. */
export interface Wall {
  waiting: QueueRow[];
  agents: AgentView[];
  calls: ContactView[];
  kpi: Kpi;
}

export interface ContactRef {
  contact_id: string;
}

export interface MediaOffer {
  contact_id: string;
  sdp: string;
  /** An ICE restart or a renegotiation of the session that exists. */
  restart?: boolean;
}

export interface MediaAnswer {
  session_id: string;
  sdp: string;
}

/** How large the pictures are shown that come over the m-lines of the media connection, in place of what was said before: the server picks the simulcast layer by it. A picture that is not named is sent as large as there is; so is another one that comes to an m-line (`media.slots`), until the next `media.view`. */
export interface MediaViewChange {
  contact_id: string;
  tracks: TrackShown[];
}

export interface TrackShown {
  mid: string;
  /** Device pixels of the picture's shorter side, as in 720p; 0: not shown, and no packets are sent. */
  height: number;
}

export interface MediaStateChange {
  contact_id: string;
  audio?: TrackState;
  video?: TrackState;
}

/** Either text or a file that was uploaded before. */
export interface ChatSend {
  contact_id: string;
  text?: string;
  file_id?: string;
}

export interface ChatSent {
  message: Message;
}

/** In a conversation to a richer channel when the other side agrees; while waiting to any channel at once and in the same place of the queue. */
export interface RaiseRequest {
  contact_id: string;
  channel: Channel;
}

export interface RaiseAnswer {
  contact_id: string;
  accept: boolean;
}

export interface RatingGiven {
  contact_id: string;
  stars: number;
  solved?: boolean;
  comment?: string;
}

export interface ConsentSet {
  contact_id: string;
  purpose: Purpose;
  version: string;
  granted: boolean;
}

export interface AgentStateChange {
  state: "ready" | "break" | "offline";
  reason?: "lunch" | "training" | "meeting" | "other";
}

export interface OfferDecline {
  contact_id: string;
  reason?: string;
}

export interface HoldChange {
  contact_id: string;
  on: boolean;
}

/** Exactly one of the two. */
export interface TransferTarget {
  queue_id?: string;
  user_id?: string;
}

export interface Transfer {
  contact_id: string;
  to: TransferTarget;
  note?: string;
}

export interface AddPerson {
  contact_id: string;
  user_id: string;
}

export interface ContactEnd {
  contact_id: string;
  reason?: "abuse";
}

export interface WrapupComplete {
  contact_id: string;
  disposition: string;
  resolved: boolean;
  note?: string;
}

/** What a client may send, and the data of its ok. */
export interface Commands {
  "media.offer": { data: MediaOffer; reply: MediaAnswer };
  "media.close": { data: ContactRef; reply: Empty };
  "media.state": { data: MediaStateChange; reply: Empty };
  "media.view": { data: MediaViewChange; reply: Empty };
  "chat.send": { data: ChatSend; reply: ChatSent };
  "chat.typing": { data: ContactRef; reply: Empty };
  "contact.raise": { data: RaiseRequest; reply: Empty };
  "contact.raise.answer": { data: RaiseAnswer; reply: Empty };
  "contact.leave": { data: ContactRef; reply: Empty };
  "contact.rate": { data: RatingGiven; reply: Empty };
  "consent.set": { data: ConsentSet; reply: Empty };
  "agent.state": { data: AgentStateChange; reply: Empty };
  "offer.accept": { data: ContactRef; reply: Empty };
  "offer.decline": { data: OfferDecline; reply: Empty };
  "offer.cancel": { data: ContactRef; reply: Empty };
  "contact.hold": { data: HoldChange; reply: Empty };
  "contact.transfer": { data: Transfer; reply: Empty };
  "contact.add": { data: AddPerson; reply: Empty };
  "contact.end": { data: ContactEnd; reply: Empty };
  "contact.take": { data: ContactRef; reply: Empty };
  "wrapup.extend": { data: ContactRef; reply: Empty };
  "wrapup.complete": { data: WrapupComplete; reply: Empty };
  "wall.subscribe": { data: Empty; reply: Empty };
  "wall.unsubscribe": { data: Empty; reply: Empty };
}

/** What the server sends unasked. */
export interface Events {
  snapshot: CustomerSnapshot | AgentSnapshot;
  tick: Tick;
  superseded: Empty;
  notice: Notice;
  contact: ContactChanged;
  "contact.gone": ContactRef;
  "chat.message": ChatMessage;
  "chat.typing": Typing;
  "media.slots": MediaSlots;
  "media.switch": MediaSwitch;
  "media.quality": MediaQuality;
  agent: AgentChanged;
  agents: AgentsChanged;
  queue: QueueChanged;
  offer: OfferMade;
  "offer.gone": OfferGone;
  wall: Wall;
}

export type CustomerCommand =
  | "media.offer"
  | "media.close"
  | "media.state"
  | "media.view"
  | "chat.send"
  | "chat.typing"
  | "contact.raise"
  | "contact.raise.answer"
  | "contact.leave"
  | "contact.rate"
  | "consent.set";

export type AgentCommand =
  | "media.offer"
  | "media.close"
  | "media.state"
  | "media.view"
  | "chat.send"
  | "chat.typing"
  | "contact.raise"
  | "contact.raise.answer"
  | "contact.leave"
  | "agent.state"
  | "offer.accept"
  | "offer.decline"
  | "offer.cancel"
  | "contact.hold"
  | "contact.transfer"
  | "contact.add"
  | "contact.end"
  | "contact.take"
  | "wrapup.extend"
  | "wrapup.complete"
  | "wall.subscribe"
  | "wall.unsubscribe";
