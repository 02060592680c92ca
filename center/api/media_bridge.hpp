// SPDX-License-Identifier: Apache-2.0
// Between contacts and the media server: a contact is a room, a person in it a participant, each of their
// PeerConnections a session. People connect while they wait or are rung; nothing is forwarded before the contact is
// active, nor while held.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "center/api/streams.hpp"
#include "center/core/desk.hpp"
#include "media/gateway/messages.hpp"
#include "platform/http/loop.hpp"

namespace visavis::center {

class MediaBridge {
 public:
  struct Ports {
    http::Loop* loop = nullptr;
    gateway::MediaService* media = nullptr;  // none: media.offer is refused with a word
    /// Type and JSON. `keep`: also over the next connection.
    std::function<void(const Recipient&, std::string_view type, const std::string& data, bool keep)> say;
    std::function<const Desk*(const std::string& tenant_id)> desk;
    /// What a contact's quality was, for later: a participant and JSON. Unset: it is not kept.
    std::function<void(const call::Contact&, const std::string& participant_id, std::string summary)> keep{};
  };
  struct Answer {
    std::string session_id;
    std::string sdp;
  };
  using Answered = std::function<void(Result<Answer>)>;

  explicit MediaBridge(Ports ports);

  /// `who` must be in the contact or rung by it; checked here. `restart`: the same PeerConnection offers again.
  void offer(const std::string& tenant_id, const std::string& contact_id, const Recipient& who, std::string sdp,
             bool restart, Answered answered);
  /// Ends the connection of `who` in this contact; nothing happens where it has none.
  void close(const std::string& contact_id, const Recipient& who);
  /// How large `who` shows the pictures of this contact, in place of what they said before; false where they have no
  /// connection. A flood of changes reaches the media server a few times a second, the last one for certain.
  using Views = std::vector<gateway::SetViews::View>;
  bool show(const std::string& contact_id, const Recipient& who, Views views);
  /// `who` cannot say any more how large they show pictures: everything comes until they say it again.
  void forget_views(const Recipient& who);
  /// After every committed change of a contact: who gets whose sound and picture, who is out, what was consented to.
  void sync(const std::string& tenant_id, const std::string& contact_id);

  /// Rooms and sessions of WHIP and WHEP clients, by the names they use.
  struct StandardOffer {
    std::string room;
    std::string participant;
    gateway::SessionRole role = gateway::SessionRole::kPublishOnly;
    std::string of;  // WHEP: only this participant; empty: everybody
    std::string sdp;
  };
  void offer_standard(const StandardOffer& offer, Answered answered);
  /// The session of that name, for whoever opened it: session_unknown, session_of_another.
  Result<gateway::SessionId> standard_session(const std::string& room, const std::string& name,
                                              const std::string& participant) const;
  /// An SDP fragment after an ICE restart, empty for mere candidates.
  void trickle_standard(gateway::SessionId id, std::string fragment, std::function<void(Result<std::string>)> done);
  /// Entity tag of the ICE session, another one after each restart (RFC 9725, section 4.3.1); empty where the session
  /// has ended.
  std::string ice_tag(gateway::SessionId id) const;
  void close_standard(gateway::SessionId id) { drop_session(id); }

  std::string slots_json(const std::string& contact_id, const Recipient& who) const;
  /// Whoever has a new stream may have missed what was said of their slots since its snapshot was made.
  void say_slots_again(const Recipient& who);
  std::size_t sessions() const { return sessions_.size(); }
  std::size_t rooms() const { return rooms_.size(); }
  /// Round trip and loss as last reported, over all sessions of contacts: for /metrics.
  struct Totals {
    double rtt_s_sum = 0;
    std::uint64_t rtt_count = 0;
    std::uint64_t packets = 0, lost = 0;
    double bits_in = 0, bits_out = 0;
  };
  Totals totals() const;
  /// Last quality per participant of a contact: for GET /contacts/{id}/quality.
  std::string quality_json(const std::string& contact_id) const;
  /// Each minute: what is known of every session now goes to Ports::keep, as it does when a session ends.
  void keep_quality() const;

 private:
  struct Slot {
    gateway::ParticipantId participant;
    gateway::TrackKind kind;
    std::uint8_t ordinal;
  };
  struct Session {
    gateway::SessionId id;
    std::string room;    // key in rooms_
    std::string person;  // key in Room::people
    bool standard = false;
    bool answered = false;
    std::map<std::string, Slot> slots;  // by mid
    std::string slots_told;
    Answered waiting;
    std::deque<std::function<void(Result<std::string>)>> trickling;  // standard sessions only
    unsigned ice_generation = 0;
    http::Loop::TimerId timer = 0;
    std::optional<gateway::SessionStats> stats;
    unsigned stats_seen = 0;
    std::string name;  // id as clients see it
    Views views;       // as shown
    std::optional<Views> views_told;
    bool views_wait = false;
    http::Loop::TimerId views_timer = 0;
  };
  struct Person {
    gateway::ParticipantId id;
    Recipient who;               // contacts only
    gateway::SessionId session;  // the one in use
    gateway::ConsentMask consents;
  };
  struct Room {
    gateway::RoomId id;
    std::string tenant_id;                                               // contacts only
    std::map<std::string, Person> people;                                // who is connected or may be
    std::map<std::string, gateway::ParticipantId> ids;                   // of everybody ever: rules are by them
    std::map<std::pair<std::uint64_t, std::uint64_t>, bool> forwarding;  // last told
  };

  Room& room_of(const std::string& key);
  Person& person_in(Room& room, const std::string& key);
  gateway::SessionId open(const std::string& room_key, const std::string& person_key, gateway::OpenSession open,
                          bool standard, Answered answered);
  void await_answer(Session& session, Answered answered);
  void answer(gateway::SessionId id, Result<Answer> result);
  void trickled(gateway::SessionId id, Result<std::string> result);
  gateway::SessionId session_of(const std::string& contact_id, const Recipient& who) const;
  void tell_views(Session& session);
  void drop_session(gateway::SessionId id);
  void forget_session(gateway::SessionId id);
  void drop_person(const std::string& room_key, const std::string& key);
  void close_room(const std::string& key);
  void sync_forwarding(Room& room, const call::Contact& contact);
  void sync_consents(Room& room, const Desk& desk, const call::Contact& contact);

  void drain();
  void on(const gateway::SessionAnswered& e);
  void on(const gateway::SessionTrickled& e);
  void on(const gateway::SessionRefused& e);
  void on(const gateway::SessionConnected& e);
  void on(const gateway::SessionClosed& e);
  void on(const gateway::SlotChanged& e);
  void on(const gateway::CodecSwitchNeeded& e);
  void on(const gateway::SessionStats& e);
  void on(const auto&) {}
  void say_slots(Session& session);
  void say_no_common_codec(const std::string& room);
  void say_quality(const Session& session);
  void keep_quality(const Session& session) const;
  std::string slots_json(const Session& session) const;

  Ports ports_;
  std::map<std::string, Room> rooms_;  // "c/" + contact id, "r/" + name
  std::map<gateway::SessionId, Session> sessions_;
  std::map<std::string, gateway::SessionId> by_name_;
  std::vector<gateway::Event> events_;
  std::set<gateway::SessionId> slots_changed_;
  std::uint64_t next_id_ = 1;
};

}  // namespace visavis::center
