// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/rewrite/stream_rewriter.hpp"

#include <algorithm>

namespace visavis::sfu {

void StreamRewriter::switch_to(std::uint32_t source, const rtc::RtpHeader& header, const PictureNumbers& pictures,
                               std::optional<std::uint32_t> aligned, std::uint32_t clock_rate, Instant now) {
  Epoch next{.source = source, .used = true};
  if (started()) {
    std::uint32_t wanted = last_timestamp_;
    if (aligned) {
      wanted = *aligned;
    } else {
      const Micros pause = std::clamp<Micros>(now - last_sent_, Micros::zero(), Seconds{3600});
      wanted += static_cast<std::uint32_t>(pause.count() * clock_rate / 1'000'000);
    }
    // A picture may not share or precede the timestamp of the last one: at least a millisecond lies between.
    if (!rtc::is_newer(wanted, last_timestamp_)) wanted = last_timestamp_ + std::max(1U, clock_rate / 1000);
    next.timestamp_delta = wanted - header.timestamp;
    if (pictures_seen_ && pictures.present()) {
      next.picture_id_delta = static_cast<std::uint16_t>((last_picture_id_ + 1U - pictures.picture_id) & 0x7FFFU);
      next.tl0_delta = static_cast<std::uint8_t>(last_tl0_ + 1U - pictures.tl0);
    }
    if (last_frame_number_ && pictures.frame_number) {
      next.frame_number_delta = static_cast<std::uint16_t>(*last_frame_number_ + 1U - *pictures.frame_number);
    }
  }
  sequence_.switch_source(header.sequence, first_sequence_);
  ++epoch_;
  epochs_[epoch_ % kEpochs] = next;
  last_timestamp_ = header.timestamp + next.timestamp_delta;
  if (pictures.present()) {
    pictures_seen_ = true;
    last_picture_id_ = picture_id(next, pictures);
    last_tl0_ = tl0(next, pictures);
  }
}

std::optional<StreamRewriter::Numbers> StreamRewriter::map(const rtc::RtpHeader& header, const PictureNumbers& pictures,
                                                           Instant now) {
  const auto sequence = sequence_.map(header.sequence);
  if (!sequence) return std::nullopt;
  const Epoch& rules = current();
  const Numbers numbers{*sequence, header.timestamp + rules.timestamp_delta, epoch_};
  if (*sequence == sequence_.highest_out()) {
    last_sent_ = now;
    if (rtc::is_newer(numbers.timestamp, last_timestamp_)) last_timestamp_ = numbers.timestamp;
    if (pictures.frame_number) {
      last_frame_number_ = static_cast<std::uint16_t>(*pictures.frame_number + rules.frame_number_delta);
    }
    if (pictures.present()) {
      last_picture_id_ = picture_id(rules, pictures);
      if (pictures.tl0_at != 0) last_tl0_ = tl0(rules, pictures);
    }
  }
  return numbers;
}

}  // namespace visavis::sfu
