// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "center/types/types.hpp"

namespace visavis::center::routing {

/// What the agent has chosen. Wrap-up is not chosen: it lies over this while work of a finished contact is open.
enum class AgentState { kOffline, kReady, kBreak };
/// new: a waiting contact; transfer: the present agent hands over; invite: a third person is added.
enum class OfferKind { kNew, kTransfer, kInvite };
enum class RefuseReason { kDeclined, kTimeout };
enum class WithdrawReason { kCustomerLeft, kAgentLost, kAgentBusy, kContactEnded, kTaken, kRestart, kCancelled };

struct StateSet {
  static constexpr std::string_view kType = "agent.state_set";
  std::string user_id;
  AgentState state = AgentState::kOffline;
  std::string
      reason;  // of a break: lunch | training | meeting | other | no_answer; of offline: connection_lost or empty
  static void fields(auto& self, auto&& f) {
    f("user_id", self.user_id);
    f("state", self.state);
    f("reason", self.reason);
  }
};

struct Offered {
  static constexpr std::string_view kType = "offer.made";
  std::string user_id;
  OfferKind kind = OfferKind::kNew;
  Channel channel = Channel::kChat;
  UtcMillis expires_at;
  std::string by_user_id;  // transfer (also by way of a queue), invite
  std::string note;        // transfer: a word to the next agent; not for the customer
  static void fields(auto& self, auto&& f) {
    f("user_id", self.user_id);
    f("kind", self.kind);
    f("channel", self.channel);
    f("expires_at", self.expires_at);
    f("by_user_id", self.by_user_id);
    f("note", self.note);
  }
};

struct Accepted {
  static constexpr std::string_view kType = "offer.accepted";
  std::string user_id;
  OfferKind kind = OfferKind::kNew;
  static void fields(auto& self, auto&& f) {
    f("user_id", self.user_id);
    f("kind", self.kind);
  }
};

struct Refused {
  static constexpr std::string_view kType = "offer.refused";
  std::string user_id;
  OfferKind kind = OfferKind::kNew;
  RefuseReason reason = RefuseReason::kDeclined;
  std::string detail;  // the agent's word, may be empty
  static void fields(auto& self, auto&& f) {
    f("user_id", self.user_id);
    f("kind", self.kind);
    f("reason", self.reason);
    f("detail", self.detail);
  }
};

struct Withdrawn {
  static constexpr std::string_view kType = "offer.withdrawn";
  std::string user_id;
  OfferKind kind = OfferKind::kNew;
  WithdrawReason reason = WithdrawReason::kCustomerLeft;
  static void fields(auto& self, auto&& f) {
    f("user_id", self.user_id);
    f("kind", self.kind);
    f("reason", self.reason);
  }
};

}  // namespace visavis::center::routing

namespace visavis::center {
template <>
struct EnumNames<routing::AgentState> {
  static constexpr Names<3> names{"offline", "ready", "break"};
};
template <>
struct EnumNames<routing::OfferKind> {
  static constexpr Names<3> names{"new", "transfer", "invite"};
};
template <>
struct EnumNames<routing::RefuseReason> {
  static constexpr Names<2> names{"declined", "timeout"};
};
template <>
struct EnumNames<routing::WithdrawReason> {
  static constexpr Names<7> names{"customer_left", "agent_lost", "agent_busy", "contact_ended",
                                  "taken",         "restart",    "cancelled"};
};
}  // namespace visavis::center
