// SPDX-License-Identifier: Apache-2.0
// SHA-256 certificate fingerprints as SDP carries them (RFC 8122 section 5).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace visavis::rtc {

struct Fingerprint {
  std::array<std::uint8_t, 32> sha256{};

  /// Of a certificate in DER.
  static Fingerprint of(Bytes der);
  /// "AB:CD:…", 32 pairs of hexadecimal digits of either case, without the hash name.
  static Parsed<Fingerprint> parse(std::string_view text);
  /// Upper case with colons, without the hash name.
  std::string text() const;
  /// In constant time.
  friend bool operator==(const Fingerprint& a, const Fingerprint& b);
};

}  // namespace visavis::rtc
