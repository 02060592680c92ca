// SPDX-License-Identifier: Apache-2.0
#include "platform/db/value.hpp"

#include <charconv>

#include "base/check.hpp"

namespace visavis::platform {

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
