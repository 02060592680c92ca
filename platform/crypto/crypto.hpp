// SPDX-License-Identifier: Apache-2.0
// The few primitives the control plane needs, on OpenSSL: hashes, HMAC, scrypt and the text forms of bytes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace visavis::platform {

using Digest = std::array<std::uint8_t, 32>;

/// The bytes of a text, without a copy.
inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

Digest sha256(Bytes data);
/// SHA-256 as 64 lower-case hexadecimal digits: how tokens are stored.
std::string sha256_hex(std::string_view text);
Digest hmac_sha256(Bytes key, Bytes data);

std::string to_hex(Bytes data);
std::optional<std::string> from_hex(std::string_view text);
/// RFC 4648 section 5 without padding.
std::string base64url_encode(Bytes data);
/// Refuses padding, foreign characters and non-zero bits left over, so that every value has one spelling.
std::optional<std::string> base64url_decode(std::string_view text);

/// Takes the same time wherever the difference is; different lengths are unequal at once.
bool equal_in_constant_time(std::string_view a, std::string_view b);

/// RFC 7914 parameters. Memory is about 128 * N * r bytes.
struct ScryptCost {
  unsigned log2_n = 15;
  unsigned r = 8;
  unsigned p = 1;
};
/// 32 bytes derived from the password; an error only where the parameters are absurd or memory is missing.
Result<Digest> scrypt(std::string_view password, Bytes salt, ScryptCost cost);

}  // namespace visavis::platform
