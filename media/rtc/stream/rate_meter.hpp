// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace visavis::rtc {

/// Bit rate between two readings of a byte counter.
class RateMeter {
 public:
  /// Bits per second since the last call; zero for the first.
  std::uint32_t read(std::uint64_t bytes, Instant now) {
    const Micros elapsed = now - at_;
    const std::uint64_t fresh = bytes - bytes_;
    const bool first = at_ == Instant{};
    at_ = now;
    bytes_ = bytes;
    if (first || elapsed <= Micros::zero()) return 0;
    return static_cast<std::uint32_t>(fresh * 8'000'000 / static_cast<std::uint64_t>(elapsed.count()));
  }

 private:
  Instant at_{};
  std::uint64_t bytes_ = 0;
};

}  // namespace visavis::rtc
