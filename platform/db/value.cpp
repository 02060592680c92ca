// SPDX-License-Identifier: Apache-2.0
#include "platform/db/value.hpp"

#include <charconv>

#include "base/check.hpp"

namespace visavis::platform {
namespace {

/// Bytes of the UTF-8 sequence that begins here (RFC 3629: shortest form, no surrogates, up to U+10FFFF); 0 where none
/// does.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return first == 0 ? 0 : 1;
  const std::size_t length = first >= 0xC2 && first < 0xE0   ? 2
                             : (first & 0xF0) == 0xE0        ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool beyond = (first == 0xED && byte(1) >= 0xA0) || (first == 0xF4 && byte(1) >= 0x90);
  return overlong || beyond ? 0 : length;
}

}  // namespace

std::string storable(std::string text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto length = sequence_length(std::string_view(text).substr(at));
    if (length == 0) break;
    at += length;
  }
  if (at == text.size()) return text;
  std::string clean = text.substr(0, at);
  while (at < text.size()) {
    const auto length = sequence_length(std::string_view(text).substr(at));
    if (length == 0) {
      clean += "\xEF\xBF\xBD";
      ++at;
    } else {
      clean.append(text, at, length);
      at += length;
    }
  }
  return clean;
}

const DbValue& DbRow::at(std::string_view column) const {
  const auto found = names_->find(column);
  CHECK(found != names_->end());
  return values_[found->second];
}

bool DbRow::is_null(std::string_view column) const { return std::holds_alternative<std::monostate>(at(column)); }

std::int64_t DbRow::integer(std::string_view column) const {
  const DbValue& value = at(column);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* real = std::get_if<double>(&value)) return static_cast<std::int64_t>(*real);
  // SQLite types values, not columns: an aggregate may arrive as text.
  std::int64_t parsed = 0;
  if (const auto* text = std::get_if<std::string>(&value)) {
    std::from_chars(text->data(), text->data() + text->size(), parsed);
  }
  return parsed;
}

std::string DbRow::text(std::string_view column) const {
  const DbValue& value = at(column);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* real = std::get_if<double>(&value)) return std::to_string(*real);
  return {};
}

std::optional<std::int64_t> DbRow::maybe_integer(std::string_view column) const {
  return is_null(column) ? std::nullopt : std::optional(integer(column));
}

std::optional<std::string> DbRow::maybe_text(std::string_view column) const {
  return is_null(column) ? std::nullopt : std::optional(text(column));
}

}  // namespace visavis::platform
