// SPDX-License-Identifier: Apache-2.0
import type { Dictionary } from "./en.ts";
import { admin } from "./zh/admin.ts";
import { contact } from "./zh/contact.ts";
import { frame } from "./zh/frame.ts";
import { problems } from "./zh/problems.ts";

export const zh: Dictionary = { ...frame, ...contact, ...admin, ...problems };
