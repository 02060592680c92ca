// SPDX-License-Identifier: Apache-2.0
// Fixed states of the console for pictures and accessibility checks: ?state=…&lang=…&mode=…
import type {
  AgentView,
  ContactView,
  Message,
  Participant,
  QueueRow,
  UserView,
  Wall,
} from "@visavis/protocol";
import { type ConsoleState, emptyState } from "../src/console/state.ts";
import type { UiState } from "../src/console/ui.ts";
import { picture } from "./picture.ts";

const now = Date.now();
const s = (seconds: number) => now - seconds * 1000;
const nobody = { show: () => undefined, hide: () => undefined };
const remote = (participantId: string, who: Parameters<typeof picture>[0]) => ({
  participantId,
  video: picture(who),
  viewers: nobody,
});

const topics = {
  card: { id: "q1", name: { "zh-CN": "信用卡与账单", en: "Cards and statements" } },
  loan: { id: "q2", name: { "zh-CN": "房贷咨询", en: "Mortgage advice" } },
  tech: { id: "q3", name: { "zh-CN": "手机银行故障", en: "Mobile banking problems" } },
};

const me: UserView = {
  id: "u1",
  login: "li.wei",
  name: "李薇",
  roles: ["agent", "supervisor", "admin"],
  skills: ["card", "loan"],
  languages: ["zh-CN", "en"],
};

const agent = (change: Partial<AgentView> = {}): AgentView => ({
  user_id: "u1",
  name: "李薇",
  state: "ready",
  since_at: s(754),
  chats: 0,
  ...change,
});

const agents: AgentView[] = [
  agent(),
  { user_id: "u2", name: "Marta Novák", state: "ready", since_at: s(130), chats: 1 },
  { user_id: "u3", name: "王强", state: "ready", since_at: s(412), call: "c9", chats: 0 },
  { user_id: "u4", name: "Ahmed Hassan", state: "break", reason: "lunch", since_at: s(1204), chats: 0 },
  { user_id: "u5", name: "陈静怡", state: "wrapup", since_at: s(34), chats: 2 },
];

const row = (
  id: string,
  name: string,
  topic: QueueRow["topic"],
  channel: QueueRow["channel"],
  waited: number,
  vip = false,
): QueueRow => ({
  contact_id: id,
  name,
  channel,
  topic,
  language: "zh-CN",
  waiting_since_at: s(waited),
  priority: vip ? 10 : 0,
  vip,
});

const queue: QueueRow[] = [
  row("w1", "周建国", topics.loan, "video", 134, true),
  row("w2", "Eleanor Whitfield-Montgomery", topics.card, "audio", 48),
  row("w3", "赵敏", topics.tech, "chat", 12),
];

const customer = (id: string, name: string, change: Partial<Participant> = {}): Participant => ({
  id,
  role: "customer",
  name,
  present: true,
  audio: "on",
  video: "on",
  ...change,
});
const self: Participant = {
  id: "pa",
  role: "agent",
  user_id: "u1",
  name: "李薇",
  present: true,
  audio: "on",
  video: "on",
};

function contact(change: Partial<ContactView> = {}): ContactView {
  return {
    id: "c1",
    channel: "video",
    state: "active",
    topic: topics.card,
    language: "zh-CN",
    created_at: s(310),
    offered_at: s(262),
    answered_at: s(254),
    talk_since_at: s(254),
    call_started_at: s(254),
    hold: { on: false },
    participants: [customer("pc", "林小满"), self],
    consents: [
      { purpose: "recording", version: "2", granted: true, at: s(320) },
      { purpose: "transcript", version: "2", granted: true, at: s(320) },
      { purpose: "face_analysis", version: "1", granted: false, at: s(320) },
    ],
    customer: { name: "林小满" },
    attributes: {
      customer_id: "6217-0031-88",
      product: "白金信用卡",
      page_url: "https://www.example-bank.com/cards/platinum/statement?month=2025-10",
    },
    check: { microphone: "ok", camera: "ok", network: "good", rtt_ms: 42, browser: "Chrome 139" },
    previous: 3,
    ...change,
  };
}

const chatContact = contact({
  id: "c2",
  channel: "chat",
  topic: topics.tech,
  language: "en",
  customer: { name: "Oliver Brandt" },
  participants: [customer("pc2", "Oliver Brandt", { audio: "none", video: "none" }), { ...self, id: "pa2" }],
  previous: 0,
});

const message = (
  id: string,
  contactId: string,
  from: string,
  name: string,
  text: string,
  ago: number,
): Message => ({
  id,
  contact_id: contactId,
  from,
  name,
  text,
  at: s(ago),
  kind: "text",
});

const chat: Record<string, Message[]> = {
  c1: [
    {
      id: "m0",
      contact_id: "c1",
      from: "system",
      name: "李薇",
      at: s(254),
      kind: "system",
      system: "agent_joined",
    },
    message("m1", "c1", "pc", "林小满", "您好，这个月账单里有一笔我不认识的消费。", 180),
    message("m2", "c1", "pa", "李薇", "您好，我来帮您核对。方便把那一笔的截图发给我吗？", 160),
    {
      id: "m3",
      contact_id: "c1",
      from: "pc",
      name: "林小满",
      at: s(120),
      kind: "file",
      file: { id: "f1", name: "账单截图-10月.png", size: 348_160, type: "image/png" },
    },
  ],
  c2: [
    message(
      "n1",
      "c2",
      "pc2",
      "Oliver Brandt",
      "Hi, the app closes as soon as I open the transfer screen.",
      90,
    ),
    message("n2", "c2", "pa2", "李薇", "Sorry to hear that. Which version does Settings → About show?", 70),
    message("n3", "c2", "pc2", "Oliver Brandt", "8.4.1 on Android 14", 20),
  ],
};

const stats = {
  word: "good" as const,
  rttMs: 38,
  up: { audioLoss: 0, videoLoss: 0.002, audioKbps: 34, videoKbps: 1480, fps: 30, width: 1280, height: 720 },
  down: { audioLoss: 0, videoLoss: 0.004, audioKbps: 33, videoKbps: 1320, fps: 30, width: 1280, height: 720 },
  inputLevel: 0.2,
  outputLevel: 0.2,
};

function inCall(
  change: Partial<ContactView> = {},
  media: Partial<ConsoleState["media"][string]> = {},
): Partial<ConsoleState> {
  const call = contact(change);
  return {
    contacts: [call, chatContact],
    chat,
    queue,
    agent: agent({ call: "c1", chats: 1 }),
    media: {
      c1: {
        phase: "connected",
        microphone: "on",
        camera: "on",
        local: picture("agent"),
        remotes: [remote("pc", "customer")],
        stats,
        notices: [],
        ...media,
      },
    },
  };
}

const offer = {
  contact: contact({ id: "c5", state: "offered", answered_at: undefined, created_at: s(41) }),
  offered_at: now,
  expires_at: now + 20_000,
};

const wall: Wall = {
  waiting: queue,
  agents,
  calls: [
    contact(),
    chatContact,
    contact({ id: "c9", hold: { on: true, since_at: s(20) }, customer: { name: "孙悦" } }),
  ],
  kpi: { waiting: 3, longest_wait_s: 134, ready: 2, in_call: 2, service_level: 0.87, abandoned_today: 2 },
};

const base: ConsoleState = {
  ...emptyState,
  link: "open",
  linkSince: now,
  loaded: true,
  me,
  agent: agent(),
  agents,
  practice: true,
};

export interface Shown {
  state: ConsoleState;
  ui?: Partial<UiState>;
  path?: string;
  screen?: "sign_in" | "check";
}

const of = (state: Partial<ConsoleState>, more: Omit<Shown, "state"> = {}): Shown => ({
  state: { ...base, ...state },
  ...more,
});

export const shown: Record<string, () => Shown> = {
  sign_in: () => of({}, { screen: "sign_in" }),
  check: () => of({}, { screen: "check" }),
  loading: () => of({ loaded: false, link: "connecting" }),
  empty: () => of({}),
  away: () => of({ agent: agent({ state: "break", reason: "lunch" }) }),
  ringing: () => of({ queue, offers: [offer] }),
  call: () => of(inCall()),
  call_no_chat: () => of(inCall(), { ui: { chatOpen: false } }),
  muted: () => of(inCall({}, { microphone: "off", camera: "off" })),
  hold: () => of(inCall({ hold: { on: true, by: "pa", since_at: s(35) } })),
  gone: () =>
    of(
      inCall({
        participants: [customer("pc", "林小满", { present: false }), self],
        grace_until_at: now + 42_000,
      }),
    ),
  audio: () =>
    of(
      inCall(
        { channel: "audio", participants: [customer("pc", "林小满", { video: "none" }), self] },
        { remotes: [], camera: "none", local: undefined },
      ),
    ),
  three: () => {
    const third: Participant = {
      id: "pb",
      role: "agent",
      user_id: "u2",
      name: "Marta Novák",
      present: true,
      audio: "on",
      video: "on",
    };
    return of(
      inCall(
        { participants: [customer("pc", "林小满"), self, third] },
        {
          remotes: [remote("pc", "customer"), remote("pb", "third")],
        },
      ),
    );
  },
  blurred: () => of(inCall(), { ui: { blurred: { c1: true } } }),
  raise: () =>
    of(
      inCall(
        {
          channel: "audio",
          raise: { by: "customer", channel: "video", at: now },
          participants: [customer("pc", "林小满", { video: "none" }), self],
        },
        { remotes: [] },
      ),
    ),
  notices: () =>
    of(
      inCall(
        {},
        { notices: ["silent_microphone", "remote_video_missing"], stats: { ...stats, word: "weak" } },
      ),
    ),
  chat: () => of({ ...inCall(), typing: { c2: ["pc2"] } }, { ui: { chosen: "c2" } }),
  wrapup: () =>
    of({
      ...inCall({
        state: "wrapup",
        ended_at: s(18),
        end_reason: "customer_hung_up",
        talked_s: 236,
        wrapup: { until_at: now + 42_000, extended: false },
      }),
      agent: agent({ state: "wrapup" }),
    }),
  reconnecting: () =>
    of({ ...inCall({}, { phase: "reconnecting" }), link: "reconnecting", retryAt: now + 3000 }),
  superseded: () => of({ link: "superseded" }),
  transfer: () => of(inCall(), { ui: { dialog: "transfer" } }),
  add: () => of(inCall(), { ui: { dialog: "add" } }),
  abuse: () => of(inCall(), { ui: { dialog: "abuse" } }),
  link: () => of({}, { ui: { dialog: "link" } }),
  shortcuts: () => of({}, { ui: { dialog: "shortcuts" } }),
  settings: () => of({}, { ui: { dialog: "settings" } }),
  search: () => of({}, { ui: { dialog: "search" } }),
  end: () => of(inCall(), { ui: { confirmEnd: true } }),
  wall: () => of({ wall, queue }, { path: "/wall" }),
  wall_empty: () =>
    of(
      { wall: { waiting: [], agents: [], calls: [], kpi: { ...wall.kpi, waiting: 0, longest_wait_s: 0 } } },
      { path: "/wall" },
    ),
  admin: () => of({}, { path: "/admin" }),
};
