// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/wire/codec_vp8.hpp"

namespace visavis::rtc {
namespace {

constexpr std::size_t kFrameTag = 3;
constexpr std::size_t kKeyFrameHeader = 10;  // frame tag, start code, width, height (RFC 6386, section 9.1)

void read_frame_header(Vp8Descriptor& descriptor, Bytes frame) {
  if (frame.size() < kFrameTag) return;
  descriptor.key_frame = (frame[0] & 1U) == 0;
  const bool start_code = frame.size() >= kKeyFrameHeader && load_be24(&frame[3]) == 0x9D012A;
  if (!descriptor.key_frame || !start_code) return;
  descriptor.width = static_cast<std::uint16_t>((frame[6] | frame[7] << 8) & 0x3FFF);  // the upper two bits scale
  descriptor.height = static_cast<std::uint16_t>((frame[8] | frame[9] << 8) & 0x3FFF);
}

}  // namespace

Parsed<Vp8Descriptor> Vp8Descriptor::parse(Bytes payload) {
  ByteReader reader{payload};
  const auto first = reader.u8();
  Vp8Descriptor d;
  d.non_reference = (first & 0x20U) != 0;
  d.start_of_frame = (first & 0x10U) != 0 && (first & 0x07U) == 0;
  const std::uint8_t extended = (first & 0x80U) != 0 ? reader.u8() : std::uint8_t{0};
  if ((extended & 0x80U) != 0) {
    d.picture_id_at = static_cast<std::uint8_t>(reader.position());
    const auto high = reader.u8();
    d.long_picture_id = (high & 0x80U) != 0;
    d.picture_id = d.long_picture_id ? static_cast<std::uint16_t>((high & 0x7FU) << 8 | reader.u8()) : high;
  }
  if ((extended & 0x40U) != 0) {
    d.tl0_picture_index_at = static_cast<std::uint8_t>(reader.position());
    d.tl0_picture_index = reader.u8();
  }
  if ((extended & 0x30U) != 0) {
    const auto layer = reader.u8();
    if ((extended & 0x20U) != 0) {
      d.temporal_layer = static_cast<std::uint8_t>(layer >> 6);
      d.layer_sync = (layer & 0x20U) != 0;
    }
  }
  if (reader.bad()) return malformed("VP8: the payload descriptor is cut off");
  if (reader.remaining() == 0) return malformed("VP8: nothing follows the payload descriptor");
  d.size = static_cast<std::uint8_t>(reader.position());
  if (d.start_of_frame) read_frame_header(d, payload.subspan(d.size));
  return d;
}

}  // namespace visavis::rtc
