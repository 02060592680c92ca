// SPDX-License-Identifier: Apache-2.0
import type { CustomerClient } from "@visavis/client-core";
import type { ContactView } from "@visavis/protocol";
import { useState } from "preact/hooks";
import { useApp, useLanguage } from "../hooks.ts";
import type { Word } from "../i18n/index.ts";
import { Button } from "../parts/controls.tsx";
import { Icon } from "../parts/icons.tsx";
import { Card, Message } from "../parts/layout.tsx";

const STARS = [1, 2, 3, 4, 5];

function Stars({ value, onChange }: { value: number; onChange: (stars: number) => void }) {
  const { t } = useLanguage();
  return (
    <fieldset class="stars">
      <legend>{t("rate_heading")}</legend>
      <div>
        {STARS.map((n) => (
          <label key={n} class={n <= value ? "star on" : "star"}>
            <input
              type="radio"
              name="stars"
              value={n}
              checked={n === value}
              aria-label={t("rate_stars", { n })}
              onChange={() => onChange(n)}
            />
            <Icon name="star" size={40} filled={n <= value} />
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Solved({ value, onChange }: { value: boolean | undefined; onChange: (solved: boolean) => void }) {
  const { t } = useLanguage();
  return (
    <fieldset>
      <legend>{t("rate_solved")}</legend>
      <div class="pair">
        {[true, false].map((each) => (
          <label key={String(each)} class="choice">
            <input type="radio" name="solved" checked={value === each} onChange={() => onChange(each)} />
            <span class="choice-text">{t(each ? "rate_solved_yes" : "rate_solved_no")}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function RatingForm({ client, onDone }: { client: CustomerClient; onDone: () => void }) {
  const { t } = useLanguage();
  const [stars, setStars] = useState(0);
  const [solved, setSolved] = useState<boolean | undefined>(undefined);
  const [comment, setComment] = useState("");
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    // An answer that does not come is no reason to keep anybody here.
    await client.rate(stars, solved, comment.trim()).catch(() => undefined);
    onDone();
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (stars > 0) void send();
      }}
    >
      <Stars value={stars} onChange={setStars} />
      <Solved value={solved} onChange={setSolved} />
      <label class="field">
        <span>{t("rate_comment")}</span>
        <textarea
          rows={3}
          maxLength={2000}
          value={comment}
          onInput={(event) => setComment(event.currentTarget.value)}
        />
      </label>
      <Button kind="primary" submit wide busy={busy} disabled={stars === 0}>
        {t("rate_send")}
      </Button>
      <Button kind="quiet" onClick={onDone}>
        {t("rate_skip")}
      </Button>
    </form>
  );
}

function reasonWord(contact: ContactView): Word {
  return contact.end_reason ? `ended_${contact.end_reason}` : "ended_customer_hung_up";
}

/** After the end: why, a rating where somebody answered, and the way back in. */
export function EndedScreen({ client, contact }: { client: CustomerClient; contact: ContactView }) {
  const { t } = useLanguage();
  const { journey } = useApp();
  const [done, setDone] = useState(contact.rating !== undefined);
  const answered = contact.answered_at !== undefined;
  const again = (
    <Button kind={answered ? "plain" : "primary"} icon="phone" onClick={() => journey.restart()}>
      {t(answered ? "new_request" : "call_again")}
    </Button>
  );
  if (!answered)
    return (
      <Message icon="info" title={t("ended_heading")} actions={again}>
        {t(reasonWord(contact))}
      </Message>
    );
  if (done)
    return (
      <Message icon="check" title={t("rate_thanks")} actions={again}>
        {t("rate_thanks_text")}
      </Message>
    );
  return (
    <Card title={t("ended_heading")}>
      <p class="hint">{t(reasonWord(contact))}</p>
      <RatingForm client={client} onDone={() => setDone(true)} />
    </Card>
  );
}
