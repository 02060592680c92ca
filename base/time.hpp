// SPDX-License-Identifier: Apache-2.0
// Time as an explicit parameter. Only media/worker and app read a clock; everything else is told what time it is.
#pragma once

#include <chrono>
#include <cstdint>

namespace visavis {

using Micros = std::chrono::microseconds;
using Millis = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;

/// Tag of the monotonic clock of this process. It has no now(): whoever needs the time gets it as an argument.
struct MonotonicClock {
  using duration = Micros;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<MonotonicClock>;
  static constexpr bool is_steady = true;
};

/// A point on the monotonic clock, in microseconds; never leaves the process.
using Instant = MonotonicClock::time_point;

/// "No deadline": later than any real instant.
inline constexpr Instant kNever = Instant::max();

/// A point on the wall clock, UTC milliseconds since 1970: what is stored and sent.
struct UtcMillis {
  std::int64_t value = 0;
  friend constexpr auto operator<=>(UtcMillis, UtcMillis) = default;
  friend constexpr UtcMillis operator+(UtcMillis at, Millis d) { return {at.value + d.count()}; }
  friend constexpr UtcMillis operator-(UtcMillis at, Millis d) { return {at.value - d.count()}; }
  friend constexpr Millis operator-(UtcMillis a, UtcMillis b) { return Millis{a.value - b.value}; }
};

}  // namespace visavis
