// SPDX-License-Identifier: Apache-2.0
// Whose request it is where a reverse proxy stands in between. Only what trusted proxies say is believed, from the
// right: everything left of the first untrusted address may be made up.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/http/text.hpp"

namespace visavis::http {

class TrustedProxies {
 public:
  TrustedProxies() = default;
  /// Addresses or networks ("10.0.0.0/8", "fd00::/8"); what is neither is left out.
  explicit TrustedProxies(const std::vector<std::string>& networks);
  bool contains(std::string_view address) const;
  bool empty() const { return networks_.empty(); }

 private:
  struct Network {
    std::array<std::uint8_t, 16> address{};  // IPv4 as mapped IPv6
    unsigned bits = 0;
  };
  std::vector<Network> networks_;
};

struct Asker {
  std::string address;
  bool tls = false;
  bool exact = true;  // false: others stand behind the address, as behind a proxy that is not trusted
};
/// Who asked and how, given the other end of the connection and what its headers say (X-Forwarded-For and -Proto, else
/// Forwarded, RFC 7239).
Asker client_behind(const TrustedProxies& trusted, const Asker& peer, const Pairs& headers);

/// What one household or office has: an IPv4 address, the /64 of an IPv6 one. Other texts as they are.
std::string network_of(const std::string& address);

}  // namespace visavis::http
