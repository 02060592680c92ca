// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace visavis {

/// RFC 9562 UUID version 7 in its usual 36 characters: the time in milliseconds, then the 74 low random bits given
/// (the caller supplies entropy, so that tests are repeatable). Sorts by time.
std::string uuid_v7(UtcMillis now, std::uint64_t random_high, std::uint64_t random_low);

/// The same with entropy from the operating system. Aborts only where the system has no entropy at all.
std::string new_uuid(UtcMillis now);

/// True for 8-4-4-4-12 lower-case hexadecimal digits, any version.
bool is_uuid(std::string_view text);

/// Fills `out` from the operating system's generator.
void fill_random(std::span<std::uint8_t> out);

/// `bytes` random bytes as unpadded base64url: tokens, ICE passwords.
std::string random_token(std::size_t bytes);

/// A number that cannot be mistaken for another kind of number: `using RoomId = Id<struct RoomTag>`. Zero means none.
template <class Tag>
struct Id {
  std::uint64_t value = 0;
  explicit operator bool() const { return value != 0; }
  friend constexpr auto operator<=>(Id, Id) = default;
};

}  // namespace visavis

template <class Tag>
struct std::hash<visavis::Id<Tag>> {
  std::size_t operator()(visavis::Id<Tag> id) const noexcept { return std::hash<std::uint64_t>{}(id.value); }
};
