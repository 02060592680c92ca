// SPDX-License-Identifier: Apache-2.0
// JSON through fields.hpp. Included by *_json.cpp only: it brings Boost.JSON. Reading never throws for bad input: it
// notes the first field that is wrong. Unknown fields are skipped, missing ones keep what they were.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "center/types/fields.hpp"

namespace visavis::center {

struct IgnoreFields {
  void operator()(std::string_view, auto&) const {}
};
template <class T>
concept HasFields = requires(T& t) { T::fields(t, IgnoreFields{}); };

template <HasFields T>
boost::json::object write_fields(const T& value);

inline boost::json::value write_value(bool v) { return boost::json::value(v); }
inline boost::json::value write_value(const std::string& v) { return boost::json::value(std::string_view{v}); }
inline boost::json::value write_value(UtcMillis v) { return boost::json::value(v.value); }
template <NamedEnum E>
boost::json::value write_value(E v) {
  return boost::json::value(name_of(v));
}
template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
boost::json::value write_value(T v) {
  return boost::json::value(static_cast<std::int64_t>(v));
}
template <HasFields T>
boost::json::value write_value(const T& v) {
  return write_fields(v);
}
template <class T>
boost::json::value write_value(const std::optional<T>& v) {
  return v ? write_value(*v) : boost::json::value(nullptr);
}
template <class C>
boost::json::value write_list(const C& items) {
  boost::json::array list;
  list.reserve(items.size());
  for (const auto& item : items) list.push_back(write_value(item));
  return list;
}
template <class T>
boost::json::value write_value(const std::vector<T>& v) {
  return write_list(v);
}
inline boost::json::value write_value(const std::set<std::string>& v) { return write_list(v); }
inline boost::json::value write_value(const std::map<std::string, std::string>& v) {
  boost::json::object object;
  for (const auto& [key, text] : v) object.emplace(key, text);
  return object;
}

template <HasFields T>
boost::json::object write_fields(const T& value) {
  boost::json::object object;
  T::fields(value, [&](std::string_view name, const auto& field) { object.emplace(name, write_value(field)); });
  return object;
}

/// Reads fields of an object; afterwards `wrong` is empty or names the first field that could not be read.
class FieldReader {
 public:
  explicit FieldReader(const boost::json::object& object, bool lenient_null = true)
      : object_(&object), lenient_null_(lenient_null) {}

  template <class T>
  void operator()(std::string_view name, T& field) {
    const boost::json::value* value = object_->if_contains(name);
    if (!value || (value->is_null() && lenient_null_)) return;
    if (!read(*value, field) && wrong.empty()) wrong = name;
  }

  std::string wrong;

 private:
  static bool read(const boost::json::value& v, bool& out) {
    const bool* b = v.if_bool();
    if (b) out = *b;
    return b != nullptr;
  }
  static bool read(const boost::json::value& v, std::string& out) {
    const auto* s = v.if_string();
    if (s) out.assign(s->data(), s->size());
    return s != nullptr;
  }
  static std::optional<std::int64_t> integer(const boost::json::value& v) {
    if (const auto* i = v.if_int64()) return *i;
    return std::nullopt;  // uint64 is only used by the parser beyond int64: out of every range here
  }
  static bool read(const boost::json::value& v, UtcMillis& out) {
    constexpr std::int64_t kYear9999 = 253'402'300'799'999;
    const auto i = integer(v);
    if (!i || *i < 0 || *i > kYear9999) return false;
    out.value = *i;
    return true;
  }
  template <class T>
    requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
  static bool read(const boost::json::value& v, T& out) {
    const auto i = integer(v);
    if (!i || !std::in_range<T>(*i)) return false;
    out = static_cast<T>(*i);
    return true;
  }
  template <NamedEnum E>
  static bool read(const boost::json::value& v, E& out) {
    const auto* s = v.if_string();
    const auto parsed = s ? parse_enum<E>(std::string_view{s->data(), s->size()}) : std::nullopt;
    if (parsed) out = *parsed;
    return parsed.has_value();
  }
  template <HasFields T>
  static bool read(const boost::json::value& v, T& out) {
    const auto* o = v.if_object();
    if (!o) return false;
    FieldReader inner{*o};
    T::fields(out, inner);
    return inner.wrong.empty();
  }
  template <class T>
  static bool read(const boost::json::value& v, std::optional<T>& out) {
    T inner{};
    if (!read(v, inner)) return false;
    out = std::move(inner);
    return true;
  }
  template <class T>
  static bool read(const boost::json::value& v, std::vector<T>& out) {
    const auto* list = v.if_array();
    if (!list) return false;
    out.clear();
    for (const auto& item : *list) {
      T inner{};
      if (!read(item, inner)) return false;
      out.push_back(std::move(inner));
    }
    return true;
  }
  static bool read(const boost::json::value& v, std::map<std::string, std::string>& out) {
    const auto* o = v.if_object();
    if (!o) return false;
    out.clear();
    for (const auto& [key, text] : *o) {
      const auto* s = text.if_string();
      if (!s) return false;
      out.emplace(std::string_view{key}, std::string{s->data(), s->size()});
    }
    return true;
  }

  const boost::json::object* object_;
  bool lenient_null_;
};

}  // namespace visavis::center
