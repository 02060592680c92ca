// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/wire/codec_opus.hpp"

namespace visavis::rtc {
namespace {

constexpr std::uint16_t kMaxOffset = 0x3FFF;
constexpr std::size_t kMaxRedundantSize = 0x3FF;

}  // namespace

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
