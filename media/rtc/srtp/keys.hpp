// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace visavis::rtc {

/// Values of the DTLS use_srtp extension (RFC 5764 section 4.1.2, RFC 7714 section 14.2).
enum class SrtpProfile : std::uint16_t {
  kAes128CmSha1_80 = 0x0001,
  kAeadAes128Gcm = 0x0007,
};

/// As in the IANA registry: "SRTP_AEAD_AES_128_GCM", "SRTP_AES128_CM_HMAC_SHA1_80".
constexpr std::string_view to_string(SrtpProfile profile) {
  return profile == SrtpProfile::kAeadAes128Gcm ? "SRTP_AEAD_AES_128_GCM" : "SRTP_AES128_CM_HMAC_SHA1_80";
}

inline constexpr std::size_t kSrtpKeySize = 16;
constexpr std::size_t srtp_salt_size(SrtpProfile profile) { return profile == SrtpProfile::kAeadAes128Gcm ? 12 : 14; }

/// Master key and salt of one direction; GCM uses the first 12 bytes of the salt, the rest is zero (RFC 7714 section
/// 11).
struct SrtpMasterKey {
  std::array<std::uint8_t, kSrtpKeySize> key{};
  std::array<std::uint8_t, 14> salt{};
};

/// What a DTLS handshake yields for SRTP, seen from our side.
struct SrtpKeys {
  SrtpProfile profile = SrtpProfile::kAeadAes128Gcm;
  SrtpMasterKey outgoing;
  SrtpMasterKey incoming;
};

}  // namespace visavis::rtc
