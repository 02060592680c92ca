// SPDX-License-Identifier: Apache-2.0
// A packet for one subscriber, ready but for what is only known at the moment it leaves (transport-wide number, send
// time, encryption): its own header, the few payload bytes rewritten for it, and the payload that all subscribers
// share.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "media/rtc/nack/packet_pool.hpp"

namespace visavis::rtc {

enum class SendPriority : std::uint8_t { kAudio, kRetransmission, kVideo, kPadding };

struct OutgoingPacket {
  static constexpr std::size_t kMaxHeader = 320;
  static constexpr std::size_t kMaxPrefix = 16;

  MutableBytes header;  // lies in whatever buffer the maker chose; valid until the pacer's submit() returns
  Bytes prefix;         // bytes that stand in front of the payload for this subscriber only; may be empty
  Bytes payload;        // inside `shared`
  const PacketRef* shared = nullptr;       // keeps the payload alive for who wants to hold it longer than submit()
  std::uint8_t transport_sequence_at = 0;  // offset of its two bytes in the header; 0 = not negotiated
  std::uint8_t abs_send_time_at = 0;       // offset of its three bytes; 0 = not negotiated
  SendPriority priority = SendPriority::kVideo;

  std::size_t size() const { return header.size() + prefix.size() + payload.size(); }
};

/// Who stamps, encrypts and transmits.
class PacketOutlet {
 public:
  virtual void send(const OutgoingPacket& packet, Instant now) = 0;

 protected:
  ~PacketOutlet() = default;
};

}  // namespace visavis::rtc
