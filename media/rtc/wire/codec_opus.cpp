// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/wire/codec_opus.hpp"

namespace visavis::rtc {
namespace {

constexpr Micros kMaxDuration{120'000};
constexpr std::uint16_t kMaxOffset = 0x3FFF;
constexpr std::size_t kMaxRedundantSize = 0x3FF;

// RFC 6716, table 2.
Micros frame_duration(unsigned config) {
  constexpr std::array<int, 4> kSilk{10'000, 20'000, 40'000, 60'000};
  constexpr std::array<int, 2> kHybrid{10'000, 20'000};
  constexpr std::array<int, 4> kCelt{2'500, 5'000, 10'000, 20'000};
  if (config < 12) return Micros{kSilk[config % 4]};
  if (config < 16) return Micros{kHybrid[config % 2]};
  return Micros{kCelt[config % 4]};
}

}  // namespace

Parsed<OpusPacket> OpusPacket::parse(Bytes payload) {
  if (payload.empty()) return malformed("Opus: an empty packet");
  const auto toc = payload[0];
  OpusPacket packet;
  packet.stereo = (toc & 4U) != 0;
  packet.dtx = payload.size() <= 2;
  switch (toc & 3U) {
    case 0:
      packet.frames = 1;
      break;
    case 3:
      if (payload.size() < 2) return malformed("Opus: the frame count is missing");
      packet.frames = payload[1] & 0x3FU;
      break;
    default:
      packet.frames = 2;
  }
  packet.duration = packet.frames * frame_duration(toc >> 3);
  if (packet.frames == 0 || packet.duration > kMaxDuration)
    return malformed("Opus: a packet of no frame or over 120 ms");
  return packet;
}

Parsed<RedPayload> RedPayload::parse(Bytes payload) {
  RedPayload red;
  std::array<std::size_t, kMaxBlocks> sizes{};
  ByteReader reader{payload};
  while (true) {
    if (red.count == kMaxBlocks) return malformed("RED: more than nine blocks");
    const auto head = reader.u8();
    auto& block = red.block[red.count];
    block.payload_type = head & 0x7FU;
    if ((head & 0x80U) != 0) {
      const auto rest = reader.u24();
      block.timestamp_offset = static_cast<std::uint16_t>(rest >> 10);
      sizes[red.count] = rest & kMaxRedundantSize;
    }
    if (reader.bad()) return malformed("RED: the block headers are cut off");
    ++red.count;
    if ((head & 0x80U) == 0) break;
  }
  for (std::size_t i = 0; i + 1 < red.count; ++i) red.block[i].data = reader.bytes(sizes[i]);
  if (reader.bad()) return malformed("RED: a block is longer than the payload");
  red.block[red.count - 1].data = reader.bytes(reader.remaining());
  return red;
}

Bytes write_red(std::span<const RedBlock> blocks, MutableBytes out) {
  if (blocks.empty()) return {};
  ByteWriter writer{out};
  for (const auto& block : blocks.first(blocks.size() - 1)) {
    if (block.timestamp_offset > kMaxOffset || block.data.size() > kMaxRedundantSize) return {};
    writer.u8(static_cast<std::uint8_t>(0x80U | block.payload_type));
    writer.u24(std::uint32_t{block.timestamp_offset} << 10 | static_cast<std::uint32_t>(block.data.size()));
  }
  writer.u8(blocks.back().payload_type & 0x7FU);
  for (const auto& block : blocks) writer.bytes(block.data);
  return writer.bad() ? Bytes{} : Bytes{out.first(writer.size())};
}

}  // namespace visavis::rtc
