// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "base/time.hpp"

namespace visavis::center {

/// How often somebody may do something: so many times at once, then so many times a second. Time is given.
template <double kAtOnce, double kPerSecond>
struct Allowance {
  double left = kAtOnce;
  UtcMillis at;  // as of

  void refill(UtcMillis now) {
    const double passed = static_cast<double>((now - at).count()) / 1000.0;
    left = std::min(kAtOnce, left + std::max(0.0, passed) * kPerSecond);
    at = now;
  }
  bool full() const { return left >= kAtOnce; }
  bool empty() const { return left < 1; }
  void take() { left -= 1; }
};

}  // namespace visavis::center
