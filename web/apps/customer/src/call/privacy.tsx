// SPDX-License-Identifier: Apache-2.0
import { useState } from "preact/hooks";
import { useApp, useLanguage, useStore } from "../hooks.ts";
import { sameText } from "../journey.ts";
import { Button, IconButton, Sheet } from "../parts/controls.tsx";
import { ConsentItem } from "../screens/consent.tsx";

/** Consents given or withdrawn during the conversation; the server acts on each at once. */
export function PrivacySheet({ onClose }: { onClose: () => void }) {
  const { t } = useLanguage();
  const { journey } = useApp();
  const client = useStore(journey.state, (state) => state.client);
  if (!client) return null;
  return (
    <Sheet title={t("consent_more")} onClose={onClose} tall>
      <ConsentList client={client} />
    </Sheet>
  );
}

/** The way to one's choices wherever there is no menu for it; nothing where nothing was asked. */
export function PrivacyButton({ labelled }: { labelled: boolean }) {
  const client = useClient();
  return client ? <ChoicesButton client={client} labelled={labelled} /> : null;
}

function ChoicesButton({ client, labelled }: { client: Client; labelled: boolean }) {
  const { t } = useLanguage();
  const { journey } = useApp();
  const [open, setOpen] = useState(false);
  // The texts come later than the contact after a reload.
  useStore(journey.state, (state) => state.entry);
  useStore(journey.state, (state) => state.answered);
  const given = useStore(client.state, (state) => state.contact?.consents ?? NONE);
  if (journey.choices(given).length === 0) return null;
  const label = t("consent_more");
  return (
    <>
      {labelled ? (
        <Button kind="quiet" icon="shield" onClick={() => setOpen(true)}>
          {label}
        </Button>
      ) : (
        <IconButton icon="shield" size={22} label={label} onClick={() => setOpen(true)} />
      )}
      {open && <PrivacySheet onClose={() => setOpen(false)} />}
    </>
  );
}

function ConsentList({ client }: { client: Client }) {
  const { journey } = useApp();
  const given = useStore(client.state, (state) => state.contact?.consents ?? NONE);
  // What is withdrawn for good stays in sight until the sheet is closed.
  const [choices] = useState(() => journey.choices(given));
  const [, refused] = useState(0);
  return (
    <div class="consents">
      {choices.map((consent) => (
        <ConsentItem
          key={consent.purpose}
          consent={consent}
          granted={given.some((answer) => answer.granted && sameText(answer, consent))}
          required={journey.required().includes(consent.purpose)}
          missing={false}
          past={!journey.asks(consent)}
          onChange={(granted) => {
            // The box must say what holds, not what was wished for.
            client.setConsent(consent.purpose, consent.version, granted).catch(() => refused((n) => n + 1));
          }}
        />
      ))}
    </div>
  );
}

const NONE: readonly never[] = [];

type Client = NonNullable<ReturnType<typeof useClient>>;

export function useClient() {
  const { journey } = useApp();
  return useStore(journey.state, (state) => state.client);
}
