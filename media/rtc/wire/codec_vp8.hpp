// SPDX-License-Identifier: Apache-2.0
// VP8 payload descriptor (RFC 7741, section 4.2).
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace visavis::rtc {

struct Vp8Descriptor {
  static Parsed<Vp8Descriptor> parse(Bytes payload);

  std::uint8_t size = 0;        // bytes of the descriptor
  bool start_of_frame = false;  // S set and partition 0
  bool key_frame = false;       // only told by the packet that starts the frame
  bool non_reference = false;
  bool layer_sync = false;  // Y: this temporal layer depends on the base layer only
  std::optional<std::uint16_t> picture_id;
  bool long_picture_id = false;  // 15 bits, else 7
  std::optional<std::uint8_t> tl0_picture_index;
  std::optional<std::uint8_t> temporal_layer;
  std::uint8_t picture_id_at = 0;  // offsets in the payload; 0 = absent
  std::uint8_t tl0_picture_index_at = 0;
  std::uint16_t width = 0;  // from a key frame's first packet, else 0
  std::uint16_t height = 0;
};

}  // namespace visavis::rtc
