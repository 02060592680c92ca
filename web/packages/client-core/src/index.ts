// SPDX-License-Identifier: Apache-2.0
export * from "./agentClient.ts";
export * from "./audioTools.ts";
export * from "./browser.ts";
export * from "./chat.ts";
export * from "./connection.ts";
export * from "./contactMedia.ts";
export * from "./customerClient.ts";
export * from "./environment.ts";
export * from "./localMedia.ts";
export * from "./mediaSession.ts";
export * from "./mediaTypes.ts";
export * from "./names.ts";
export * from "./pictureSize.ts";
export * from "./programs.ts";
export * from "./rest.ts";
export * from "./store.ts";
