// SPDX-License-Identifier: Apache-2.0
// Who asked, by what proxies and strangers say in headers. The first line is the other end of the connection, each
// further one a header.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "platform/http/forwarded.hpp"

using namespace visavis::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto next_line = [&text] {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    return line;
  };
  const Asker peer{std::string(next_line()), false, true};
  Pairs headers;
  bool listed = false;
  while (!text.empty()) {
    const auto line = next_line();
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    headers.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
    listed = listed || equals_ignoring_case(headers.back().first, "X-Forwarded-For");
  }
  const TrustedProxies trusted({"10.0.0.0/8", "192.0.2.7", "fd00::/8"});
  const auto client = client_behind(trusted, peer, headers);
  if (!trusted.contains(peer.address)) {
    CHECK(client.address == peer.address && client.tls == peer.tls);
  } else if (client.address != peer.address) {
    CHECK(TrustedProxies({client.address}).contains(client.address));
    // A stranger who writes another address in front of all others is not believed.
    headers.insert(headers.begin(), {"X-Forwarded-For", "203.0.113.66"});
    if (listed && !trusted.contains(client.address))
      CHECK(client_behind(trusted, peer, headers).address == client.address);
  }
  const auto network = network_of(client.address);
  CHECK(network_of(network) == network);
  return 0;
}
