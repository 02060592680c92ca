// SPDX-License-Identifier: Apache-2.0
// Pictures and sounds as far as a media server looks into them: descriptors as encoders write them, then a stamp that
// tells which packet of whom it was.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "media/rtc/sdp/codecs.hpp"

namespace visavis::sfu::testkit {

/// What the payload of every test packet tells.
struct Stamp {
  std::uint32_t from = 0;   // ClientConfig::id
  std::uint32_t count = 0;  // per client and kind, without gaps
  std::uint8_t layer = 0;
};

/// A whole picture in one packet.
struct Picture {
  bool key_frame = false;
  std::uint16_t picture_id = 0;  // VP8, VP9
  std::uint8_t tl0 = 0;
  std::uint16_t width = 0;  // key frames of VP8 and VP9
  std::uint16_t height = 0;
  Stamp stamp;
};

/// VP8, H264 (a key frame as STAP-A of SPS, PPS and IDR slice), VP9 or AV1; at least `size` bytes.
std::vector<std::uint8_t> write_picture(rtc::CodecKind codec, const Picture& picture, std::size_t size);
/// Nothing where the payload is none of ours.
std::optional<Picture> read_picture(rtc::CodecKind codec, Bytes payload);

/// Plain: an Opus packet. With `opus`, its payload type: RED around it and around the packet before (20 ms).
std::vector<std::uint8_t> write_sound(const Stamp& stamp, std::optional<std::uint8_t> opus);
Stamp read_sound(rtc::CodecKind codec, Bytes payload);

/// What a browser with every codec offers.
std::vector<rtc::NegotiatedCodec> all_video_codecs();
std::vector<rtc::NegotiatedCodec> only(rtc::CodecKind kind);
/// Opus, and RED around it.
std::vector<rtc::NegotiatedCodec> audio_with_red();

}  // namespace visavis::sfu::testkit
