// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/sdp/codecs.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace visavis::rtc {
namespace {

constexpr std::array<std::string_view, 6> kNames{"opus", "red", "VP8", "H264", "VP9", "AV1"};

// profile_idc and profile-iop patterns (RFC 6184, table 5); bits of `mask` must equal `value`.
struct ProfilePattern {
  std::uint8_t idc;
  std::uint8_t mask;
  std::uint8_t value;
  H264Profile profile;
};
constexpr std::array kProfiles{
    ProfilePattern{0x42, 0x4F, 0x40, H264Profile::kConstrainedBaseline},
    ProfilePattern{0x4D, 0x8F, 0x80, H264Profile::kConstrainedBaseline},
    ProfilePattern{0x58, 0xCF, 0xC0, H264Profile::kConstrainedBaseline},
    ProfilePattern{0x42, 0x4F, 0x00, H264Profile::kBaseline},
    ProfilePattern{0x58, 0xCF, 0x80, H264Profile::kBaseline},
    ProfilePattern{0x4D, 0xAF, 0x00, H264Profile::kMain},
    ProfilePattern{0x64, 0xFF, 0x0C, H264Profile::kConstrainedHigh},
    ProfilePattern{0x64, 0xFF, 0x00, H264Profile::kHigh},
};

bool decodes(H264Profile decoder, H264Profile stream) {
  // No WebRTC encoder uses what Baseline has beyond Constrained Baseline (slice groups, arbitrary order), although many
  // call their stream Baseline.
  if (stream <= H264Profile::kBaseline) return true;
  return decoder == stream || decoder == H264Profile::kHigh;
}

std::string_view parameter_or(const NegotiatedCodec& codec, std::string_view key, std::string_view fallback) {
  return fmtp_parameter(codec.fmtp, key).value_or(fallback);
}

}  // namespace

std::string_view to_string(CodecKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::optional<CodecKind> codec_kind(std::string_view name) {
  const auto found =
      std::ranges::find_if(kNames, [&](std::string_view known) { return equal_ignoring_case(known, name); });
  if (found == kNames.end()) return std::nullopt;
  return static_cast<CodecKind>(found - kNames.begin());
}

MediaKind media_kind(CodecKind kind) { return kind <= CodecKind::kRed ? MediaKind::kAudio : MediaKind::kVideo; }

std::optional<H264Format> h264_format(std::string_view fmtp) {
  H264Format format;
  const auto mode = fmtp_parameter(fmtp, "packetization-mode").value_or("0");
  if (mode != "0" && mode != "1") return std::nullopt;
  format.packetization_mode = mode == "1" ? 1 : 0;
  const auto text = fmtp_parameter(fmtp, "profile-level-id").value_or("42000a");  // RFC 6184, section 8.1: the default
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id, 16);
  if (text.size() != 6 || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  const auto iop = id >> 8 & 0xFFU;
  const auto found = std::ranges::find_if(
      kProfiles, [&](const ProfilePattern& p) { return p.idc == id >> 16 && (iop & p.mask) == p.value; });
  if (found == kProfiles.end()) return std::nullopt;
  format.profile = found->profile;
  format.level_idc = static_cast<std::uint8_t>(id & 0xFFU);
  return format;
}

bool can_forward(const NegotiatedCodec& from, const NegotiatedCodec& to) {
  if (from.kind != to.kind || from.clock != to.clock) return false;
  switch (from.kind) {
    case CodecKind::kOpus:
    case CodecKind::kVp8:
      return true;
    case CodecKind::kRed:
      // Blocks name payload types, which nobody rewrites.
      return from.fmtp == to.fmtp;
    case CodecKind::kVp9:
      return parameter_or(from, "profile-id", "0") == parameter_or(to, "profile-id", "0");
    case CodecKind::kAv1:
      return parameter_or(from, "profile", "0") == parameter_or(to, "profile", "0");
    case CodecKind::kH264: {
      const auto stream = h264_format(from.fmtp);
      const auto decoder = h264_format(to.fmtp);
      return stream && decoder && stream->packetization_mode <= decoder->packetization_mode &&
             decodes(decoder->profile, stream->profile);
    }
  }
  return false;
}

const NegotiatedCodec* find_forwardable(const NegotiatedCodec& from, const std::vector<NegotiatedCodec>& codecs) {
  const auto found = std::ranges::find_if(codecs, [&](const NegotiatedCodec& to) { return can_forward(from, to); });
  return found == codecs.end() ? nullptr : &*found;
}

std::vector<NegotiatedCodec> usual_codecs(MediaKind kind) {
  const CodecFeedback video{.nack = true, .pli = true, .fir = true, .transport_cc = true, .remb = true};
  if (kind == MediaKind::kAudio) {
    const CodecFeedback audio{.nack = true, .pli = false, .fir = false, .transport_cc = true, .remb = false};
    return {{CodecKind::kOpus, 111, 48'000, 2, "minptime=10;useinbandfec=1", std::nullopt, audio}};
  }
  if (kind != MediaKind::kVideo) return {};
  return {{CodecKind::kVp8, 96, 90'000, 1, "", 97, video},
          {CodecKind::kH264, 102, 90'000, 1, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
           103, video}};
}

}  // namespace visavis::rtc
