// SPDX-License-Identifier: Apache-2.0
// Bounded copies of a participant's packets for a consumer on another thread (recorder, transcript, face analysis).
// What the participant did not consent to is refused here, before a copy exists; what the consumer is too slow for is
// dropped and counted, so that a tap never holds up a call.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>

#include "base/bytes.hpp"
#include "base/spsc_queue.hpp"
#include "media/rtc/nack/packet_pool.hpp"
#include "media/rtc/sdp/sdp.hpp"

namespace visavis::sfu {

struct TappedPacket {
  rtc::MediaKind kind = rtc::MediaKind::kAudio;
  std::uint16_t size = 0;
  std::array<std::uint8_t, rtc::PacketBuffer::kCapacity> data;  // a whole RTP packet in the clear

  Bytes bytes() const { return Bytes{data}.first(size); }
};

class Tap {
 public:
  /// `purpose` is one bit of the consent mask.
  Tap(std::uint8_t purpose, std::size_t capacity) : purpose_(purpose), queue_(capacity) {}

  /// Media thread: copies the packet where `purposes`, the participant's consents, allow it. One tap listens to one
  /// worker only.
  void offer(std::uint8_t purposes, rtc::MediaKind kind, Bytes packet) {
    if ((purposes & purpose_) == 0 || packet.size() > rtc::PacketBuffer::kCapacity) {
      refused_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    const bool taken = queue_.push_by([&](TappedPacket& place) {
      place.kind = kind;
      place.size = static_cast<std::uint16_t>(packet.size());
      std::memcpy(place.data.data(), packet.data(), packet.size());
    });
    if (!taken) dropped_.fetch_add(1, std::memory_order_relaxed);
  }

  /// Consumer thread: false where nothing waits.
  bool take(TappedPacket& out) { return queue_.pop(out); }

  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  std::uint8_t purpose_;
  SpscQueue<TappedPacket> queue_;
  std::atomic<std::uint64_t> dropped_{0};
  std::atomic<std::uint64_t> refused_{0};
};

}  // namespace visavis::sfu
