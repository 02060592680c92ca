// SPDX-License-Identifier: Apache-2.0
// Deadlines of many sessions: a hashed wheel of 1,024 slots of one millisecond. Setting and cancelling are constant
// time and allocate nothing, since the nodes lie in the sessions; a deadline beyond the wheel waits in its last slot
// and is put back from there.
#pragma once

#include <array>
#include <cstdint>

#include "base/time.hpp"

namespace visavis::sfu {

struct TimerNode {
  TimerNode* before = nullptr;
  TimerNode* after = nullptr;
  Instant at = kNever;
  std::uint32_t slot = 0;
  void* owner = nullptr;
  bool scheduled() const { return before != nullptr; }
};

class TimerWheel {
 public:
  explicit TimerWheel(Instant now);
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  /// Moves the node to `at`; kNever only cancels. A time in the past is due at the next expire().
  void set(TimerNode& node, Instant at);
  void cancel(TimerNode& node);

  /// Takes one node that is due out of the wheel, or nullptr. Call until then. A node set meanwhile is never due before
  /// the millisecond after the one being handled, so that this ends even where a node always wants to be called at
  /// once.
  TimerNode* expire(Instant now);

  /// When expire() may find something; kNever when empty. Not later than the earliest deadline rounded up to the
  /// millisecond.
  Instant deadline() const;
  std::size_t size() const { return size_; }

 private:
  static constexpr std::uint32_t kSlots = 1024;
  static std::int64_t tick_of(Instant at) { return (at.time_since_epoch().count() + 999) / 1000; }
  void link(TimerNode& node, std::uint32_t slot);
  void move_to_due(std::uint32_t slot);

  static constexpr std::uint32_t kDue = kSlots;  // the list of the millisecond being handled
  std::array<TimerNode, kSlots + 1> heads_;
  std::array<std::uint64_t, kSlots / 64> busy_{};
  std::int64_t tick_;  // everything up to this millisecond was handled
  std::size_t size_ = 0;
};

}  // namespace visavis::sfu
