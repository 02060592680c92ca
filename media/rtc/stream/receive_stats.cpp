// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/stream/receive_stats.hpp"

#include <algorithm>
#include <cmath>

namespace visavis::rtc {

void ReceiveStats::on_packet(std::uint16_t seq, std::uint32_t timestamp, std::size_t bytes, bool repaired,
                             Instant now) {
  const auto newest = sequence_.newest();
  const std::int64_t unwrapped = sequence_.unwrap(seq);
  if (!newest) first_ = unwrapped;
  first_ = std::min(first_, unwrapped);
  // Packets of one picture share a timestamp and leave in a burst; as in RFC 3550 each pair counts all the same.
  if (newest && !repaired && unwrapped > *newest) {
    const double arrival = static_cast<double>((now - last_packet_).count()) * clock_rate_ / 1e6;
    const double sent = static_cast<double>(wrapped_difference(timestamp, last_timestamp_));
    const double d = std::abs(arrival - sent);
    if (d < 10.0 * clock_rate_) jitter_ += (d - jitter_) / 16.0;  // beyond ten seconds the stream began anew
  }
  if (!repaired && (!newest || unwrapped > *newest)) {
    last_timestamp_ = timestamp;
    last_packet_ = now;
  }
  ++packets_;
  bytes_ += bytes;
}

std::int64_t ReceiveStats::lost() const {
  if (packets_ == 0) return 0;
  return *sequence_.newest() - first_ + 1 - static_cast<std::int64_t>(packets_);
}

Micros ReceiveStats::jitter() const {
  return Micros{static_cast<std::int64_t>(jitter_ * 1e6 / std::max<std::uint32_t>(1, clock_rate_))};
}

Reception ReceiveStats::report() {
  Reception r;
  if (packets_ == 0) return r;
  const std::int64_t expected = *sequence_.newest() - first_ + 1;
  const std::int64_t interval_expected = expected - reported_expected_;
  const auto interval_received = static_cast<std::int64_t>(packets_ - reported_packets_);
  reported_expected_ = expected;
  reported_packets_ = packets_;
  const std::int64_t interval_lost = interval_expected - interval_received;
  if (interval_expected > 0 && interval_lost > 0) {
    r.fraction_lost = static_cast<std::uint8_t>(std::min<std::int64_t>(255, interval_lost * 256 / interval_expected));
  }
  r.cumulative_lost = static_cast<std::int32_t>(std::clamp<std::int64_t>(lost(), -0x800000, 0x7FFFFF));
  r.highest_sequence = static_cast<std::uint32_t>(*sequence_.newest());
  r.jitter = static_cast<std::uint32_t>(jitter_);
  return r;
}

}  // namespace visavis::rtc
