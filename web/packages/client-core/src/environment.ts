// SPDX-License-Identifier: Apache-2.0

/** Everything the core takes from the outside, so that tests run on fake time, sockets and networks. */
export interface Environment {
  now(): number;
  setTimeout(callback: () => void, ms: number): number;
  clearTimeout(handle: number): void;
  /** 0 ≤ x < 1. */
  random(): number;
  uuid(): string;
  fetch: typeof fetch;
  openSocket(url: string, protocol: string): SocketLike;
  createPeer(): RTCPeerConnection;
  /** Calls back when the browser says that the network came, went or changed; returns how to stop. */
  onNetwork(listener: (event: "online" | "offline" | "changed") => void): () => void;
  online(): boolean;
}

export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

type NetworkInformation = EventTarget & { type?: string };

function watchNetwork(listener: (event: "online" | "offline" | "changed") => void): () => void {
  const online = () => listener("online");
  const offline = () => listener("offline");
  // Chromium on Android only; tells of Wi-Fi → mobile before any packet is lost. The event also fires when merely the
  // estimate of the rate changes, which is none of our business.
  const information = (navigator as Navigator & { connection?: NetworkInformation }).connection;
  let type = information?.type;
  const changed = () => {
    if (information?.type === type) return;
    type = information?.type;
    listener("changed");
  };
  window.addEventListener("online", online);
  window.addEventListener("offline", offline);
  information?.addEventListener?.("change", changed);
  return () => {
    window.removeEventListener("online", online);
    window.removeEventListener("offline", offline);
    information?.removeEventListener?.("change", changed);
  };
}

/** `crypto.randomUUID` is missing on plain-http origins other than localhost; getRandomValues is not. */
export function uuidFrom(bytes: Uint8Array): string {
  const b = bytes.slice(0, 16);
  b[6] = ((b[6] ?? 0) & 0x0f) | 0x40;
  b[8] = ((b[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(b, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function browserEnvironment(): Environment {
  return {
    now: () => Date.now(),
    setTimeout: (callback, ms) => window.setTimeout(callback, ms),
    clearTimeout: (handle) => window.clearTimeout(handle),
    random: () => Math.random(),
    uuid: () => uuidFrom(crypto.getRandomValues(new Uint8Array(16))),
    fetch: (input, init) => fetch(input, init),
    openSocket: (url, protocol) => new WebSocket(url, protocol) as unknown as SocketLike,
    createPeer: () => new RTCPeerConnection({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" }),
    onNetwork: watchNetwork,
    online: () => navigator.onLine,
  };
}
