// SPDX-License-Identifier: Apache-2.0
import { admin } from "./en/admin.ts";
import { contact } from "./en/contact.ts";
import { frame } from "./en/frame.ts";
import { problems } from "./en/problems.ts";
import type { Words } from "./words.ts";

export const en = { ...frame, ...contact, ...admin, ...problems };

/** What every language must have, word for word. */
export type Dictionary = Words<typeof en>;
