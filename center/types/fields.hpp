// SPDX-License-Identifier: Apache-2.0
// How a struct or an enum tells its names, once, for storing, sending and comparing: a struct has
//   static void fields(auto& self, auto&& f) { f("name", self.name); … }
// and an enum has a specialisation of EnumNames. fields_json.hpp reads and writes JSON through these.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>

namespace visavis::center {

/// Names of an enum whose values count up from 0, in that order: `static constexpr std::array names{…}`.
template <class E>
struct EnumNames;

template <class E>
concept NamedEnum = std::is_enum_v<E> && requires { EnumNames<E>::names.size(); };

template <NamedEnum E>
constexpr std::string_view name_of(E value) {
  const auto i = static_cast<std::size_t>(value);
  return i < EnumNames<E>::names.size() ? EnumNames<E>::names[i] : std::string_view{};
}

template <NamedEnum E>
constexpr std::optional<E> parse_enum(std::string_view text) {
  for (std::size_t i = 0; i < EnumNames<E>::names.size(); ++i) {
    if (EnumNames<E>::names[i] == text) return static_cast<E>(i);
  }
  return std::nullopt;
}

template <std::size_t N>
using Names = std::array<std::string_view, N>;

}  // namespace visavis::center
