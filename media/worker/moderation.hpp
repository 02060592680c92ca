// SPDX-License-Identifier: Apache-2.0
// How long a busy worker lets packets gather before it looks again, as network cards do with their interrupts. One
// wake-up for a handful of packets costs more than forwarding them; with some dozens of calls on a worker a pause of a
// millisecond, which nobody sees or hears, lets each wake-up carry many. A worker with few calls never pauses.
#pragma once

#include <cstddef>

#include "base/time.hpp"

namespace visavis::media {

class Moderation {
 public:
  static constexpr Micros kPause{1000};
  static constexpr double kBusy = 12'000;  // packets a second: twelve in a pause
  static constexpr Micros kMeasured = Millis{20};

  /// After every turn of the loop: how many packets it handled.
  void on_turn(std::size_t packets, Instant now) {
    packets_ += packets;
    const Micros elapsed = now - since_;
    if (elapsed < kMeasured) return;
    busy_ = static_cast<double>(packets_) * 1e6 >= kBusy * static_cast<double>(elapsed.count());
    packets_ = 0;
    since_ = now;
  }

  /// Zero: wait for the next packet instead.
  Micros pause() const { return busy_ ? kPause : Micros::zero(); }

 private:
  Instant since_{};
  std::size_t packets_ = 0;
  bool busy_ = false;
};

}  // namespace visavis::media
