// SPDX-License-Identifier: Apache-2.0
// The codecs that pass through the server, and which formats of two sessions mean the same bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/rtc/sdp/sdp.hpp"

namespace visavis::rtc {

enum class CodecKind : std::uint8_t { kOpus, kRed, kVp8, kH264, kVp9, kAv1 };

/// "opus", "red", "VP8", "H264", "VP9", "AV1".
std::string_view to_string(CodecKind kind);
std::optional<CodecKind> codec_kind(std::string_view name);
MediaKind media_kind(CodecKind kind);

struct CodecFeedback {
  bool nack = false;
  bool pli = false;
  bool fir = false;
  bool transport_cc = false;
  bool remb = false;
  friend bool operator==(const CodecFeedback&, const CodecFeedback&) = default;
};

/// A codec both sides agreed on, with the payload types of this session.
struct NegotiatedCodec {
  CodecKind kind = CodecKind::kOpus;
  std::uint8_t payload_type = 0;
  std::uint32_t clock = 0;
  std::uint8_t channels = 1;
  std::string fmtp;
  std::optional<std::uint8_t> rtx_payload_type;  // RFC 4588
  CodecFeedback feedback;
  friend bool operator==(const NegotiatedCodec&, const NegotiatedCodec&) = default;
};

/// H.264 profile as RFC 6184, section 8.1 groups profile_idc and constraint flags.
enum class H264Profile : std::uint8_t { kConstrainedBaseline, kBaseline, kMain, kConstrainedHigh, kHigh };
struct H264Format {
  H264Profile profile = H264Profile::kBaseline;
  std::uint8_t level_idc = 31;
  std::uint8_t packetization_mode = 0;
};
/// Nothing for a profile-level-id that is malformed or of another profile. Absent means Baseline level 1.
std::optional<H264Format> h264_format(std::string_view fmtp);

/// What is published as `from` can be sent to a session that agreed on `to`: same codec, and a profile that it decodes
/// (a decoder of High decodes Constrained Baseline and Main, and so on). RED only where what it carries is the same.
bool can_forward(const NegotiatedCodec& from, const NegotiatedCodec& to);

/// The format among `codecs` that takes what is published as `from`, or nullptr.
const NegotiatedCodec* find_forwardable(const NegotiatedCodec& from, const std::vector<NegotiatedCodec>& codecs);

/// What our own clients offer: opus for sound; VP8 and H264 with RTX for pictures.
std::vector<NegotiatedCodec> usual_codecs(MediaKind kind);

}  // namespace visavis::rtc
