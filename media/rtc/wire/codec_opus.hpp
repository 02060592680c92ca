// SPDX-License-Identifier: Apache-2.0
// Redundancy around Opus packets (RED, RFC 2198).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace visavis::rtc {

/// One block of a RED payload, oldest first; the last is the primary with offset 0.
struct RedBlock {
  std::uint8_t payload_type = 0;
  std::uint16_t timestamp_offset = 0;  // 14 bits: how much older than the packet's timestamp
  Bytes data;
};

struct RedPayload {
  static constexpr std::size_t kMaxBlocks = 9;  // eight redundant ones are more than any sender uses
  static Parsed<RedPayload> parse(Bytes payload);

  std::array<RedBlock, kMaxBlocks> block;
  std::size_t count = 0;
  std::span<const RedBlock> blocks() const { return std::span{block}.first(count); }
  const RedBlock& primary() const { return block[count - 1]; }
};

/// Writes a RED payload; the last block is the primary. Empty where it does not fit or a block cannot be told (offset
/// of 16,384 or more, more than 1,023 redundant bytes).
Bytes write_red(std::span<const RedBlock> blocks, MutableBytes out);

}  // namespace visavis::rtc
