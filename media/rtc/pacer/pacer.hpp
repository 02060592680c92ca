// SPDX-License-Identifier: Apache-2.0
// When a subscriber's packets leave. One pacer per session; the null version lets everything go at once.
#pragma once

#include "base/time.hpp"
#include "media/rtc/pacer/outgoing_packet.hpp"

namespace visavis::rtc {

class Pacer {
 public:
  virtual ~Pacer() = default;
  /// Sends now through `outlet`, or keeps a copy of the header and a reference to the payload for later.
  virtual void submit(const OutgoingPacket& packet, Instant now, PacketOutlet& outlet) = 0;
  /// When handle_deadline() wants to be called; kNever while nothing waits.
  virtual Instant deadline() const = 0;
  virtual void handle_deadline(Instant now, PacketOutlet& outlet) = 0;
  /// The rate to keep to, from the downlink estimate.
  virtual void set_rate(std::uint64_t bits_per_second) = 0;
};

/// No pacing. It has no state: all sessions of all workers share one, which stays in the processors' caches.
class NullPacer final : public Pacer {
 public:
  static NullPacer& instance() {
    static NullPacer pacer;
    return pacer;
  }
  void submit(const OutgoingPacket& packet, Instant now, PacketOutlet& outlet) override { outlet.send(packet, now); }
  Instant deadline() const override { return kNever; }
  void handle_deadline(Instant, PacketOutlet&) override {}
  void set_rate(std::uint64_t) override {}
};

}  // namespace visavis::rtc
