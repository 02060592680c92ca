// SPDX-License-Identifier: Apache-2.0
// What forwarding wants to know of a payload, whatever the codec: may decoding begin here, and which picture numbers
// does it carry that have to go on when a subscriber changes its source.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "media/rtc/sdp/codecs.hpp"

namespace visavis::sfu {

/// Picture id and TL0PICIDX of VP8 (RFC 7741) and VP9 (RFC 9628), which share their form.
struct PictureNumbers {
  std::uint16_t picture_id = 0;
  std::uint8_t tl0 = 0;
  std::uint8_t picture_id_at = 0;  // offset in the payload; 0 = absent
  std::uint8_t tl0_at = 0;
  bool long_picture_id = false;  // 15 bits, else 7
  /// Of the dependency descriptor, which travels in a header extension beside the payload.
  std::optional<std::uint16_t> frame_number{};

  bool present() const { return picture_id_at != 0; }
  /// Payload bytes from the beginning that hold both numbers.
  std::size_t extent() const;
};

struct PayloadFacts {
  bool switch_point = false;  // decoding may begin with this packet
  std::uint32_t pixels = 0;   // of a key frame that tells its size, else 0
  std::uint16_t lines = 0;    // of the same: its shorter side, as in "720p", however the camera is held
  PictureNumbers numbers;
};

/// A payload that is malformed for its codec is no switch point; whether to show it is the receiver's decision.
PayloadFacts read_payload(rtc::CodecKind codec, Bytes payload);

/// Writes other numbers over those in `head`, a copy of the payload's first numbers.extent() bytes.
void patch_picture_numbers(MutableBytes head, const PictureNumbers& numbers, std::uint16_t picture_id,
                           std::uint8_t tl0);

/// The AV1 dependency descriptor (RTP payload format for AV1, appendix A): frame_number stands in its second and third
/// byte. A receiver drops every key frame that is not newer by it than the last one.
std::optional<std::uint16_t> frame_number_of(Bytes descriptor);
using DescriptorSpace = std::array<std::uint8_t, 255>;
/// The descriptor with its frame number moved on by `delta`; lies in `space` unless nothing changes.
Bytes move_frame_number(Bytes descriptor, std::uint16_t delta, DescriptorSpace& space);

}  // namespace visavis::sfu
