// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "platform/http/text.hpp"

using namespace visavis::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto target = parse_target(text)) {
    for (const auto& segment : target->segments) {
      CHECK(segment != ".." && segment != "." && segment.find('/') == std::string::npos && is_valid_utf8(segment));
    }
    parse_query(target->query);
  }
  if (const auto query = parse_query(text)) {
    for (const auto& [key, value] : *query) CHECK(is_valid_utf8(key) && is_valid_utf8(value));
  }
  CHECK(percent_decode(percent_encode(text)).has_value() == (text.find('\0') == std::string_view::npos));
  find_cookie(text, "visavis_session");
  has_token(text, "upgrade");
  is_plain_host(text);
  return 0;
}
