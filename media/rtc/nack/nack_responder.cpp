// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/nack/nack_responder.hpp"

#include <algorithm>

namespace visavis::rtc {

NackResponder::NackResponder() : ring_(std::make_unique<Entry[]>(kSize)) {}

void NackResponder::on_sent(std::uint16_t out_seq, Sent sent) {
  ring_[out_seq % kSize] = {out_seq, sent.source_seq, 0, sent.epoch, 1};
}

std::optional<NackResponder::Sent> NackResponder::on_nack(std::uint16_t out_seq, Instant now, Micros rtt) {
  Entry& entry = ring_[out_seq % kSize];
  if (entry.state == 0 || entry.out_seq != out_seq) return std::nullopt;
  const auto now_ms = static_cast<std::uint16_t>(std::chrono::duration_cast<Millis>(now.time_since_epoch()).count());
  // Ten milliseconds off: the receiver's own clock runs from when it noticed, not from when we sent.
  const auto spacing = std::max<std::int64_t>(5, std::chrono::duration_cast<Millis>(rtt).count() - 10);
  if (entry.state == 2 && static_cast<std::uint16_t>(now_ms - entry.resent_ms) < spacing) return std::nullopt;
  entry.state = 2;
  entry.resent_ms = now_ms;
  return Sent{entry.source_seq, entry.epoch};
}

}  // namespace visavis::rtc
