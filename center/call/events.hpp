// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "center/types/types.hpp"

namespace visavis::center::call {

enum class State { kWaiting, kOffered, kActive, kWrapup, kClosed };
enum class Role { kCustomer, kAgent, kGuest };
enum class Media { kOff, kOn, kNone };
enum class EndReason {
  kCustomerHungUp,
  kAgentHungUp,
  kCustomerGone,
  kAgentGone,
  kAbandoned,
  kMaxWait,
  kAbuse,
  kTransferredOut,
  kServer
};
enum class PartReason { kHungUp, kTransferred, kGone, kEnded };
enum class Side { kCustomer, kAgent };

/// A contact exists. queue.entered follows in the same batch.
struct Opened {
  static constexpr std::string_view kType = "contact.opened";
  std::string queue_id;
  Channel channel = Channel::kChat;
  std::string language;
  std::string participant_id;  // the customer's
  std::string customer_name;   // personal
  Attributes attributes;       // personal
  std::string link_id;         // one-time link it came by, or empty
  bool practice = false;
  static void fields(auto& self, auto&& f) {
    f("queue_id", self.queue_id);
    f("channel", self.channel);
    f("language", self.language);
    f("participant_id", self.participant_id);
    f("customer_name", self.customer_name);
    f("attributes", self.attributes);
    f("link_id", self.link_id);
    f("practice", self.practice);
  }
};

/// An agent, or a third person (role guest), is in the contact. The first one answers it.
struct AgentJoined {
  static constexpr std::string_view kType = "contact.agent_joined";
  std::string participant_id;
  std::string user_id;
  std::string name;
  Role role = Role::kAgent;
  Channel channel = Channel::kChat;  // the contact's at that time
  static void fields(auto& self, auto&& f) {
    f("participant_id", self.participant_id);
    f("user_id", self.user_id);
    f("name", self.name);
    f("role", self.role);
    f("channel", self.channel);
  }
};

struct AgentLeft {
  static constexpr std::string_view kType = "contact.agent_left";
  std::string participant_id;
  std::string user_id;
  PartReason reason = PartReason::kHungUp;
  UtcMillis wrapup_until_at;  // 0: no wrap-up follows
  static void fields(auto& self, auto&& f) {
    f("participant_id", self.participant_id);
    f("user_id", self.user_id);
    f("reason", self.reason);
    f("wrapup_until_at", self.wrapup_until_at);
  }
};

struct Held {
  static constexpr std::string_view kType = "contact.held";
  bool on = false;
  std::string by;  // participant
  static void fields(auto& self, auto&& f) {
    f("on", self.on);
    f("by", self.by);
  }
};

struct RaiseAsked {
  static constexpr std::string_view kType = "contact.raise_asked";
  Side by = Side::kCustomer;
  Channel channel = Channel::kAudio;
  static void fields(auto& self, auto&& f) {
    f("by", self.by);
    f("channel", self.channel);
  }
};

struct RaiseAnswered {
  static constexpr std::string_view kType = "contact.raise_answered";
  bool accepted = false;
  Channel channel = Channel::kAudio;  // the contact's channel from now on, if accepted
  static void fields(auto& self, auto&& f) {
    f("accepted", self.accepted);
    f("channel", self.channel);
  }
};

struct MediaSet {
  static constexpr std::string_view kType = "contact.media_set";
  std::string participant_id;
  Media audio = Media::kNone;
  Media video = Media::kNone;
  static void fields(auto& self, auto&& f) {
    f("participant_id", self.participant_id);
    f("audio", self.audio);
    f("video", self.video);
  }
};

struct ParticipantGone {
  static constexpr std::string_view kType = "contact.participant_gone";
  std::string participant_id;
  UtcMillis since_at;
  static void fields(auto& self, auto&& f) {
    f("participant_id", self.participant_id);
    f("since_at", self.since_at);
  }
};

struct ParticipantBack {
  static constexpr std::string_view kType = "contact.participant_back";
  std::string participant_id;
  static void fields(auto& self, auto&& f) { f("participant_id", self.participant_id); }
};

/// The customer's part is over; agents may still have wrap-up work. contact.closed follows when there is none left.
struct Ended {
  static constexpr std::string_view kType = "contact.ended";
  EndReason reason = EndReason::kServer;
  std::string by;  // participant, or empty
  static void fields(auto& self, auto&& f) {
    f("reason", self.reason);
    f("by", self.by);
  }
};

struct Closed {
  static constexpr std::string_view kType = "contact.closed";
  static void fields(auto&, auto&&) {}
};

struct WrapupExtended {
  static constexpr std::string_view kType = "contact.wrapup_extended";
  std::string user_id;
  UtcMillis until_at;
  static void fields(auto& self, auto&& f) {
    f("user_id", self.user_id);
    f("until_at", self.until_at);
  }
};

struct WrapupDone {
  static constexpr std::string_view kType = "contact.wrapup_done";
  std::string user_id;
  std::string disposition;  // empty when the time ran out
  std::optional<bool> resolved;
  std::string note;  // personal
  bool automatic = false;
  static void fields(auto& self, auto&& f) {
    f("user_id", self.user_id);
    f("disposition", self.disposition);
    f("resolved", self.resolved);
    f("note", self.note);
    f("automatic", self.automatic);
  }
};

struct Rated {
  static constexpr std::string_view kType = "contact.rated";
  int stars = 0;  // 1–5
  std::optional<bool> solved;
  std::string comment;  // personal
  static void fields(auto& self, auto&& f) {
    f("stars", self.stars);
    f("solved", self.solved);
    f("comment", self.comment);
  }
};

/// The device and network check, as the page sent it (JSON text ≤ 8 KiB).
struct Checked {
  static constexpr std::string_view kType = "contact.checked";
  std::string result;
  static void fields(auto& self, auto&& f) { f("result", self.result); }
};

}  // namespace visavis::center::call

namespace visavis::center {
template <>
struct EnumNames<call::State> {
  static constexpr Names<5> names{"waiting", "offered", "active", "wrapup", "closed"};
};
template <>
struct EnumNames<call::Role> {
  static constexpr Names<3> names{"customer", "agent", "guest"};
};
template <>
struct EnumNames<call::Media> {
  static constexpr Names<3> names{"off", "on", "none"};
};
template <>
struct EnumNames<call::EndReason> {
  static constexpr Names<9> names{"customer_hung_up", "agent_hung_up", "customer_gone",   "agent_gone", "abandoned",
                                  "max_wait",         "abuse",         "transferred_out", "server"};
};
template <>
struct EnumNames<call::PartReason> {
  static constexpr Names<4> names{"hung_up", "transferred", "gone", "ended"};
};
template <>
struct EnumNames<call::Side> {
  static constexpr Names<2> names{"customer", "agent"};
};
}  // namespace visavis::center
