// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/dtls/fingerprint.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace visavis::rtc {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Fingerprint Fingerprint::of(Bytes der) {
  Fingerprint result;
  SHA256(der.data(), der.size(), result.sha256.data());
  return result;
}

Parsed<Fingerprint> Fingerprint::parse(std::string_view text) {
  Fingerprint result;
  if (text.size() != result.sha256.size() * 3 - 1)
    return malformed("a sha-256 fingerprint has 32 pairs of digits with colons");
  for (std::size_t i = 0; i < result.sha256.size(); ++i) {
    const int high = hex_digit(text[3 * i]);
    const int low = hex_digit(text[3 * i + 1]);
    if (high < 0 || low < 0) return malformed("a fingerprint consists of hexadecimal digits");
    if (3 * i + 2 < text.size() && text[3 * i + 2] != ':')
      return malformed("the pairs of a fingerprint are separated by colons");
    result.sha256[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return result;
}

std::string Fingerprint::text() const {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const std::uint8_t byte : sha256) {
    if (!out.empty()) out += ':';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

bool operator==(const Fingerprint& a, const Fingerprint& b) {
  return CRYPTO_memcmp(a.sha256.data(), b.sha256.data(), a.sha256.size()) == 0;
}

}  // namespace visavis::rtc
