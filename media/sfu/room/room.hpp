// SPDX-License-Identifier: Apache-2.0
// One call: who is in it, who gets whose tracks in which slot, and what may be done with what they say.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "media/rtc/sdp/codecs.hpp"
#include "media/rtc/wire/rtp.hpp"
#include "media/sfu/room/types.hpp"
#include "media/sfu/tap/tap.hpp"

namespace visavis::sfu {

class Session;
class Slot;
class PublishedTrack;
struct EngineContext;

class Room {
 public:
  static constexpr std::size_t kMaxSessions = 64;

  Room(RoomKey key, EngineContext& engine) : key_(key), engine_(engine) {}
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  RoomKey key() const { return key_; }
  const std::vector<Session*>& sessions() const { return sessions_; }
  bool full() const { return sessions_.size() >= kMaxSessions; }

  /// In joining order. The room does not own sessions: the engine does, and takes them out before they go.
  void add(Session& session, Instant now);
  void remove(Session& session, Instant now);
  /// A session renegotiated: its tracks or slots may be others.
  void renegotiated(Session& session, Instant now);
  /// A track began or stopped to flow.
  void on_flow(Instant now) { assign(now); }

  /// The usual order of codecs with those first that everybody whom `publisher` would be shown to decodes: the first of
  /// an answer is what a browser sends.
  std::vector<rtc::CodecKind> video_order(ParticipantKey publisher) const;

  void set_consents(ParticipantKey participant, std::uint8_t purposes);
  void set_forwarding(ParticipantKey from, ParticipantKey to, bool audio, bool video, Instant now);

  /// `tap` gets copies of what `participant` says or shows while they consent to its purpose; it must outlive the room
  /// or be removed.
  void add_tap(ParticipantKey participant, Tap& tap);
  void remove_tap(Tap& tap);
  void tap(const Session& publisher, rtc::MediaKind kind, const rtc::RtpView& packet) {
    if (!taps_.empty()) offer_to_taps(publisher, kind, packet);
  }

 private:
  struct Rule {
    ParticipantKey from = 0;
    ParticipantKey to = 0;
    bool audio = true;
    bool video = true;
  };
  struct Consent {
    ParticipantKey participant = 0;
    std::uint8_t purposes = 0;
  };
  struct TapEntry {
    ParticipantKey participant = 0;
    Tap* tap = nullptr;
  };

  void assign(Instant now);
  void fill_slots(Session& subscriber, rtc::MediaKind kind, Instant now);
  void collect(const Session& subscriber, rtc::MediaKind kind, std::vector<PublishedTrack*>& out) const;
  Slot* slot_for(const PublishedTrack& track, const std::vector<Slot*>& slots) const;
  std::uint8_t ordinal_of(const PublishedTrack& track) const;
  void tell(Slot& slot, Instant now);
  bool allowed(ParticipantKey from, ParticipantKey to, rtc::MediaKind kind) const;
  std::uint8_t purposes_of(ParticipantKey participant) const;
  void offer_to_taps(const Session& publisher, rtc::MediaKind kind, const rtc::RtpView& packet);

  RoomKey key_;
  EngineContext& engine_;
  std::vector<Session*> sessions_;
  std::vector<Rule> rules_;
  std::vector<Consent> consents_;
  std::vector<TapEntry> taps_;
};

}  // namespace visavis::sfu
