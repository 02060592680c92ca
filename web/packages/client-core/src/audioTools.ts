// SPDX-License-Identifier: Apache-2.0

/** Loudness of a track in real time, for meters; one AudioContext per meter, closed with it. */
export class LevelMeter {
  readonly #context: AudioContext;
  readonly #analyser: AnalyserNode;
  readonly #samples: Float32Array<ArrayBuffer>;

  constructor(track: MediaStreamTrack) {
    this.#context = new AudioContext();
    this.#analyser = this.#context.createAnalyser();
    this.#analyser.fftSize = 1024;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#context.createMediaStreamSource(new MediaStream([track])).connect(this.#analyser);
    void this.#context.resume().catch(() => undefined);
  }

  /** 0 (silence) to 1 (as loud as it gets), on a scale that follows hearing: -60 dB is 0. */
  level(): number {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let sum = 0;
    for (const sample of this.#samples) sum += sample * sample;
    return loudness(Math.sqrt(sum / this.#samples.length));
  }

  close(): void {
    void this.#context.close().catch(() => undefined);
  }
}

export function loudness(rms: number): number {
  if (rms <= 0) return 0;
  return Math.min(1, Math.max(0, (20 * Math.log10(rms) + 60) / 60));
}

/** Two soft notes, to hear whether the speaker works; resolves when they have sounded. */
export async function playChime(speakerId?: string): Promise<void> {
  const context = new AudioContext();
  try {
    const routed = context as AudioContext & { setSinkId?: (id: string) => Promise<void> };
    if (speakerId && routed.setSinkId) await routed.setSinkId(speakerId).catch(() => undefined);
    await context.resume();
    const notes = [659.25, 880];
    await Promise.all(
      notes.map((frequency, i) => playNote(context, frequency, context.currentTime + i * 0.28)),
    );
  } finally {
    await context.close();
  }
}

function playNote(context: AudioContext, frequency: number, at: number): Promise<void> {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.2, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, at + 0.6);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.65);
  return new Promise((resolve) => {
    oscillator.onended = () => resolve();
  });
}
