// SPDX-License-Identifier: Apache-2.0
// Numbers that wrap: 16-bit sequence numbers and 32-bit RTP timestamps, compared and unwrapped (RFC 1982 arithmetic).
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <type_traits>

namespace visavis::rtc {

/// a is after b: less than half the number space ahead. Exactly half counts as ahead of the smaller number.
template <std::unsigned_integral T>
constexpr bool is_newer(T a, T b) {
  constexpr T kHalf = T{1} << (sizeof(T) * 8 - 1);
  const auto ahead = static_cast<T>(a - b);
  return ahead == kHalf ? a > b : ahead != 0 && ahead < kHalf;
}

/// Signed distance from b to a: positive where a is newer.
template <std::unsigned_integral T>
constexpr std::int64_t wrapped_difference(T a, T b) {
  return static_cast<std::make_signed_t<T>>(static_cast<T>(a - b));
}

/// Maps a wrapping number to one that does not wrap, by the nearest to the newest seen so far. The first keeps its
/// value.
template <std::unsigned_integral T>
class Unwrapper {
 public:
  std::int64_t unwrap(T value) {
    const auto result = peek(value);
    if (!newest_ || result > *newest_) newest_ = result;
    return result;
  }
  /// The same without remembering it.
  std::int64_t peek(T value) const {
    return newest_ ? *newest_ + wrapped_difference(value, static_cast<T>(*newest_)) : std::int64_t{value};
  }
  std::optional<std::int64_t> newest() const { return newest_; }
  void reset() { newest_.reset(); }

 private:
  std::optional<std::int64_t> newest_;
};

using SequenceUnwrapper = Unwrapper<std::uint16_t>;
using TimestampUnwrapper = Unwrapper<std::uint32_t>;

}  // namespace visavis::rtc
