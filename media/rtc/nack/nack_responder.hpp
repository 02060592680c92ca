// SPDX-License-Identifier: Apache-2.0
// Turns a subscriber's NACK back into the publisher's numbers: each subscriber sees its own sequence numbers, so what
// was sent under which number is remembered here (8 bytes per packet); the packet itself lies in the shared RtxCache.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/time.hpp"

namespace visavis::rtc {

class NackResponder {
 public:
  struct Sent {
    std::uint16_t source_seq = 0;
    std::uint8_t epoch = 0;  // which of the slot's rewriting rules was in force
  };

  NackResponder();

  void on_sent(std::uint16_t out_seq, Sent sent);

  /// What to send again for this number; none when it was never sent, is forgotten, or was sent again less than a round
  /// trip ago (the first copy may still be on its way).
  std::optional<Sent> on_nack(std::uint16_t out_seq, Instant now, Micros rtt);

 private:
  static constexpr std::size_t kSize = 512;
  struct Entry {
    std::uint16_t out_seq = 0;
    std::uint16_t source_seq = 0;
    std::uint16_t resent_ms = 0;
    std::uint8_t epoch = 0;
    std::uint8_t state = 0;  // 0 = empty, 1 = sent, 2 = sent again at resent_ms
  };
  std::unique_ptr<Entry[]> ring_;
};

}  // namespace visavis::rtc
