// SPDX-License-Identifier: Apache-2.0
// Lip-sync through the server: a publisher's sender reports tie its RTP timestamps to its own wall clock (RFC 3550,
// section 6.4.1). We report to subscribers in our clock instead, with one offset for all streams of a publisher, so
// that sound and picture stay together and our round-trip measurement works.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "media/rtc/stream/ntp.hpp"

namespace visavis::rtc {

/// Our clock minus one publisher's clock, shared by its streams.
class ClockOffset {
 public:
  /// A sender report with this NTP time came now. Small changes (network jitter) are ignored, so that a stream reported
  /// earlier keeps its place; a jump means that the publisher's clock was set.
  void on_sender_report(NtpTime remote, Instant now);
  /// The publisher's time in ours.
  std::optional<Instant> to_local(NtpTime remote) const;

 private:
  static constexpr Micros kJump = Millis{500};
  std::optional<NtpTime> remote_;
  Instant local_{};
};

/// One stream's last sender report.
class SenderClock {
 public:
  void on_sender_report(NtpTime ntp, std::uint32_t rtp, Instant now) {
    ntp_ = ntp;
    rtp_ = rtp;
    arrived_ = now;
    known_ = true;
  }
  bool known() const { return known_; }
  /// For the report blocks we send back: middle bits of the last SR, and the time since it came in 1/65536 s.
  std::uint32_t last_sr() const { return known_ ? ntp_.middle() : 0; }
  std::uint32_t delay_since_last_sr(Instant now) const {
    return known_ ? static_cast<std::uint32_t>((now - arrived_).count() * 65536 / 1'000'000) : 0;
  }
  /// The RTP timestamp this stream has at `now`; none before its first report.
  std::optional<std::uint32_t> timestamp_at(Instant now, const ClockOffset& offset, std::uint32_t clock_rate) const;

 private:
  NtpTime ntp_;
  std::uint32_t rtp_ = 0;
  Instant arrived_{};
  bool known_ = false;
};

}  // namespace visavis::rtc
