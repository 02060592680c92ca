// SPDX-License-Identifier: Apache-2.0
// What the console reads by REST.

import { useQuery } from "@tanstack/react-query";
import type { Channel, ContactView, LocalName, Message, Purpose, UserView } from "@visavis/protocol";
import { rest } from "./rest.ts";

export interface QueueInfo {
  id: string;
  name: LocalName;
  channels: Channel[];
  skills?: string[];
  priority?: number;
  max_wait_s?: number;
  required_purposes?: Purpose[];
  open?: boolean;
  /** Where contacts go that have waited too long; "": nowhere. */
  overflow_queue_id?: string;
}
/** What administrators set for the whole company. */
export interface CompanyInfo {
  id: string;
  key: string;
  name: LocalName;
  /** Where its day begins, in minutes east of UTC. */
  utc_offset_min: number;
  /** What customers are asked consent for; topics can require only these. */
  purposes: Purpose[];
  /** The web sites that may embed the widget; "*": any. */
  allowed_origins: string[];
}
export interface UserInfo extends UserView {
  disabled?: boolean;
  max_chats?: number;
}
export interface Disposition {
  code: string;
  name: LocalName | string;
}
export interface ConsoleConfig {
  queues: QueueInfo[];
  dispositions: Disposition[];
  version?: string;
  wrapup_s?: number;
  answer_goal_s?: number;
  /** Absent where no other machine reaches the server. */
  customer_page?: { url: string; qr_svg: string };
}
export interface ContactSummary {
  id: string;
  channel: Channel;
  state: string;
  topic?: { id: string; name: LocalName };
  customer?: { name?: string };
  agent?: { name?: string };
  created_at: number;
  answered_at?: number;
  ended_at?: number;
  end_reason?: ContactView["end_reason"];
  disposition?: string;
  resolved?: boolean;
  rating?: ContactView["rating"];
}
export interface ContactDetail extends ContactSummary {
  chat: Message[];
  wrapup?: { disposition?: string; resolved?: boolean; note?: string };
  consents?: ContactView["consents"];
  events?: Array<{ type: string; at: number }>;
}
interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}

export function useConfig() {
  return useQuery({
    queryKey: ["config"],
    queryFn: () => rest.call<ConsoleConfig>("GET", "/config"),
    staleTime: 5 * 60_000,
  });
}

/** Within how many seconds contacts are to be answered; as usual, until the server has said it. */
export const useAnswerGoal = (): number => useConfig().data?.answer_goal_s ?? 20;

export function useContacts(customer: string, limit = 20) {
  return useQuery({
    queryKey: ["contacts", customer, limit],
    queryFn: () =>
      rest.call<Page<ContactSummary>>(
        "GET",
        `/contacts?limit=${limit}&customer=${encodeURIComponent(customer)}`,
      ),
    enabled: customer !== "",
  });
}

export function useContactDetail(id: string | undefined) {
  return useQuery({
    queryKey: ["contact", id],
    queryFn: () => rest.call<ContactDetail>("GET", `/contacts/${encodeURIComponent(id ?? "")}`),
    enabled: id !== undefined,
  });
}

export function useUsers(enabled = true) {
  return useQuery({
    queryKey: ["users"],
    queryFn: async () => listOf(await rest.call<Page<UserInfo> | UserInfo[]>("GET", "/users")),
    enabled,
  });
}

export function useQueues(enabled = true) {
  return useQuery({
    queryKey: ["queues"],
    queryFn: async () => listOf(await rest.call<Page<QueueInfo> | QueueInfo[]>("GET", "/queues")),
    enabled,
  });
}

export function useCompany() {
  return useQuery({
    queryKey: ["company"],
    queryFn: () => rest.call<CompanyInfo>("GET", "/company"),
  });
}

function listOf<T>(answer: Page<T> | T[]): T[] {
  return Array.isArray(answer) ? answer : answer.items;
}
