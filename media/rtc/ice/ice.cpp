// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/ice/ice.hpp"

#include "base/ids.hpp"

namespace visavis::rtc {
namespace {

/// Characters of ice-char (RFC 8839 section 5.4), 6 bits each.
std::string ice_characters(std::size_t count) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text(count, '\0');
  fill_random({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  for (char& c : text) c = kAlphabet[static_cast<std::uint8_t>(c) % kAlphabet.size()];
  return text;
}

}  // namespace

IceCredentials IceCredentials::random() { return {.ufrag = ice_characters(8), .pwd = ice_characters(24)}; }

}  // namespace visavis::rtc
