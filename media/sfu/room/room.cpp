// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/room/room.hpp"

#include <algorithm>

#include "media/sfu/room/engine_context.hpp"
#include "media/sfu/room/session.hpp"

namespace visavis::sfu {

void Room::add(Session& session, Instant now) {
  sessions_.push_back(&session);
  assign(now);
}

void Room::remove(Session& session, Instant now) {
  std::erase(sessions_, &session);
  for (const auto& track : session.tracks()) {
    for (Session* other : sessions_) {
      for (const auto& slot : other->slots()) {
        if (slot->track() == track.get()) slot->set_track(nullptr, now);
      }
    }
  }
  assign(now);
}

void Room::renegotiated(Session& session, Instant now) {
  for (Session* other : sessions_) {
    for (const auto& slot : other->slots()) {
      if (slot->track() != nullptr && &slot->track()->owner() == &session) slot->map_codecs();
    }
  }
  assign(now);
  for (const auto& track : session.tracks()) track->check_codecs(now);
  for (const auto& slot : session.slots()) {
    if (slot->track() != nullptr) slot->track()->check_codecs(now);  // it may decode less than before
  }
}

void Room::assign(Instant now) {
  for (Session* subscriber : sessions_) {
    fill_slots(*subscriber, rtc::MediaKind::kAudio, now);
    fill_slots(*subscriber, rtc::MediaKind::kVideo, now);
    for (const auto& slot : subscriber->slots()) tell(*slot, now);
  }
}

void Room::collect(const Session& subscriber, rtc::MediaKind kind, std::vector<PublishedTrack*>& out) const {
  const SessionConfig& me = subscriber.config();
  for (const Session* publisher : sessions_) {
    const ParticipantKey from = publisher->config().participant;
    if (from == me.participant || (me.only_from != 0 && from != me.only_from)) continue;
    for (const auto& track : publisher->tracks()) {
      if (track->kind() == kind) out.push_back(track.get());
    }
  }
}

void Room::fill_slots(Session& subscriber, rtc::MediaKind kind, Instant now) {
  std::vector<Slot*> slots;
  for (const auto& slot : subscriber.slots()) {
    if (slot->active() && slot->kind() == kind) slots.push_back(slot.get());
  }
  if (slots.empty()) return;
  std::vector<PublishedTrack*> tracks;
  collect(subscriber, kind, tracks);
  for (Slot* slot : slots) {
    if (slot->track() != nullptr && std::ranges::find(tracks, slot->track()) == tracks.end())
      slot->set_track(nullptr, now);
  }
  for (PublishedTrack* track : tracks) {
    const bool shown = std::ranges::any_of(slots, [&](const Slot* slot) { return slot->track() == track; });
    if (shown) continue;
    if (Slot* slot = slot_for(*track, slots)) slot->set_track(track, now);
  }
  for (Slot* slot : slots) {
    if (slot->track() == nullptr) continue;
    slot->set_allowed(allowed(slot->track()->owner().config().participant, subscriber.config().participant, kind), now);
  }
}

Slot* Room::slot_for(const PublishedTrack& track, const std::vector<Slot*>& slots) const {
  const auto pick = [&](auto&& suits) -> Slot* {
    const auto at = std::ranges::find_if(slots, suits);
    return at == slots.end() ? nullptr : *at;
  };
  if (Slot* empty = pick([](const Slot* s) { return s->track() == nullptr; })) return empty;
  // Full: what moves goes before what does not, and a person's new connection before their old one.
  if (!track.flowing()) return nullptr;
  if (Slot* idle = pick([](const Slot* s) { return !s->track()->flowing(); })) return idle;
  return pick([&](const Slot* s) {
    const Session& shown = s->track()->owner();
    return shown.config().participant == track.owner().config().participant && &shown != &track.owner() &&
           std::ranges::find(sessions_, &shown) < std::ranges::find(sessions_, &track.owner());
  });
}

std::uint8_t Room::ordinal_of(const PublishedTrack& track) const {
  std::uint8_t ordinal = 0;
  for (const auto& other : track.owner().tracks()) {
    if (other.get() == &track) break;
    if (other->kind() == track.kind()) ++ordinal;
  }
  return ordinal;
}

void Room::tell(Slot& slot, Instant now) {
  const PublishedTrack* track = slot.track();
  const ParticipantKey participant = track == nullptr ? 0 : track->owner().config().participant;
  const std::uint8_t ordinal = track == nullptr ? std::uint8_t{0} : ordinal_of(*track);
  if (participant == slot.told_participant && ordinal == slot.told_ordinal) return;
  slot.told_participant = participant;
  slot.told_ordinal = ordinal;
  slot.set_view(View::kNoLimit, now);  // how large the subscriber shows this one it has yet to say
  engine_.sink.on_slot_changed(slot.owner().config().key, slot.media().mid, participant, slot.kind(), ordinal);
}

void Room::set_forwarding(ParticipantKey from, ParticipantKey to, bool audio, bool video, Instant now) {
  std::erase_if(rules_, [&](const Rule& rule) { return rule.from == from && rule.to == to; });
  if (!audio || !video) rules_.push_back({from, to, audio, video});
  assign(now);
}

bool Room::allowed(ParticipantKey from, ParticipantKey to, rtc::MediaKind kind) const {
  for (const Rule& rule : rules_) {
    if (rule.from == from && rule.to == to) return kind == rtc::MediaKind::kAudio ? rule.audio : rule.video;
  }
  return true;
}

std::vector<rtc::CodecKind> Room::video_order(ParticipantKey publisher) const {
  const auto decodes = [&](const Session* session, rtc::CodecKind kind) {
    const SessionConfig& config = session->config();
    if (config.participant == publisher) return true;
    if (config.only_from != 0 && config.only_from != publisher) return true;
    return std::ranges::all_of(session->slots(), [&](const auto& slot) {
      return slot->kind() != rtc::MediaKind::kVideo || !slot->active() ||
             std::ranges::find(slot->media().codecs, kind, &rtc::NegotiatedCodec::kind) != slot->media().codecs.end();
    });
  };
  std::vector<rtc::CodecKind> order;
  std::vector<rtc::CodecKind> others;
  for (const rtc::CodecKind kind : rtc::AnswerConfig{}.video) {
    const bool all = std::ranges::all_of(sessions_, [&](const Session* session) { return decodes(session, kind); });
    (all ? order : others).push_back(kind);
  }
  order.insert(order.end(), others.begin(), others.end());
  return order;
}

void Room::set_consents(ParticipantKey participant, std::uint8_t purposes) {
  std::erase_if(consents_, [&](const Consent& consent) { return consent.participant == participant; });
  if (purposes != 0) consents_.push_back({participant, purposes});
}

std::uint8_t Room::purposes_of(ParticipantKey participant) const {
  for (const Consent& consent : consents_) {
    if (consent.participant == participant) return consent.purposes;
  }
  return 0;
}

void Room::add_tap(ParticipantKey participant, Tap& tap) { taps_.push_back({participant, &tap}); }

void Room::remove_tap(Tap& tap) {
  std::erase_if(taps_, [&](const TapEntry& entry) { return entry.tap == &tap; });
}

void Room::offer_to_taps(const Session& publisher, rtc::MediaKind kind, const rtc::RtpView& packet) {
  const ParticipantKey participant = publisher.config().participant;
  const std::uint8_t purposes = purposes_of(participant);
  for (const TapEntry& entry : taps_) {
    if (entry.participant == participant) entry.tap->offer(purposes, kind, packet.packet);
  }
}

}  // namespace visavis::sfu
