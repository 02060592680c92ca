// SPDX-License-Identifier: Apache-2.0
// Looks at DTLS records before OpenSSL does: what cannot belong to this session never reaches it. A plaintext record
// with lying lengths would end a handshake there; records of the next epoch would be kept in memory, 100 of them.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace visavis::rtc {

class DtlsRecordFilter {
 public:
  /// Encrypted records that may wait for the keys: the peer's Finished, sent again several times.
  static constexpr int kMaxEarlyRecords = 16;
  /// Longest handshake message believed: certificates are limited to as much.
  static constexpr std::uint32_t kMaxMessage = 8'192;

  /// Takes the first record off `datagram` and returns it, or an empty view where it is to be dropped (and counted).
  /// A record that runs past the end takes the rest of the datagram with it.
  Bytes next(Bytes& datagram, bool connected);
  std::uint64_t dropped() const { return dropped_; }

 private:
  bool acceptable(Bytes record, bool connected);
  std::uint64_t dropped_ = 0;
  int early_ = 0;
};

}  // namespace visavis::rtc
