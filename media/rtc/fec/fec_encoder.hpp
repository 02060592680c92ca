// SPDX-License-Identifier: Apache-2.0
// Forward error correction of what one subscriber gets. The null version protects nothing.
#pragma once

#include "base/time.hpp"
#include "media/rtc/pacer/outgoing_packet.hpp"

namespace visavis::rtc {

class FecEncoder {
 public:
  virtual ~FecEncoder() = default;
  /// A media packet was handed to the pacer; repair packets, if any are due, go to `outlet`.
  virtual void on_media(const OutgoingPacket& packet, Instant now, PacketOutlet& outlet) = 0;
  /// Loss that the receiver reports, 0..1: decides how much protection is worth its rate.
  virtual void on_loss(float fraction) = 0;
};

/// No protection, no state: one for all.
class NullFecEncoder final : public FecEncoder {
 public:
  static NullFecEncoder& instance() {
    static NullFecEncoder encoder;
    return encoder;
  }
  void on_media(const OutgoingPacket&, Instant, PacketOutlet&) override {}
  void on_loss(float) override {}
};

}  // namespace visavis::rtc
