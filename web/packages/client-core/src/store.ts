// SPDX-License-Identifier: Apache-2.0

export type Unsubscribe = () => void;

/** A value that can be watched. `get` and `subscribe` are bound, so they fit React's useSyncExternalStore as they are. */
export interface Readable<T> {
  get: () => T;
  subscribe: (listener: () => void) => Unsubscribe;
}

/** An immutable value; every change makes a new object, so `===` tells whether it changed. */
export class Store<T extends object> implements Readable<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get = (): T => this.#value;

  subscribe = (listener: () => void): Unsubscribe => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(value: T): void {
    if (value === this.#value) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Changes some fields; does nothing where they are the same already. */
  update(change: Partial<T>): void {
    const keys = Object.keys(change) as Array<keyof T>;
    if (keys.every((key) => Object.is(change[key], this.#value[key]))) return;
    this.set({ ...this.#value, ...change });
  }
}

/** Typed events without a value of their own. */
export class Emitter<Map extends object> {
  readonly #listeners = new globalThis.Map<keyof Map, Set<(data: never) => void>>();

  on<K extends keyof Map>(name: K, listener: (data: Map[K]) => void): Unsubscribe {
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set);
    set.add(listener as (data: never) => void);
    return () => set.delete(listener as (data: never) => void);
  }

  emit<K extends keyof Map>(name: K, data: Map[K]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) (listener as (data: Map[K]) => void)(data);
  }
}
