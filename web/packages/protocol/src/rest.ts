// SPDX-License-Identifier: Apache-2.0
// Shapes of the REST API that the pages use. Times are UTC milliseconds, durations seconds.
import type { Channel, FileInfo, LocalName, Purpose, UserView } from "./generated/realtime.ts";

/** RFC 9457 problem details; `detail` says what to do. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
}

export interface EntryTopic {
  id: string;
  name: LocalName | string;
  channels: Channel[];
  open: boolean;
  expected_wait_s?: number;
  waiting?: number;
}

export interface ConsentText {
  purpose: Purpose;
  version: string;
  title: LocalName | string;
  text: LocalName | string;
}

export interface Entry {
  tenant: { key: string; name: LocalName | string | { zh: string; en: string } };
  topics: EntryTopic[];
  consents: ConsentText[];
  required: Record<string, Purpose[]>;
}

export interface LinkInfo {
  topic: { id: string; name: LocalName | string };
  channel: Channel;
  customer?: { name?: string };
  agent_name?: string;
  expires_at: number;
  /** Key of the tenant that made the link. */
  key?: string;
}

export interface ConsentChoice {
  purpose: Purpose;
  version: string;
  granted: boolean;
}

export interface NewContact {
  key: string;
  topic_id: string;
  channel: Channel;
  language: string;
  name?: string;
  attributes?: Record<string, string>;
  consents: ConsentChoice[];
  link_token?: string;
}

export interface ContactCreated {
  contact_id: string;
  token: string;
  participant_id: string;
  rejoin_url: string;
}

export interface Session {
  user: UserView;
  csrf_token: string;
  tenant: { id?: string; key: string; name: LocalName | string };
}

export interface LinkRequest {
  topic_id: string;
  channel: Channel;
  language?: string;
  customer: { name?: string };
  attributes?: Record<string, string>;
  ttl_s?: number;
  to_me?: boolean;
}

export interface LinkCreated {
  url: string;
  qr_svg: string;
  expires_at: number;
}

export interface UploadedFile extends Omit<FileInfo, "id"> {
  file_id: string;
}
