// SPDX-License-Identifier: Apache-2.0
// NTP time as in RTCP sender reports (RFC 3550, section 4): seconds since 1900 in 32.32 fixed point. Ours is our
// monotonic clock from a fixed origin: receivers only ever compare our times with each other, so a step of the wall
// clock never reaches a lip-sync.
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace visavis::rtc {

class NtpTime {
 public:
  constexpr NtpTime() = default;
  constexpr explicit NtpTime(std::uint64_t value) : value_(value) {}
  static constexpr NtpTime from(Instant at) {
    constexpr std::uint64_t kOrigin = 3'900'000'000;  // any second that no 32-bit reader takes for zero
    const auto us = static_cast<std::uint64_t>(at.time_since_epoch().count());
    return NtpTime{((kOrigin + us / 1'000'000) << 32) + ((us % 1'000'000) << 32) / 1'000'000};
  }

  constexpr std::uint64_t value() const { return value_; }
  /// The middle 32 bits: what report blocks carry as LSR (RFC 3550, section 6.4.1), in 1/65536 s.
  constexpr std::uint32_t middle() const { return static_cast<std::uint32_t>(value_ >> 16); }
  /// Signed, so that a peer's clock may be behind ours.
  constexpr Micros since(NtpTime earlier) const {
    const auto ticks = static_cast<std::int64_t>(value_ - earlier.value_);
    return Micros{(ticks >> 32) * 1'000'000 + static_cast<std::int64_t>(((ticks & 0xFFFFFFFF) * 1'000'000) >> 32)};
  }
  friend constexpr bool operator==(NtpTime, NtpTime) = default;

 private:
  std::uint64_t value_ = 0;
};

/// Round trip from a report block: now − LSR − DLSR (RFC 3550, section 6.4.1); zero = unknown or nonsense.
constexpr Micros round_trip(Instant now, std::uint32_t lsr, std::uint32_t dlsr) {
  if (lsr == 0) return Micros::zero();
  const std::uint32_t ticks = NtpTime::from(now).middle() - lsr - dlsr;
  if (ticks > 10U << 16) return Micros::zero();  // more than ten seconds, or negative
  return Micros{std::int64_t{ticks} * 1'000'000 / 65536 + 1};
}

}  // namespace visavis::rtc
