// SPDX-License-Identifier: Apache-2.0
export * from "./generated/realtime.ts";
export * from "./rest.ts";
