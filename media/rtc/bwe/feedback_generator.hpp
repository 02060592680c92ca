// SPDX-License-Identifier: Apache-2.0
// Transport-wide congestion control, receiving side: tells a publisher when each of its packets arrived
// (draft-holmer-rmcat-transport-wide-cc-extensions-01), so that its estimator can raise the rate. Feedback leaves every
// 100 ms, sooner when many packets came. Nothing is allocated.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "media/rtc/wire/sequence.hpp"
#include "media/rtc/wire/transport_feedback.hpp"

namespace visavis::rtc {

class FeedbackGenerator {
 public:
  static constexpr Micros kInterval = Millis{100};
  static constexpr Micros kMinInterval = Millis{20};
  static constexpr std::size_t kManyPackets = 40;

  /// A packet with this transport-wide number arrived.
  void on_packet(std::uint16_t sequence, Instant now);
  /// kNever while there is nothing to tell.
  Instant deadline() const { return deadline_; }
  /// Writes one RTCP packet and returns its size; zero once everything is told. Call again until then.
  std::size_t build(Instant now, std::uint32_t sender, std::uint32_t media, MutableBytes out);

 private:
  static constexpr std::size_t kCapacity = 256;
  static constexpr std::int64_t kMaxLate = 512;

  void forget_told(std::size_t how_many);

  SequenceUnwrapper unwrapper_;
  std::array<PacketArrival, kCapacity> arrivals_;  // ascending by sequence
  std::size_t count_ = 0;
  std::optional<std::int64_t> next_;  // the first number not told of yet
  Instant last_sent_{};
  Instant deadline_ = kNever;
  std::uint8_t feedback_count_ = 0;
};

}  // namespace visavis::rtc
