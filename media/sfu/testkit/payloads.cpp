// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/testkit/payloads.hpp"

#include <algorithm>
#include <array>

#include "base/check.hpp"
#include "media/rtc/wire/codec_av1.hpp"
#include "media/rtc/wire/codec_h264.hpp"
#include "media/rtc/wire/codec_opus.hpp"
#include "media/rtc/wire/codec_vp8.hpp"
#include "media/rtc/wire/codec_vp9.hpp"

namespace visavis::sfu::testkit {
namespace {

constexpr std::size_t kStampSize = 9;
constexpr std::size_t kSoundSize = 60;
constexpr std::size_t kVp8FrameHeader = 10;
using Buffer = std::vector<std::uint8_t>;

void append(Buffer& out, std::initializer_list<std::uint8_t> bytes) { out.insert(out.end(), bytes); }

void append_u16(Buffer& out, std::uint16_t value) {
  append(out, {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)});
}

void append(Buffer& out, const Stamp& stamp) {
  const std::size_t at = out.size();
  out.resize(at + kStampSize);
  store_be32(&out[at], stamp.from);
  store_be32(&out[at + 4], stamp.count);
  out[at + 8] = stamp.layer;
}

Stamp read_stamp(Bytes at) {
  if (at.size() < kStampSize) return {};
  return {load_be32(at.data()), load_be32(&at[4]), at[8]};
}

void write_vp8(Buffer& out, const Picture& picture) {
  append(out, {0x90, 0xC0});  // X, S, partition 0; I and L (RFC 7741, section 4.2)
  append_u16(out, 0x8000U | (picture.picture_id & 0x7FFFU));
  append(out, {picture.tl0});
  // P bit clear: key frame (section 4.3), with start code and size.
  if (!picture.key_frame) {
    out.resize(out.size() + kVp8FrameHeader);
    out[out.size() - kVp8FrameHeader] = 0x11;
    return;
  }
  append(out, {0x10, 0, 0, 0x9D, 0x01, 0x2A});
  for (const std::uint16_t length : {picture.width, picture.height}) {
    append(out, {static_cast<std::uint8_t>(length), static_cast<std::uint8_t>(length >> 8)});
  }
}

void write_vp9(Buffer& out, const Picture& picture) {
  // I, L, B, E; P in between, V with a key frame (RFC 9628, section 4.2).
  append(out, {static_cast<std::uint8_t>(0xAC | (picture.key_frame ? 0x02 : 0x40))});
  append_u16(out, 0x8000U | (picture.picture_id & 0x7FFFU));
  append(out, {0x00, picture.tl0});
  if (!picture.key_frame) return;
  append(out, {0x10});  // one spatial layer, and its size
  append_u16(out, picture.width);
  append_u16(out, picture.height);
}

// Where a STAP-A's IDR slice has its data: header, SPS and PPS of four and two bytes, the length and the slice's
// header.
constexpr std::size_t kH264SliceAt = 1 + 6 + 4 + 2 + 2;

void write_h264(Buffer& out, const Picture& picture) {
  if (!picture.key_frame) {
    append(out, {0x61, 0x9A});  // a slice of another picture, first_mb_in_slice 0
    return;
  }
  append(out, {0x78, 0, 4, 0x67, 0x42, 0xE0, 0x1F, 0, 2, 0x68, 0xCE, 0, 2 + kStampSize, 0x65, 0x88});
}

void write_av1(Buffer& out, const Picture& picture) {
  // W = 1, N with the first packet of a coded video sequence; then a frame OBU without size.
  append(out, {static_cast<std::uint8_t>(0x10 | (picture.key_frame ? 0x08 : 0)), 0x30});
}

template <class Descriptor>
std::optional<Picture> read_numbered(Bytes payload, std::size_t frame_header) {
  const auto d = Descriptor::parse(payload);
  if (!d || payload.size() < d->size + frame_header + kStampSize) return std::nullopt;
  return Picture{d->key_frame,
                 d->picture_id.value_or(0),
                 d->tl0_picture_index.value_or(0),
                 d->width,
                 d->height,
                 read_stamp(payload.subspan(d->size + frame_header))};
}

template <class Payload>
std::optional<Picture> read_plain(Bytes payload, std::size_t key_frame_header) {
  const auto p = Payload::parse(payload);
  const std::size_t at = p && p->key_frame ? key_frame_header : 2;
  if (!p || payload.size() < at + kStampSize) return std::nullopt;
  Picture picture;
  picture.key_frame = p->key_frame;
  picture.stamp = read_stamp(payload.subspan(at));
  return picture;
}

rtc::NegotiatedCodec video(rtc::CodecKind kind, std::uint8_t payload_type, const char* fmtp) {
  auto codec = rtc::usual_codecs(rtc::MediaKind::kVideo).front();
  codec.kind = kind;
  codec.payload_type = payload_type;
  codec.fmtp = fmtp;
  codec.rtx_payload_type = static_cast<std::uint8_t>(payload_type + 1);
  return codec;
}

}  // namespace

std::vector<std::uint8_t> write_picture(rtc::CodecKind codec, const Picture& picture, std::size_t size) {
  Buffer out;
  if (codec == rtc::CodecKind::kVp8) write_vp8(out, picture);
  if (codec == rtc::CodecKind::kVp9) write_vp9(out, picture);
  if (codec == rtc::CodecKind::kH264) write_h264(out, picture);
  if (codec == rtc::CodecKind::kAv1) write_av1(out, picture);
  append(out, picture.stamp);
  // Nothing may follow the last unit of a STAP-A but another one.
  if (codec != rtc::CodecKind::kH264 || !picture.key_frame) out.resize(std::max(out.size(), size));
  return out;
}

std::optional<Picture> read_picture(rtc::CodecKind codec, Bytes payload) {
  switch (codec) {
    case rtc::CodecKind::kVp8:
      return read_numbered<rtc::Vp8Descriptor>(payload, kVp8FrameHeader);
    case rtc::CodecKind::kVp9:
      return read_numbered<rtc::Vp9Descriptor>(payload, 0);
    case rtc::CodecKind::kH264:
      return read_plain<rtc::H264Payload>(payload, kH264SliceAt);
    case rtc::CodecKind::kAv1:
      return read_plain<rtc::Av1Payload>(payload, 2);
    default:
      return std::nullopt;
  }
}

std::vector<std::uint8_t> write_sound(const Stamp& stamp, std::optional<std::uint8_t> opus) {
  Buffer now;
  append(now, stamp);
  now.resize(kSoundSize);
  if (!opus) return now;
  Buffer before;
  append(before, Stamp{stamp.from, stamp.count - 1, stamp.layer});
  before.resize(kSoundSize);
  const std::array blocks{rtc::RedBlock{*opus, 960, before}, rtc::RedBlock{*opus, 0, now}};
  Buffer red(200);
  red.resize(rtc::write_red(blocks, red).size());
  return red;
}

Stamp read_sound(rtc::CodecKind codec, Bytes payload) {
  if (codec != rtc::CodecKind::kRed) return read_stamp(payload);
  const auto red = rtc::RedPayload::parse(payload);
  return red ? read_stamp(red->primary().data) : Stamp{};
}

std::vector<rtc::NegotiatedCodec> all_video_codecs() {
  auto codecs = rtc::usual_codecs(rtc::MediaKind::kVideo);
  codecs.push_back(video(rtc::CodecKind::kVp9, 98, "profile-id=0"));
  codecs.push_back(video(rtc::CodecKind::kAv1, 45, "level-idx=5;profile=0;tier=0"));
  return codecs;
}

std::vector<rtc::NegotiatedCodec> only(rtc::CodecKind kind) {
  auto codecs = all_video_codecs();
  std::erase_if(codecs, [kind](const auto& c) { return c.kind != kind; });
  return codecs;
}

std::vector<rtc::NegotiatedCodec> audio_with_red() {
  auto codecs = rtc::usual_codecs(rtc::MediaKind::kAudio);
  auto red = codecs.front();
  red.kind = rtc::CodecKind::kRed;
  red.payload_type = 63;
  red.fmtp = std::to_string(codecs.front().payload_type) + "/" + std::to_string(codecs.front().payload_type);
  red.feedback = {};
  codecs.push_back(red);
  return codecs;
}

}  // namespace visavis::sfu::testkit
