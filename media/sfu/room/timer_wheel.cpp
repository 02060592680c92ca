// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/room/timer_wheel.hpp"

#include <algorithm>
#include <bit>

namespace visavis::sfu {

TimerWheel::TimerWheel(Instant now) : tick_(now.time_since_epoch().count() / 1000) {
  for (TimerNode& head : heads_) head.before = head.after = &head;
}

void TimerWheel::set(TimerNode& node, Instant at) {
  cancel(node);
  node.at = at;
  if (at == kNever) return;
  const std::int64_t tick = std::clamp(tick_of(at), tick_ + 1, tick_ + kSlots - 1);
  link(node, static_cast<std::uint32_t>(tick % kSlots));
}

void TimerWheel::link(TimerNode& node, std::uint32_t slot) {
  TimerNode& head = heads_[slot];
  node.slot = slot;
  node.before = head.before;
  node.after = &head;
  head.before->after = &node;
  head.before = &node;
  if (slot != kDue) busy_[slot / 64] |= std::uint64_t{1} << (slot % 64);
  ++size_;
}

void TimerWheel::cancel(TimerNode& node) {
  if (!node.scheduled()) return;
  node.before->after = node.after;
  node.after->before = node.before;
  node.before = node.after = nullptr;
  --size_;
  const TimerNode& head = heads_[node.slot];
  if (head.after == &head && node.slot != kDue) busy_[node.slot / 64] &= ~(std::uint64_t{1} << (node.slot % 64));
}

TimerNode* TimerWheel::expire(Instant now) {
  const std::int64_t target = now.time_since_epoch().count() / 1000;
  while (true) {
    while (heads_[kDue].after != &heads_[kDue]) {
      TimerNode& node = *heads_[kDue].after;
      const Instant at = node.at;
      cancel(node);
      if (tick_of(at) <= tick_) return &node;
      set(node, at);  // was beyond the wheel
    }
    if (tick_ >= target) return nullptr;
    if (size_ == 0) {
      tick_ = target;
      return nullptr;
    }
    ++tick_;
    // Aside first: what is set again while these are handled belongs to a later millisecond.
    move_to_due(static_cast<std::uint32_t>(tick_ % kSlots));
  }
}

void TimerWheel::move_to_due(std::uint32_t slot) {
  while (heads_[slot].after != &heads_[slot]) {
    TimerNode& node = *heads_[slot].after;
    cancel(node);
    link(node, kDue);
  }
}

Instant TimerWheel::deadline() const {
  if (size_ == 0) return kNever;
  if (heads_[kDue].after != &heads_[kDue]) return Instant{Micros{tick_ * 1000}};
  const auto start = static_cast<std::uint32_t>((tick_ + 1) % kSlots);
  for (std::uint32_t step = 0; step <= kSlots / 64; ++step) {
    const std::uint32_t word = (start / 64 + step) % (kSlots / 64);
    std::uint64_t bits = busy_[word];
    if (step == 0) bits &= ~std::uint64_t{0} << (start % 64);
    if (step == kSlots / 64) bits &= ~(~std::uint64_t{0} << (start % 64));
    if (bits == 0) continue;
    const std::uint32_t slot = word * 64 + static_cast<std::uint32_t>(std::countr_zero(bits));
    const std::int64_t ahead = (slot + kSlots - start) % kSlots;
    return Instant{Micros{(tick_ + 1 + ahead) * 1000}};
  }
  return kNever;
}

}  // namespace visavis::sfu
