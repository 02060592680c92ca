// SPDX-License-Identifier: Apache-2.0
// Reception statistics of one incoming stream: loss and interarrival jitter as in RFC 3550, sections 6.4.1 and A.3,
// A.8.
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "media/rtc/wire/sequence.hpp"

namespace visavis::rtc {

/// What one report block says of a stream since the last report (RFC 3550, section 6.4.1).
struct Reception {
  std::uint8_t fraction_lost = 0;      // 8-bit fixed point
  std::int32_t cumulative_lost = 0;    // 24 bits signed
  std::uint32_t highest_sequence = 0;  // extended
  std::uint32_t jitter = 0;            // RTP timestamp units
};

class ReceiveStats {
 public:
  explicit ReceiveStats(std::uint32_t clock_rate) : clock_rate_(clock_rate) {}

  /// A packet as it came from the network. `repaired` ones count as received, but say nothing about jitter.
  void on_packet(std::uint16_t seq, std::uint32_t timestamp, std::size_t bytes, bool repaired, Instant now);

  /// Begins a new interval for fraction_lost.
  Reception report();

  bool started() const { return packets_ > 0; }
  std::uint64_t packets() const { return packets_; }
  std::uint64_t bytes() const { return bytes_; }
  std::int64_t lost() const;
  Micros jitter() const;
  Instant last_packet() const { return last_packet_; }
  void set_clock_rate(std::uint32_t rate) { clock_rate_ = rate; }

 private:
  std::uint32_t clock_rate_;
  SequenceUnwrapper sequence_;
  std::int64_t first_ = 0;
  std::uint64_t packets_ = 0;
  std::uint64_t bytes_ = 0;
  std::int64_t reported_expected_ = 0;
  std::uint64_t reported_packets_ = 0;
  double jitter_ = 0;  // timestamp units
  std::uint32_t last_timestamp_ = 0;
  Instant last_packet_{};
};

}  // namespace visavis::rtc
