// SPDX-License-Identifier: Apache-2.0
// What a datagram on a media port is, told from its first bytes (RFC 7983; RTP and RTCP apart by RFC 5761, section 4).
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace visavis::rtc {

enum class PacketKind : std::uint8_t { kUnknown, kStun, kDtls, kRtp, kRtcp };

/// Looks at two bytes at most; says nothing about whether the rest is well formed.
constexpr PacketKind packet_kind(Bytes datagram) {
  if (datagram.size() < 2) return PacketKind::kUnknown;
  const auto first = datagram[0];
  if (first < 4) return PacketKind::kStun;
  if (first >= 20 && first < 64) return PacketKind::kDtls;
  if (first < 128 || first > 191) return PacketKind::kUnknown;
  // RTCP types 192–223 are payload types 64–95 with the marker bit set, which RTP must not use beside RTCP.
  return datagram[1] >= 192 && datagram[1] <= 223 ? PacketKind::kRtcp : PacketKind::kRtp;
}

}  // namespace visavis::rtc
