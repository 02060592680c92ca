// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/wire/codec_av1.hpp"

namespace visavis::rtc {

Parsed<Av1Payload> Av1Payload::parse(Bytes payload) {
  if (payload.size() < 2) return malformed("AV1: shorter than an aggregation header and a byte");
  const auto header = payload[0];
  Av1Payload parsed;
  parsed.continues_obu = (header & 0x80U) != 0;
  parsed.obu_continues = (header & 0x40U) != 0;
  parsed.obu_elements = static_cast<std::uint8_t>((header >> 4) & 3U);
  parsed.key_frame = (header & 0x08U) != 0;
  // Section 4.4: a new sequence cannot begin with the rest of an OBU.
  if (parsed.key_frame && parsed.continues_obu) return malformed("AV1: a new sequence begins inside an OBU");
  return parsed;
}

Parsed<DependencyDescriptor> DependencyDescriptor::parse(Bytes extension) {
  if (extension.size() < 3) return malformed("AV1: the dependency descriptor is shorter than 3 bytes");
  DependencyDescriptor descriptor;
  descriptor.start_of_frame = (extension[0] & 0x80U) != 0;
  descriptor.end_of_frame = (extension[0] & 0x40U) != 0;
  descriptor.template_id = extension[0] & 0x3FU;
  descriptor.frame_number = load_be16(&extension[1]);
  // Appendix A.8.2: the first flag after the mandatory fields.
  descriptor.has_structure = extension.size() > 3 && (extension[3] & 0x80U) != 0;
  return descriptor;
}

}  // namespace visavis::rtc
