// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/stream/sender_clock.hpp"

namespace visavis::rtc {

void ClockOffset::on_sender_report(NtpTime remote, Instant now) {
  if (const auto expected = to_local(remote)) {
    const Micros off = now - *expected;
    if (off < kJump && off > -kJump) return;
  }
  remote_ = remote;
  local_ = now;
}

std::optional<Instant> ClockOffset::to_local(NtpTime remote) const {
  if (!remote_) return std::nullopt;
  const Micros elapsed = remote.since(*remote_);
  if (elapsed > Seconds{1'000'000} || elapsed < Seconds{-1'000'000}) return std::nullopt;  // a forged or broken clock
  return local_ + elapsed;
}

std::optional<std::uint32_t> SenderClock::timestamp_at(Instant now, const ClockOffset& offset,
                                                       std::uint32_t clock_rate) const {
  if (!known_) return std::nullopt;
  const auto reported = offset.to_local(ntp_);
  if (!reported) return std::nullopt;
  const std::int64_t ticks = (now - *reported).count() * static_cast<std::int64_t>(clock_rate) / 1'000'000;
  return rtp_ + static_cast<std::uint32_t>(ticks);
}

}  // namespace visavis::rtc
