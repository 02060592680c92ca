// SPDX-License-Identifier: Apache-2.0
#include <boost/json/src.hpp>
#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "base/ids.hpp"
#include "center/api/client_message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto message = visavis::center::parse_client_message({reinterpret_cast<const char*>(data), size});
  if (!message) {
    CHECK(message.error().code == "bad_message" && !message.error().message.empty());
    return 0;
  }
  CHECK(!message->type.empty() && message->type.size() <= 64 && visavis::is_uuid(message->id));
  visavis::center::string_in(message->data, "contact_id");
  return 0;
}
