// SPDX-License-Identifier: Apache-2.0
import { initials } from "@visavis/client-core";
import css from "./parts.module.css";

/** Decoration beside a written name; its tint comes from the name, so that a person keeps it. */
export function Avatar({ name, size = 36 }: { name: string; size?: 24 | 36 | 44 | 96 }) {
  let sum = 0;
  for (const char of name) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 6;
  return (
    <span aria-hidden="true" className={css.avatar} data-tint={sum} data-size={size}>
      {initials(name)}
    </span>
  );
}
