// SPDX-License-Identifier: Apache-2.0
import { localName } from "@visavis/client-core";
import type { ConsentText } from "@visavis/protocol";
import { useId } from "preact/hooks";
import { useApp, useLanguage, useStore } from "../hooks.ts";
import { Banner, Button } from "../parts/controls.tsx";
import { Card } from "../parts/layout.tsx";
import { createErrorWord } from "./errors.ts";

interface ConsentItemProps {
  consent: ConsentText;
  granted: boolean;
  required: boolean;
  missing: boolean;
  /** Is asked for no more, so that it can only be withdrawn. */
  past?: boolean;
  onChange: (granted: boolean) => void;
}

export function ConsentItem({ consent, granted, required, missing, past, onChange }: ConsentItemProps) {
  const { t, tag } = useLanguage();
  const id = useId();
  return (
    <div class={`consent${missing ? " missing" : ""}`}>
      <label>
        <input
          type="checkbox"
          checked={granted}
          disabled={past && !granted}
          aria-describedby={`${id}-text`}
          aria-invalid={missing}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        <span class="consent-title">{localName(consent.title, tag)}</span>
        {required && !past && <span class="tag">{t("consent_required")}</span>}
        {past && <span class="tag">{t("consent_past")}</span>}
      </label>
      <p id={`${id}-text`}>
        {localName(consent.text, tag)}
        {missing && <span class="field-error">{t("consent_required_missing")}</span>}
      </p>
    </div>
  );
}

export function ConsentScreen() {
  const { t } = useLanguage();
  const { journey } = useApp();
  const { granted, error, channel, busy } = useStore(journey.state, (state) => state);
  const required = journey.required();
  const channels = journey.channels();
  const none = journey.consents().every(({ purpose }) => !granted[purpose]);
  const other = createErrorWord(error);
  return (
    <Card title={t("consent_heading")} onBack={() => journey.back()}>
      <div class="stack">
        <p class="hint">{t("consent_intro")}</p>
        <div class="consents">
          {journey.consents().map((consent) => (
            <ConsentItem
              key={consent.purpose}
              consent={consent}
              granted={granted[consent.purpose] ?? false}
              required={required.includes(consent.purpose)}
              missing={error === `required_${consent.purpose}`}
              onChange={(value) => journey.grant(consent.purpose, value)}
            />
          ))}
        </div>
        {other && <Banner kind="error">{t(other)}</Banner>}
        {none && required.length === 0 && <p class="hint">{t("consent_none")}</p>}
        <Button kind="primary" wide busy={busy} onClick={() => journey.afterConsent()}>
          {channel === "chat" ? t("entry_start_chat") : t("continue")}
        </Button>
        <div class="alternatives">
          {channel === "video" && channels.includes("audio") && (
            <Button kind="quiet" icon="phone" onClick={() => journey.afterConsent("audio")}>
              {t("consent_sound_only")}
            </Button>
          )}
          {channel !== "chat" && channels.includes("chat") && (
            <Button kind="quiet" icon="chat" onClick={() => journey.afterConsent("chat")}>
              {t("consent_chat_only")}
            </Button>
          )}
        </div>
      </div>
    </Card>
  );
}
