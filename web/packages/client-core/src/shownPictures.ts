// SPDX-License-Identifier: Apache-2.0
import type { TrackShown } from "@visavis/protocol";
import type { Environment } from "./environment.ts";
import type { PictureViewers } from "./pictureSize.ts";

/** More is asked for at once; a window that is being drawn larger still asks only now and then. */
const MORE_MS = 100;
/** Less only after it has lasted: tabs are changed to and fro, and elements move from place to place. */
const LESS_MS = 1000;
/** Steps in which sizes are told: no layer depends on single lines. */
const STEP = 30;
const MOST = 10_000;
const NO_LIMIT = Number.POSITIVE_INFINITY;

type Lines = ReadonlyMap<string, number>;

/** Gathers how large each picture of a connection is shown, and tells the server when that changes. */
export class ShownPictures implements PictureViewers {
  readonly #environment: Pick<Environment, "now" | "setTimeout" | "clearTimeout">;
  readonly #tell: (tracks: TrackShown[]) => Promise<unknown>;
  readonly #viewers = new Map<object, { stream: MediaStream; lines: number }>();
  /** Streams that had a viewer once: without one they are not shown, while new ones are about to be. */
  readonly #known = new WeakSet<MediaStream>();
  #streams: ReadonlyMap<string, MediaStream> = new Map();
  /** By m-line, those with a limit; undefined: the server may know something else. */
  #told: Lines | undefined = new Map();
  /** Whether this connection's server was told anything: only then there may be a limit to lift. */
  #spoken = false;
  #timer: number | undefined;
  #due = 0;

  constructor(
    environment: Pick<Environment, "now" | "setTimeout" | "clearTimeout">,
    tell: (tracks: TrackShown[]) => Promise<unknown>,
  ) {
    this.#environment = environment;
    this.#tell = tell;
  }

  show(viewer: object, stream: MediaStream, lines: number): void {
    this.#viewers.set(viewer, { stream, lines });
    this.#known.add(stream);
    this.#changed();
  }

  hide(viewer: object): void {
    if (this.#viewers.delete(viewer)) this.#changed();
  }

  /** The pictures that come, by m-line. */
  setStreams(streams: ReadonlyMap<string, MediaStream>): void {
    this.#streams = streams;
    this.#changed();
  }

  /** Other people's pictures come over the m-lines, or a message may be lost: what was told is told again. */
  again(): void {
    if (this.#spoken) this.#told = undefined;
    this.#changed();
  }

  /** A new connection, of which the server has been told nothing. */
  restart(): void {
    this.#told = new Map();
    this.#spoken = false;
    this.#changed();
  }

  /** Whether the server sends nothing there because nobody looks. */
  unseen(mid: string): boolean {
    return this.#told?.get(mid) === 0;
  }

  close(): void {
    this.#stop();
    this.#told = new Map();
    this.#viewers.clear();
    this.#streams = new Map();
  }

  #wanted(): Lines {
    const wanted = new Map<string, number>();
    for (const [mid, stream] of this.#streams) {
      const lines = [...this.#viewers.values()].filter((v) => v.stream === stream).map((v) => v.lines);
      const most = lines.length === 0 && !this.#known.has(stream) ? NO_LIMIT : Math.max(0, ...lines);
      if (most <= MOST) wanted.set(mid, Math.ceil(most / STEP) * STEP);
    }
    return wanted;
  }

  #changed(): void {
    const wanted = this.#wanted();
    const delay = this.#told ? delayOf(this.#told, wanted) : MORE_MS;
    if (delay === undefined) {
      this.#stop();
      return;
    }
    const due = this.#environment.now() + delay;
    if (this.#timer !== undefined && this.#due <= due) return;
    this.#stop();
    this.#due = due;
    this.#timer = this.#environment.setTimeout(() => {
      this.#timer = undefined;
      const told = this.#wanted();
      this.#told = told;
      this.#spoken = true;
      this.#tell([...told].map(([mid, height]) => ({ mid, height }))).catch(() => {
        if (this.#told === told) this.#told = undefined; // told with the next connection or change
      });
    }, delay);
  }

  #stop(): void {
    if (this.#timer !== undefined) this.#environment.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function delayOf(told: Lines, wanted: Lines): number | undefined {
  const mids = [...new Set([...told.keys(), ...wanted.keys()])];
  const steps = mids.map((mid) => [told.get(mid) ?? NO_LIMIT, wanted.get(mid) ?? NO_LIMIT] as const);
  if (steps.some(([before, after]) => after > before)) return MORE_MS;
  return steps.some(([before, after]) => after < before) ? LESS_MS : undefined;
}
