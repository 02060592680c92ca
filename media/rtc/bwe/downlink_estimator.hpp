// SPDX-License-Identifier: Apache-2.0
// How much a subscriber's downlink carries, learnt from its transport-wide feedback and receiver reports. One per
// session; the null version knows no limit.
#pragma once

#include <cstdint>
#include <limits>

#include "base/time.hpp"
#include "media/rtc/wire/rtcp.hpp"

namespace visavis::rtc {

class DownlinkEstimator {
 public:
  static constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

  virtual ~DownlinkEstimator() = default;
  virtual void on_sent(std::uint16_t transport_sequence, std::size_t bytes, Instant now) = 0;
  virtual void on_feedback(const TransportFeedback& feedback, Instant now) = 0;
  virtual void on_receiver_report(float loss_fraction, Micros round_trip, Instant now) = 0;
  /// Bits per second that may be sent; kUnlimited while unknown.
  virtual std::uint64_t target() const = 0;
};

/// No estimate, no state: one for all.
class NullDownlinkEstimator final : public DownlinkEstimator {
 public:
  static NullDownlinkEstimator& instance() {
    static NullDownlinkEstimator estimator;
    return estimator;
  }
  void on_sent(std::uint16_t, std::size_t, Instant) override {}
  void on_feedback(const TransportFeedback&, Instant) override {}
  void on_receiver_report(float, Micros, Instant) override {}
  std::uint64_t target() const override { return kUnlimited; }
};

}  // namespace visavis::rtc
