// SPDX-License-Identifier: Apache-2.0
#include "center/store/attributes.hpp"

#include <boost/json.hpp>

namespace visavis::center {

std::string attributes_to_json(const Attributes& attributes) {
  boost::json::object object;
  for (const auto& [name, value] : attributes) object[name] = value;
  return boost::json::serialize(object);
}

Attributes attributes_from_json(std::string_view json) {
  Attributes attributes;
  boost::system::error_code wrong;
  const auto value = boost::json::parse({json.data(), json.size()}, wrong);
  if (wrong || !value.is_object()) return attributes;
  for (const auto& [name, item] : value.get_object()) {
    if (item.is_string()) attributes.emplace(std::string(name), std::string(item.get_string()));
  }
  return attributes;
}

}  // namespace visavis::center
