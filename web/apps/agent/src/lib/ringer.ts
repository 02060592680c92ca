// SPDX-License-Identifier: Apache-2.0
// The ring: a sound on the chosen device, a desktop notification, a title that changes. Made by WebAudio, so that no
// file has to load before the first call.

type Routed = AudioContext & { setSinkId?: (id: string) => Promise<void> };

async function play(
  sinkId: string,
  volume: number,
  notes: ReadonlyArray<readonly [number, number]>,
): Promise<void> {
  const context = new AudioContext() as Routed;
  // A ringer that is unplugged must still ring somewhere.
  if (sinkId) await context.setSinkId?.(sinkId).catch(() => undefined);
  const end = Math.max(...notes.map(([, at]) => at)) + 0.5;
  for (const [frequency, at] of notes) {
    const tone = context.createOscillator();
    const gain = context.createGain();
    const start = context.currentTime + 0.05 + at;
    tone.type = "sine";
    tone.frequency.value = frequency;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(0.35 * volume, start + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.0005, start + 0.42);
    tone.connect(gain).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.45);
  }
  await new Promise((resolve) => setTimeout(resolve, end * 1000));
  await context.close();
}

const melody = [
  [784, 0],
  [988, 0.22],
  [784, 0.44],
  [988, 0.66],
] as const;

/** One round of the ring; rejects never. */
export async function ring(sinkId: string, volume: number): Promise<void> {
  await play(sinkId, volume, melody).catch(() => undefined);
}

/** A quiet tick for a chat message while something else is on screen. */
export async function chatTick(sinkId: string, volume: number): Promise<void> {
  await play(sinkId, volume * 0.5, [[1175, 0]]).catch(() => undefined);
}

/** Rings until stopped, one round every 2.5 s. */
export function startRinging(sinkId: string, volume: number): () => void {
  void ring(sinkId, volume);
  const timer = setInterval(() => void ring(sinkId, volume), 2500);
  return () => clearInterval(timer);
}

export async function askNotify(): Promise<NotificationPermission | "unsupported"> {
  if (typeof Notification === "undefined") return "unsupported";
  if (Notification.permission !== "default") return Notification.permission;
  return Notification.requestPermission().catch(() => "denied" as const);
}

/** A desktop notification; a click brings the console to the front. Returns how to take it away. */
export function notify(title: string, body: string, tag: string): () => void {
  if (typeof Notification === "undefined" || Notification.permission !== "granted") return () => undefined;
  try {
    const note = new Notification(title, { body, tag, icon: "/agent/icon.svg", requireInteraction: true });
    note.onclick = () => {
      window.focus();
      note.close();
    };
    return () => note.close();
  } catch {
    // Some mobile browsers only let service workers notify; sound and title remain.
    return () => undefined;
  }
}
