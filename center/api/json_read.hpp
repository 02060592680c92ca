// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>

namespace visavis::center {

/// A whole number that fits; nothing for anything else.
inline std::optional<std::int64_t> whole_number(const boost::json::value& value) {
  boost::system::error_code ec;
  const auto number = value.to_number<std::int64_t>(ec);
  return ec ? std::nullopt : std::optional(number);
}

}  // namespace visavis::center
