// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace visavis::center {

/// A message of a client, taken apart. Errors are bad_message.
struct ClientMessage {
  std::string type;
  std::string id;
  std::uint64_t seq = 0;
  boost::json::object data;
};
Result<ClientMessage> parse_client_message(std::string_view text);

/// A string under `key`; empty where there is none.
std::string string_in(const boost::json::object& data, std::string_view key);

}  // namespace visavis::center
