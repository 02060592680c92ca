// SPDX-License-Identifier: Apache-2.0
// What goes into and comes out of a statement, the same for both engines and free of SOCI's headers.
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.hpp"

namespace visavis::platform {

/// NULL, BIGINT, DOUBLE PRECISION or TEXT: the only column types the schema uses. Booleans are BIGINT 0/1.
using DbValue = std::variant<std::monostate, std::int64_t, double, std::string>;

/// The text as both engines can store it: bytes that are not UTF-8 become U+FFFD, NUL too (PostgreSQL refuses both, and
/// a refused statement takes a whole batch along). Texts that are fine, nearly all, come back as they are.
std::string storable(std::string text);

/// A named parameter: {"id", id} fills :id in the statement.
struct DbParam {
  std::string name;
  DbValue value;

  template <std::integral T>
  DbParam(std::string_view n, T v) : name(n), value(static_cast<std::int64_t>(v)) {}
  DbParam(std::string_view n, double v) : name(n), value(v) {}
  DbParam(std::string_view n, UtcMillis v) : name(n), value(v.value) {}
  DbParam(std::string_view n, std::string v) : name(n), value(storable(std::move(v))) {}
  DbParam(std::string_view n, std::string_view v) : name(n), value(storable(std::string(v))) {}
  DbParam(std::string_view n, const char* v) : name(n), value(storable(std::string(v))) {}
  template <class T>
  DbParam(std::string_view n, const std::optional<T>& v) : name(n) {
    if (v) value = DbParam(n, *v).value;
  }
};
using DbParams = std::vector<DbParam>;

/// One row of an answer. A column that the statement did not name is our own bug and aborts.
class DbRow {
 public:
  using Names = std::map<std::string, std::size_t, std::less<>>;
  DbRow(std::shared_ptr<const Names> names, std::vector<DbValue> values)
      : names_(std::move(names)), values_(std::move(values)) {}

  bool is_null(std::string_view column) const;
  /// NULL gives 0.
  std::int64_t integer(std::string_view column) const;
  bool boolean(std::string_view column) const { return integer(column) != 0; }
  UtcMillis time(std::string_view column) const { return {integer(column)}; }
  /// NULL gives the empty text.
  std::string text(std::string_view column) const;
  std::optional<std::int64_t> maybe_integer(std::string_view column) const;
  std::optional<std::string> maybe_text(std::string_view column) const;

 private:
  const DbValue& at(std::string_view column) const;
  std::shared_ptr<const Names> names_;
  std::vector<DbValue> values_;
};
using DbRows = std::vector<DbRow>;

}  // namespace visavis::platform
