// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/wire/codec_h264.hpp"

namespace visavis::rtc {
namespace {

enum NalType : std::uint8_t {
  kSlice = 1,
  kIdr = 5,
  kSei = 6,
  kSps = 7,
  kDelimiter = 9,
  kLastSingle = 23,
  kStapA = 24,
  kFuA = 28
};

// `data` is the NAL unit's payload, without its header byte.
void see_nal(H264Payload& payload, std::uint8_t type, Bytes data) {
  if (type == kSps) payload.has_sps = true;
  if (type == kIdr) payload.idr = true;
  // first_mb_in_slice is an Exp-Golomb number: a leading one bit means 0 (H.264, section 7.3.3).
  const bool first_slice = (type == kSlice || type == kIdr) && !data.empty() && (data[0] & 0x80U) != 0;
  if (type == kDelimiter || type == kSps || type == kSei || first_slice) payload.start_of_frame = true;
  if (type == kSps || type == kIdr) payload.key_frame = true;
}

Parsed<void> parse_aggregate(H264Payload& payload, Bytes rest) {
  bool first = true;
  while (!rest.empty()) {
    if (rest.size() < 2) return malformed("H264: a STAP-A unit has no length");
    const std::size_t size = load_be16(rest.data());
    if (size == 0 || size > rest.size() - 2) return malformed("H264: a STAP-A unit is longer than the payload");
    const auto type = static_cast<std::uint8_t>(rest[2] & 0x1FU);
    if (first) payload.nal_type = type;
    first = false;
    see_nal(payload, type, rest.subspan(3, size - 1));
    rest = rest.subspan(2 + size);
  }
  if (first) return malformed("H264: an empty STAP-A");
  return {};
}

}  // namespace

Parsed<H264Payload> H264Payload::parse(Bytes bytes) {
  if (bytes.empty()) return malformed("H264: an empty payload");
  if ((bytes[0] & 0x80U) != 0) return malformed("H264: the forbidden bit is set");
  const auto type = static_cast<std::uint8_t>(bytes[0] & 0x1FU);
  H264Payload payload;
  payload.start_of_nal = true;
  if (type >= 1 && type <= kLastSingle) {
    payload.nal_type = type;
    see_nal(payload, type, bytes.subspan(1));
    return payload;
  }
  if (type == kStapA) {
    if (const auto parsed = parse_aggregate(payload, bytes.subspan(1)); !parsed) return std::unexpected(parsed.error());
    return payload;
  }
  if (type != kFuA) return malformed("H264: a payload type that packetization-mode 1 does not use");
  if (bytes.size() < 3) return malformed("H264: a FU-A is cut off");
  payload.nal_type = bytes[1] & 0x1FU;
  payload.start_of_nal = (bytes[1] & 0x80U) != 0;
  if (payload.start_of_nal) {
    see_nal(payload, payload.nal_type, bytes.subspan(2));
  } else {
    payload.idr = payload.nal_type == kIdr;
  }
  return payload;
}

}  // namespace visavis::rtc
