// SPDX-License-Identifier: Apache-2.0
// Whether the peer is heard: what a person is told ("the customer's network is gone"), apart from consent to send.
#pragma once

#include "media/rtc/ice/ice.hpp"

namespace visavis::rtc {

class Reachability {
 public:
  /// Something authentic came. True where the peer had been called unreachable before.
  bool heard(Instant now, bool media) {
    last_heard_ = now;
    if (media) {
      last_media_ = now;
      media_seen_ = true;
    }
    const bool back = state_ == State::kLost;
    state_ = State::kReachable;
    return back;
  }
  /// True once, when the silence has become too long.
  bool lost_now(Instant now) {
    if (now < deadline()) return false;
    state_ = State::kLost;
    return true;
  }
  Instant deadline() const { return state_ == State::kReachable ? last_heard_ + quiet_limit() : kNever; }

 private:
  enum class State : std::uint8_t { kNeverHeard, kReachable, kLost };
  /// Media that stops is noticed soon; a peer that only sends checks and reports may take its time between them.
  Micros quiet_limit() const {
    return media_seen_ && last_heard_ - last_media_ < kUnreachableAfter ? kUnreachableAfter : kUnreachableIdleAfter;
  }
  State state_ = State::kNeverHeard;
  Instant last_heard_{};
  Instant last_media_{};
  bool media_seen_ = false;
};

}  // namespace visavis::rtc
