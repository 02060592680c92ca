// SPDX-License-Identifier: Apache-2.0
// One contact from the customer's first click to the last wrap-up: who is in it, in which state, and what each may do.
// Deciders return the event or the refusal and change nothing; Contacts folds events.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "center/call/events.hpp"
#include "center/queue/events.hpp"
#include "center/routing/events.hpp"
#include "center/types/config.hpp"

namespace visavis::center::call {

inline constexpr std::size_t kMaxParticipants =
    4;  // customer, agent, two more: as many as clients have media lines for

struct Participant {
  std::string id;
  Role role = Role::kCustomer;
  std::string user_id;  // agents and guests
  std::string name;
  UtcMillis joined_at;
  UtcMillis left_at;    // 0: not yet
  bool here = true;     // has not left
  bool present = true;  // has a connection
  UtcMillis gone_since_at;
  Media audio = Media::kNone;
  Media video = Media::kNone;
  static void fields(auto& self, auto&& f) {
    f("id", self.id);
    f("role", self.role);
    f("user_id", self.user_id);
    f("name", self.name);
    f("joined_at", self.joined_at);
    f("left_at", self.left_at);
    f("here", self.here);
    f("present", self.present);
    f("gone_since_at", self.gone_since_at);
    f("audio", self.audio);
    f("video", self.video);
  }
};

/// Work of one agent after the contact; it never holds up the customer or the next agent.
struct Wrapup {
  std::string user_id;
  UtcMillis started_at;
  UtcMillis until_at;
  bool extended = false;
  bool done = false;
  std::string disposition;
  std::optional<bool> resolved;
  std::string note;
  static void fields(auto& self, auto&& f) {
    f("user_id", self.user_id);
    f("started_at", self.started_at);
    f("until_at", self.until_at);
    f("extended", self.extended);
    f("done", self.done);
    f("disposition", self.disposition);
    f("resolved", self.resolved);
    f("note", self.note);
  }
};

struct Hold {
  std::string by;  // participant
  UtcMillis since_at;
  static void fields(auto& self, auto&& f) {
    f("by", self.by);
    f("since_at", self.since_at);
  }
};

struct Raise {
  Side by = Side::kCustomer;
  Channel channel = Channel::kAudio;
  UtcMillis at;
  static void fields(auto& self, auto&& f) {
    f("by", self.by);
    f("channel", self.channel);
    f("at", self.at);
  }
};

struct Contact {
  std::string id;
  State state = State::kWaiting;
  Channel channel = Channel::kChat;
  std::string queue_id;  // the present topic
  std::string language;
  std::string customer_name;
  Attributes attributes;
  std::string link_id;
  bool practice = false;
  UtcMillis created_at;
  UtcMillis offered_at;        // of the present or last offer; 0: never
  UtcMillis answered_at;       // first answer; 0: never
  UtcMillis waiting_since_at;  // of the present or last wait: the opening, or when nobody was left in the conversation
  UtcMillis talk_since_at;     // the present conversation; 0: no agent is there
  UtcMillis call_since_at;     // since it has sound or video; 0: it has not
  std::int64_t talked_ms = 0;  // conversations that are over, without the waiting between them
  UtcMillis ended_at;          // 0: not yet
  UtcMillis closed_at;
  std::optional<EndReason> end_reason;
  std::vector<Participant> participants;  // in joining order, the customer first; kept after leaving
  std::optional<Hold> hold;
  std::optional<Raise> raise;
  std::vector<Wrapup> wrapups;
  std::optional<Rated> rating;
  std::string check;  // JSON text, or empty
  std::size_t checks = 0;
  static void fields(auto& self, auto&& f) {
    f("id", self.id);
    f("state", self.state);
    f("channel", self.channel);
    f("queue_id", self.queue_id);
    f("language", self.language);
    f("customer_name", self.customer_name);
    f("attributes", self.attributes);
    f("link_id", self.link_id);
    f("practice", self.practice);
    f("created_at", self.created_at);
    f("offered_at", self.offered_at);
    f("answered_at", self.answered_at);
    f("waiting_since_at", self.waiting_since_at);
    f("talk_since_at", self.talk_since_at);
    f("call_since_at", self.call_since_at);
    f("talked_ms", self.talked_ms);
    f("ended_at", self.ended_at);
    f("closed_at", self.closed_at);
    f("end_reason", self.end_reason);
    f("participants", self.participants);
    f("hold", self.hold);
    f("raise", self.raise);
    f("wrapups", self.wrapups);
    f("rating", self.rating);
    f("check", self.check);
    f("checks", self.checks);
  }

  const Participant& customer() const { return participants.front(); }
  /// Who is in the contact now under this user; null where nobody.
  const Participant* of_user(std::string_view user_id) const;
  const Participant* participant(std::string_view participant_id) const;
  std::size_t agents_here() const;
  const Wrapup* open_wrapup(std::string_view user_id) const;
  bool any_open_wrapup() const;
  /// How long this user was in the contact, without the time that still runs.
  Millis talked(std::string_view user_id) const;
  bool answered() const { return answered_at > UtcMillis{}; }
  bool ended() const { return ended_at > UtcMillis{}; }
  bool active() const { return state == State::kActive; }
};

/// What the actor is in this contact, or why they may not act on it: `not_found` for those who may not know of it.
Result<const Participant*> acting(const Contact& contact, const Actor& actor);

Result<Held> hold(const Contact& contact, const Participant& by, bool on);
Result<RaiseAsked> ask_raise(const Contact& contact, const Participant& by, Channel channel);
/// Answering needs an open request of the other side.
Result<RaiseAnswered> answer_raise(const Contact& contact, const Participant& by, bool accept);
Result<MediaSet> set_media(const Contact& contact, const Participant& by, Media audio, Media video);
Result<Rated> rate(const Contact& contact, const Rated& rating, UtcMillis now, Millis within);
Result<WrapupExtended> extend_wrapup(const Contact& contact, std::string_view user_id, const Timings& timings);
Result<WrapupDone> complete_wrapup(const Contact& contact, const WrapupDone& wanted,
                                   const std::set<std::string>& dispositions);

class Contacts {
 public:
  void apply(const Meta& meta, const Opened& event);
  void apply(const Meta& meta, const AgentJoined& event);
  void apply(const Meta& meta, const AgentLeft& event);
  void apply(const Meta& meta, const Held& event);
  void apply(const Meta& meta, const RaiseAsked& event);
  void apply(const Meta& meta, const RaiseAnswered& event);
  void apply(const Meta& meta, const MediaSet& event);
  void apply(const Meta& meta, const ParticipantGone& event);
  void apply(const Meta& meta, const ParticipantBack& event);
  void apply(const Meta& meta, const Ended& event);
  void apply(const Meta& meta, const Closed& event);
  void apply(const Meta& meta, const WrapupExtended& event);
  void apply(const Meta& meta, const WrapupDone& event);
  void apply(const Meta& meta, const Rated& event);
  void apply(const Meta& meta, const Checked& event);
  void apply(const Meta& meta, const queue::Entered& event);
  void apply(const Meta& meta, const routing::Offered& event);
  void apply(const Meta& meta, const routing::Refused& event);
  void apply(const Meta& meta, const routing::Withdrawn& event);
  void forget(const std::string& contact_id);

  const Contact* find(std::string_view contact_id) const;
  const std::map<std::string, Contact, std::less<>>& all() const { return contacts_; }
  /// Contacts the agent is in or has open wrap-up work of.
  const std::set<std::string>& of_user(std::string_view user_id) const;

 private:
  Contact* get(const Meta& meta);
  Participant* get(const Meta& meta, const std::string& participant_id);
  void index(const Contact& contact, const std::string& user_id);
  void offer_gone(const Meta& meta, routing::OfferKind kind);

  std::map<std::string, Contact, std::less<>> contacts_;
  std::map<std::string, std::set<std::string>, std::less<>> by_user_;
};

}  // namespace visavis::center::call
