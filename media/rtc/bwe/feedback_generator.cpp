// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/bwe/feedback_generator.hpp"

#include <algorithm>

namespace visavis::rtc {

void FeedbackGenerator::on_packet(std::uint16_t sequence, Instant now) {
  const std::int64_t s = unwrapper_.unwrap(sequence);
  if (next_ && s < *next_ - kMaxLate) return;
  // No packet can tell of so many lost; the sender began anew.
  if (next_ && s >= *next_ + kMaxFeedbackStatuses) next_ = s;
  if (count_ == kCapacity) return;  // told of within kMinInterval; a flood may lose the rest
  std::size_t at = count_;
  while (at > 0 && arrivals_[at - 1].sequence > s) --at;
  if (at > 0 && arrivals_[at - 1].sequence == s) return;
  std::copy_backward(arrivals_.begin() + static_cast<std::ptrdiff_t>(at),
                     arrivals_.begin() + static_cast<std::ptrdiff_t>(count_),
                     arrivals_.begin() + static_cast<std::ptrdiff_t>(count_ + 1));
  arrivals_[at] = {s, now.time_since_epoch()};
  if (++count_ == 1) deadline_ = std::max(now + kMinInterval, last_sent_ + kInterval);
  if (count_ >= kManyPackets) deadline_ = std::min(deadline_, std::max(now, last_sent_ + kMinInterval));
}

std::size_t FeedbackGenerator::build(Instant now, std::uint32_t sender, std::uint32_t media, MutableBytes out) {
  if (count_ == 0) return 0;
  const std::int64_t first = arrivals_[0].sequence;
  const std::int64_t base = next_ ? std::min(*next_, first) : first;
  const auto written = write_transport_feedback(sender, media, feedback_count_, base, {arrivals_.data(), count_}, out);
  last_sent_ = now;
  if (written.size == 0 || written.arrivals == 0) {
    forget_told(1);  // cannot be said in one packet: skip what it hangs on
    next_ = count_ > 0 ? arrivals_[0].sequence : next_;
    return 0;
  }
  ++feedback_count_;
  next_ = std::max(next_.value_or(0), arrivals_[written.arrivals - 1].sequence + 1);
  forget_told(written.arrivals);
  return written.size;
}

void FeedbackGenerator::forget_told(std::size_t how_many) {
  std::copy(arrivals_.begin() + static_cast<std::ptrdiff_t>(how_many),
            arrivals_.begin() + static_cast<std::ptrdiff_t>(count_), arrivals_.begin());
  count_ -= how_many;
  deadline_ = count_ == 0 ? kNever : last_sent_;
}

}  // namespace visavis::rtc
