// SPDX-License-Identifier: Apache-2.0
// Small helpers to take SDP text apart. Private to this folder.
#pragma once

#include <charconv>
#include <concepts>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

namespace visavis::rtc::sdp_text {

/// What is before the first `separator` (everything where there is none); `rest` becomes what is after it.
inline std::string_view take(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const auto head = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return head;
}

/// The next word; any number of spaces separates.
inline std::string_view take_word(std::string_view& rest) {
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  return take(rest, ' ');
}

/// A decimal number without sign that fills the whole text and lies within the bounds.
template <std::unsigned_integral T>
std::optional<T> number(std::string_view text, T minimum = 0, T maximum = std::numeric_limits<T>::max()) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < minimum || value > maximum)
    return std::nullopt;
  return value;
}

constexpr bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// RFC 8866, section 9: token.
constexpr bool is_token_char(char c) {
  return is_alphanumeric(c) || std::string_view{"!#$%&'*+-.^_`{|}~"}.find(c) != std::string_view::npos;
}

/// 1 to `maximum` characters, each of which satisfies `allowed`.
template <class F>
bool is_made_of(std::string_view text, std::size_t maximum, F&& allowed) {
  if (text.empty() || text.size() > maximum) return false;
  for (const char c : text) {
    if (!allowed(c)) return false;
  }
  return true;
}
inline bool is_token(std::string_view text, std::size_t maximum) { return is_made_of(text, maximum, is_token_char); }
/// Printable ASCII without space: what msid, cname and foundation are made of.
inline bool is_visible(std::string_view text, std::size_t maximum) {
  return is_made_of(text, maximum, [](char c) { return c > ' ' && c < 0x7F; });
}

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace visavis::rtc::sdp_text
