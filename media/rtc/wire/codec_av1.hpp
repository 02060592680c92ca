// SPDX-License-Identifier: Apache-2.0
// AV1 aggregation header and dependency descriptor (AV1 RTP specification 1.0, section 4.4 and appendix A).
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace visavis::rtc {

struct Av1Payload {
  static Parsed<Av1Payload> parse(Bytes payload);

  bool key_frame = false;         // N: first packet of a coded video sequence
  bool continues_obu = false;     // Z: the first OBU element continues the one before
  bool obu_continues = false;     // Y: the last OBU element goes on in the next packet
  std::uint8_t obu_elements = 0;  // W; 0 = every element has a length
};

/// The mandatory part of a dependency descriptor, and whether a template structure (sent with key frames) follows.
struct DependencyDescriptor {
  static Parsed<DependencyDescriptor> parse(Bytes extension);

  bool start_of_frame = false;
  bool end_of_frame = false;
  std::uint8_t template_id = 0;
  std::uint16_t frame_number = 0;
  bool has_structure = false;
};

}  // namespace visavis::rtc
