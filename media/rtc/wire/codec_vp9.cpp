// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/wire/codec_vp9.hpp"

namespace visavis::rtc {
namespace {

constexpr unsigned kMaxReferences = 3;  // RFC 9628, section 4.2: at most three P_DIFF

// RFC 9628, section 4.2.1.
void read_scalability_structure(Vp9Descriptor& d, ByteReader& reader) {
  const auto head = reader.u8();
  const unsigned layers = (head >> 5) + 1U;
  if ((head & 0x10U) != 0) {
    for (unsigned i = 0; i < layers; ++i) {
      d.width = reader.u16();
      d.height = reader.u16();
    }
  }
  if ((head & 0x08U) == 0) return;
  const unsigned pictures = reader.u8();
  for (unsigned i = 0; i < pictures && !reader.bad(); ++i) reader.skip((reader.u8() >> 2) & 3U);
}

void read_layers(Vp9Descriptor& d, ByteReader& reader) {
  const auto layer = reader.u8();
  d.temporal_layer = static_cast<std::uint8_t>(layer >> 5);
  d.switching_up = (layer & 0x10U) != 0;
  d.spatial_layer = static_cast<std::uint8_t>((layer >> 1) & 7U);
  d.inter_layer = (layer & 1U) != 0;
  if (d.flexible) return;
  d.tl0_picture_index_at = static_cast<std::uint8_t>(reader.position());
  d.tl0_picture_index = reader.u8();
}

}  // namespace

Parsed<Vp9Descriptor> Vp9Descriptor::parse(Bytes payload) {
  ByteReader reader{payload};
  const auto first = reader.u8();
  Vp9Descriptor d;
  d.inter_picture = (first & 0x40U) != 0;
  d.flexible = (first & 0x10U) != 0;
  d.start_of_frame = (first & 0x08U) != 0;
  d.end_of_frame = (first & 0x04U) != 0;
  d.scalability_structure = (first & 0x02U) != 0;
  if ((first & 0x80U) != 0) {
    d.picture_id_at = static_cast<std::uint8_t>(reader.position());
    const auto high = reader.u8();
    d.long_picture_id = (high & 0x80U) != 0;
    d.picture_id = d.long_picture_id ? static_cast<std::uint16_t>((high & 0x7FU) << 8 | reader.u8()) : high;
  }
  if ((first & 0x20U) != 0) read_layers(d, reader);
  if (d.flexible && d.inter_picture) {
    unsigned references = 0;
    while ((reader.u8() & 1U) != 0) {
      if (++references == kMaxReferences) return malformed("VP9: more than three references");
    }
  }
  if (d.scalability_structure) read_scalability_structure(d, reader);
  if (reader.bad()) return malformed("VP9: the payload descriptor is cut off");
  if (reader.remaining() == 0) return malformed("VP9: nothing follows the payload descriptor");
  d.size = static_cast<std::uint16_t>(reader.position());
  d.key_frame = !d.inter_picture && d.start_of_frame && d.spatial_layer.value_or(0) == 0;
  return d;
}

}  // namespace visavis::rtc
