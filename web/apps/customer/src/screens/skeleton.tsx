// SPDX-License-Identifier: Apache-2.0
import { useLanguage } from "../hooks.ts";

/** The entry card's geometry while it loads. */
export function Skeleton() {
  const { t } = useLanguage();
  return (
    <div class="page" aria-busy="true">
      <header class="top-bar">
        <span class="brand" aria-hidden="true">
          <span />
          <span />
        </span>
      </header>
      <main class="card skeleton">
        <p class="hidden-text" role="status">
          {t("loading")}
        </p>
        <div class="line title" />
        <div class="line" />
        <div class="block" />
        <div class="block" />
        <div class="line" />
        <div class="block tall" />
      </main>
    </div>
  );
}
