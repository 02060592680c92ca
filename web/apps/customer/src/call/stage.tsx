// SPDX-License-Identifier: Apache-2.0
import type { MediaState, RemoteMedia } from "@visavis/client-core";
import type { ContactView, Participant } from "@visavis/protocol";
import { useState } from "preact/hooks";
import { useApp, useLanguage, useStore } from "../hooks.ts";
import { Avatar, Button } from "../parts/controls.tsx";
import { Icon } from "../parts/icons.tsx";
import { RemotePicture, RemoteSound } from "../parts/picture.tsx";
import { othersOf } from "./people.ts";

function Person(props: {
  person: Participant;
  media: RemoteMedia | undefined;
  stale: boolean;
  video: boolean;
  /** Beside others each picture needs its name; a single one has it above the stage. */
  named: boolean;
}) {
  const { t } = useLanguage();
  const { person, media, stale, video, named } = props;
  const stream = media?.video;
  const showPicture = video && media !== undefined && stream !== undefined && person.video === "on";
  return (
    <div class="person">
      {showPicture ? (
        <RemotePicture
          stream={stream}
          stale={stale || !person.present}
          label={person.name}
          viewers={media.viewers}
        />
      ) : (
        <div class="no-picture">
          <Avatar name={person.name} />
          <span class="person-name">{person.name}</span>
          {video && person.video === "on" && <span class="person-note">{t("call_connecting_picture")}</span>}
          {video && person.video !== "on" && (
            <span class="person-note">{t("call_remote_camera_off", { name: person.name })}</span>
          )}
        </div>
      )}
      {person.audio === "off" ? (
        <span class="person-tag">
          <Icon name="mic_off" size={16} />
          {t("call_remote_muted", { name: person.name })}
        </span>
      ) : (
        named && showPicture && <span class="person-tag">{person.name}</span>
      )}
    </div>
  );
}

/** The others' pictures and sound; one fills the stage, more share it. */
export function Stage({
  contact,
  media,
  stale,
}: {
  contact: ContactView;
  media: MediaState | undefined;
  stale: boolean;
}) {
  const { t } = useLanguage();
  const { local } = useApp();
  const microphone = useStore(local.state, (state) => state.audio.track?.id ?? "");
  const [blocked, setBlocked] = useState(false);
  const [taps, setTaps] = useState(0);
  const people = othersOf(contact);
  const remotes = media?.remotes ?? [];
  return (
    <div class={`stage people-${Math.min(people.length, 3)}`}>
      {people.map((person) => (
        <Person
          key={person.id}
          person={person}
          media={remotes.find(({ participantId }) => participantId === person.id)}
          stale={stale}
          video={contact.channel === "video"}
          named={people.length > 1}
        />
      ))}
      {remotes.map(
        ({ participantId, audio }) =>
          audio && (
            <RemoteSound
              key={participantId}
              stream={audio}
              attempt={`${microphone} ${taps}`}
              onBlocked={setBlocked}
            />
          ),
      )}
      {blocked && (
        <div class="tap-to-hear">
          <Button kind="primary" icon="speaker" onClick={() => setTaps(taps + 1)}>
            {t("call_tap_to_hear")}
          </Button>
        </div>
      )}
    </div>
  );
}
