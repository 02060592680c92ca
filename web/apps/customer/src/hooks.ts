// SPDX-License-Identifier: Apache-2.0
import type { LocalMedia, Readable } from "@visavis/client-core";
import { createContext } from "preact";
import { useCallback, useContext, useEffect, useReducer, useRef, useState } from "preact/hooks";
import type { Host } from "./host.ts";
import { type Language, language, type Translate, translate } from "./i18n/index.ts";
import type { Journey } from "./journey.ts";

/** A selected part of a store; renders again only when that part changed. */
export function useStore<T, S>(store: Readable<T>, select: (value: T) => S): S {
  const [, again] = useReducer((n: number) => n + 1, 0);
  const selected = select(store.get());
  const last = useRef(selected);
  const selector = useRef(select);
  last.current = selected;
  selector.current = select;
  useEffect(() => {
    const check = () => {
      if (!Object.is(selector.current(store.get()), last.current)) again(0);
    };
    check();
    return store.subscribe(check);
  }, [store]);
  return selected;
}

export interface AppContext {
  journey: Journey;
  local: LocalMedia;
  host: Host;
}

export const App = createContext<AppContext | undefined>(undefined);

export function useApp(): AppContext {
  const context = useContext(App);
  if (!context) throw new Error("outside of the app");
  return context;
}

export function useLanguage(): { t: Translate; tag: Language } {
  const tag = useStore(language, (value) => value.tag);
  const t = useCallback<Translate>((word, values) => translate(tag, word, values), [tag]);
  return { t, tag };
}

/** Renders every second while `on`; returns nothing, callers read their own clock. */
export function useEverySecond(on: boolean): void {
  const [, again] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    if (!on) return;
    const timer = window.setInterval(() => again(0), 1000);
    return () => window.clearInterval(timer);
  }, [on]);
}

/** True once `on` has lasted for `ms`: skeletons come after 200 ms, not as a flash. */
export function useDelayed(on: boolean, ms: number): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!on) {
      setLate(false);
      return;
    }
    const timer = window.setTimeout(() => setLate(true), ms);
    return () => window.clearTimeout(timer);
  }, [on, ms]);
  return on && late;
}
