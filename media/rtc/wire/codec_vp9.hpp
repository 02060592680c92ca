// SPDX-License-Identifier: Apache-2.0
// VP9 payload descriptor (RFC 9628, section 4.2).
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace visavis::rtc {

struct Vp9Descriptor {
  static Parsed<Vp9Descriptor> parse(Bytes payload);

  std::uint16_t size = 0;
  bool start_of_frame = false;  // B: of one spatial layer's frame
  bool end_of_frame = false;    // E
  bool key_frame = false;       // starts a picture that depends on nothing: !P, B, lowest spatial layer
  bool inter_picture = false;   // P
  bool flexible = false;        // F
  bool scalability_structure = false;
  bool switching_up = false;  // U
  bool inter_layer = false;   // D
  std::optional<std::uint16_t> picture_id;
  bool long_picture_id = false;
  std::optional<std::uint8_t> temporal_layer;
  std::optional<std::uint8_t> spatial_layer;
  std::optional<std::uint8_t> tl0_picture_index;
  std::uint8_t picture_id_at = 0;  // offsets in the payload; 0 = absent
  std::uint8_t tl0_picture_index_at = 0;
  std::uint16_t width = 0;  // of the highest layer in a scalability structure, else 0
  std::uint16_t height = 0;
};

}  // namespace visavis::rtc
