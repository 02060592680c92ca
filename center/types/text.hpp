// SPDX-License-Identifier: Apache-2.0
// Length limits for texts that people type count code points, not bytes: a Chinese character is three bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace visavis::center {

/// Number of code points, or nothing where the bytes are not UTF-8 (RFC 3629: no overlong forms, no surrogates).
constexpr std::optional<std::size_t> code_points(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++count) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xC2 && lead < 0xE0 ? 2
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                                                             : 0;
    if (length == 0 || i + length > text.size()) return std::nullopt;
    for (std::size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return std::nullopt;
    }
    const auto second = length > 1 ? static_cast<unsigned char>(text[i + 1]) : 0;
    const bool bad = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second >= 0xA0) ||
                     (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second >= 0x90);
    if (bad) return std::nullopt;
    i += length;
  }
  return count;
}

/// Valid UTF-8 of at most `limit` code points.
constexpr bool fits(std::string_view text, std::size_t limit) {
  const auto length = code_points(text);
  return length && *length <= limit;
}

}  // namespace visavis::center
