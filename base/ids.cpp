// SPDX-License-Identifier: Apache-2.0
#include "base/ids.hpp"

#include <sys/random.h>

#include <array>
#include <cstddef>
#include <vector>

#include "base/bytes.hpp"
#include "base/check.hpp"

namespace visavis {
namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr char kBase64Url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

std::string uuid_v7(UtcMillis now, std::uint64_t random_high, std::uint64_t random_low) {
  std::array<std::uint8_t, 16> b{};
  const auto ms = static_cast<std::uint64_t>(now.value);
  store_be64(b.data(), (ms << 16) | 0x7000U | (random_high & 0x0FFFU));
  store_be64(b.data() + 8, (std::uint64_t{2} << 62) | (random_low >> 2));
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < b.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kHex[b[i] >> 4];
    text += kHex[b[i] & 15];
  }
  return text;
}

std::string new_uuid(UtcMillis now) {
  std::array<std::uint8_t, 16> r{};
  fill_random(r);
  return uuid_v7(now, load_be64(r.data()), load_be64(r.data() + 8));
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

void fill_random(std::span<std::uint8_t> out) {
  std::size_t at = 0;
  while (at < out.size()) {
    const ssize_t n = getrandom(out.data() + at, out.size() - at, 0);
    CHECK(n > 0);
    at += static_cast<std::size_t>(n);
  }
}

std::string random_token(std::size_t bytes) {
  std::vector<std::uint8_t> raw(bytes);
  fill_random(raw);
  std::string text;
  std::uint32_t bits = 0;
  int held = 0;
  for (const std::uint8_t byte : raw) {
    bits = (bits << 8) | byte;
    held += 8;
    while (held >= 6) {
      held -= 6;
      text += kBase64Url[(bits >> held) & 63];
    }
  }
  if (held > 0) text += kBase64Url[(bits << (6 - held)) & 63];
  return text;
}

}  // namespace visavis
