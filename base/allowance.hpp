// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>

namespace visavis {

/// So many times at once, then so many times a second.
struct Pace {
  double at_once;
  double per_second;
};

/// How often somebody may do something (a token bucket). Time is given: of any one clock, wall or steady; one that is
/// set back takes nothing away.
template <class Time>
class Allowance {
 public:
  Allowance(Pace pace, Time now) : pace_(pace), left_(pace.at_once), at_(now) {}

  void refill(Time now) {
    const std::chrono::duration<double> passed = now - at_;
    left_ = std::min(pace_.at_once, left_ + std::max(0.0, passed.count()) * pace_.per_second);
    at_ = now;
  }
  bool full() const { return left_ >= pace_.at_once; }
  bool empty() const { return left_ < 1; }
  void take() { left_ -= 1; }
  /// The usual order of the three; false where nothing was left.
  bool take_at(Time now) {
    refill(now);
    if (empty()) return false;
    take();
    return true;
  }

 private:
  Pace pace_;
  double left_;
  Time at_;  // as of
};

}  // namespace visavis
