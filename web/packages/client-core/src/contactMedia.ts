// SPDX-License-Identifier: Apache-2.0
import type { ContactView, Slot } from "@visavis/protocol";
import type { Environment } from "./environment.ts";
import type { LocalMedia } from "./localMedia.ts";
import { MediaSession, type MediaSignalling } from "./mediaSession.ts";
import type { Unsubscribe } from "./store.ts";

/** Does this contact need a media connection now (also early, while waiting or ringing)? */
export function wantsMedia(contact: ContactView): boolean {
  return contact.channel !== "chat" && ["waiting", "offered", "active"].includes(contact.state);
}

/** Keeps a MediaSession in step with its contact and with our devices. */
export class ContactMedia {
  readonly session: MediaSession;
  readonly #local: LocalMedia;
  readonly #stopLocal: Unsubscribe;
  #contact: ContactView;
  #slots: readonly Slot[] = [];

  constructor(
    environment: Environment,
    signalling: MediaSignalling,
    local: LocalMedia,
    contact: ContactView,
    joined: boolean,
  ) {
    this.#local = local;
    this.#contact = contact;
    this.session = new MediaSession({ environment, contactId: contact.id, signalling });
    this.#stopLocal = local.state.subscribe(() => this.#pipe());
    this.update(contact, this.#slots, joined);
    this.#pipe();
    this.session.start();
  }

  /** `joined`: we are in the contact; an agent for whom it only rings is not. */
  update(contact: ContactView, slots: readonly Slot[], joined: boolean): void {
    const channelChanged = contact.channel !== this.#contact.channel;
    this.#contact = contact;
    this.#slots = slots;
    if (channelChanged) this.#pipe();
    this.session.setJoined(joined);
    this.session.setLive(joined && contact.state === "active" && !contact.hold.on);
    this.session.setSlots(slots, (slot) => this.#isOn(slot));
  }

  close(): void {
    this.#stopLocal();
    this.session.close();
  }

  #isOn(slot: Slot): boolean {
    if (this.#contact.hold.on) return false;
    const owner = this.#contact.participants.find((participant) => participant.id === slot.participant_id);
    return Boolean(owner?.present) && (slot.kind === "audio" ? owner?.audio : owner?.video) === "on";
  }

  #pipe(): void {
    const { audio, video, height } = this.#local.state.get();
    this.session.setHeight(height);
    const picture = this.#contact.channel === "video";
    this.session.setMuted("audio", audio.muted);
    this.session.setTrack("audio", audio.track);
    this.session.setMuted("video", picture && video.muted);
    this.session.setTrack("video", picture ? video.track : null);
  }
}
