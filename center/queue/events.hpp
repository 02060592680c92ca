// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "center/types/types.hpp"

namespace visavis::center::queue {

enum class EnterReason { kNew, kTransfer, kAgentGone, kOverflow, kTargetRefused, kChannel };
enum class LeaveReason { kAnswered, kAbandoned, kMaxWait, kMoved, kEnded };

/// The contact waits from now on. Everything that its place depends on is in here; the configuration is not asked
/// again.
struct Entered {
  static constexpr std::string_view kType = "queue.entered";
  EnterReason reason = EnterReason::kNew;
  std::string queue_id;
  Channel channel = Channel::kChat;
  std::string language;
  int priority = 0;  // queue's and contact's together; higher first
  bool vip = false;
  bool head = false;                  // before all others: its agent has gone
  UtcMillis since_at;                 // decides the order among equals; kept on transfer and overflow
  UtcMillis wait_until_at;            // max wait; 0: none
  std::string only_user_id;           // only this agent is asked
  bool only_strict = false;           // practice: never anybody else, not even later
  std::vector<std::string> excluded;  // agents counted as having refused already
  std::string by_user_id;             // transfer: who handed it over
  std::string note;                   // transfer: a word to the next agent; not for the customer
  static void fields(auto& self, auto&& f) {
    f("reason", self.reason);
    f("queue_id", self.queue_id);
    f("channel", self.channel);
    f("language", self.language);
    f("priority", self.priority);
    f("vip", self.vip);
    f("head", self.head);
    f("since_at", self.since_at);
    f("wait_until_at", self.wait_until_at);
    f("only_user_id", self.only_user_id);
    f("only_strict", self.only_strict);
    f("excluded", self.excluded);
    f("by_user_id", self.by_user_id);
    f("note", self.note);
  }
};

struct Left {
  static constexpr std::string_view kType = "queue.left";
  LeaveReason reason = LeaveReason::kAnswered;
  static void fields(auto& self, auto&& f) { f("reason", self.reason); }
};

}  // namespace visavis::center::queue

namespace visavis::center {
template <>
struct EnumNames<queue::EnterReason> {
  static constexpr Names<6> names{"new", "transfer", "agent_gone", "overflow", "target_refused", "channel"};
};
template <>
struct EnumNames<queue::LeaveReason> {
  static constexpr Names<5> names{"answered", "abandoned", "max_wait", "moved", "ended"};
};
}  // namespace visavis::center
