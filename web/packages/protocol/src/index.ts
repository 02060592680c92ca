// SPDX-License-Identifier: Apache-2.0
export * from "./generated/realtime.ts";
// Shapes that both APIs share come from realtime.ts.
export type {
  Code,
  ConsentChoice,
  ConsentText,
  ConsoleConfig,
  ContactCreated,
  ContactDetail,
  ContactPage,
  ContactQuality,
  ContactSummary,
  Entry,
  EntryTopic,
  LinkCreated,
  LinkInfo,
  LinkRequest,
  NewContact,
  NewQueue,
  NewUser,
  Problem,
  Quality,
  Queue,
  Session,
  UploadedFile,
  User,
} from "./generated/rest.ts";
