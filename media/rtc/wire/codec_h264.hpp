// SPDX-License-Identifier: Apache-2.0
// H.264 payloads (RFC 6184): single NAL units, STAP-A and FU-A, which are what packetization-mode 1 uses.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace visavis::rtc {

struct H264Payload {
  static Parsed<H264Payload> parse(Bytes payload);

  bool key_frame = false;  // holds an SPS, or (the start of) an IDR slice
  bool has_sps = false;
  bool idr = false;             // any part of an IDR slice
  bool start_of_nal = false;    // false in the middle of a FU-A
  bool start_of_frame = false;  // begins an access unit for certain: delimiter, SPS, SEI or a slice with first_mb 0
  std::uint8_t nal_type = 0;    // of the first NAL unit (inside STAP-A and FU-A)
};

}  // namespace visavis::rtc
