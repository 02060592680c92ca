// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string_view>

#include "base/check.hpp"
#include "platform/http/text.hpp"
#include "platform/http/ws_frame.hpp"

using namespace visavis::http;

/// The first byte says in which portions the rest arrives: the outcome must not depend on it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const WsLimits limits{.message_bytes = 512, .fragments = 4, .controls_in_a_row = 4};
  std::string heard[2];
  std::uint16_t code[2] = {0, 0};
  for (int pass = 0; pass < 2; ++pass) {
    auto& log = heard[pass];
    const WsSink sink{.on_text =
                          [&](const std::string& text) {
                            CHECK(is_valid_utf8(text) && text.size() <= limits.message_bytes);
                            log += "t" + text;
                          },
                      .on_ping = [&](const std::string& payload) { log += "p" + payload; },
                      .on_pong = [&] { log += "o"; },
                      .on_close = [&](std::uint16_t status) { log += "c" + std::to_string(status); }};
    WsDecoder decoder(limits);
    const std::size_t step = pass == 0 ? bytes.size() + 1 : data[0] % 16 + 1U;
    for (std::size_t at = 0; at < bytes.size() && code[pass] == 0; at += step) {
      code[pass] = decoder.feed(bytes.substr(at, step), sink);
      CHECK(decoder.buffered() <= limits.message_bytes + 125 + 14);
    }
  }
  CHECK(code[0] == code[1] && heard[0] == heard[1]);
  return 0;
}
