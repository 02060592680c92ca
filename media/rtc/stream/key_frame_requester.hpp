// SPDX-License-Identifier: Apache-2.0
// Asks a publisher for a key frame (PLI, RFC 4585 section 6.3.1): many wishes become one request per 300 ms, repeated
// until a key frame comes, more rarely when the publisher does not react.
#pragma once

#include <algorithm>

#include "base/time.hpp"

namespace visavis::rtc {

class KeyFrameRequester {
 public:
  static constexpr Micros kSpacing = Millis{300};
  static constexpr unsigned kEagerTries = 10;
  static constexpr Micros kPatientSpacing = Seconds{2};

  /// Somebody needs a key frame.
  void want(Instant now) {
    if (wanted_) return;
    wanted_ = true;
    tries_ = 0;
    next_ = std::max(now, last_ + kSpacing);
  }
  void on_key_frame() { wanted_ = false; }
  /// The stream has no takers any more.
  void cancel() { wanted_ = false; }
  bool wanted() const { return wanted_; }
  Instant deadline() const { return wanted_ ? next_ : kNever; }
  /// True when a request is to be sent now; counts as sent.
  bool due(Instant now) {
    if (!wanted_ || now < next_) return false;
    last_ = now;
    next_ = now + (++tries_ < kEagerTries ? kSpacing : kPatientSpacing);
    return true;
  }

 private:
  bool wanted_ = false;
  unsigned tries_ = 0;
  Instant last_{-kSpacing};
  Instant next_{};
};

}  // namespace visavis::rtc
