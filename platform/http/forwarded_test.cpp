// SPDX-License-Identifier: Apache-2.0
#include "platform/http/forwarded.hpp"

#include <gtest/gtest.h>

namespace visavis::http {
namespace {

const TrustedProxies kTrusted({"10.0.0.0/8", "192.0.2.7", "fd00::/8", "nonsense", "1.2.3.4/33"});

std::string seen(const std::string& peer, Pairs headers) {
  return client_behind(kTrusted, {peer, false}, headers).address;
}

TEST(TrustedProxies, are_networks_and_addresses_of_both_kinds) {
  for (const char* inside : {"10.1.2.3", "192.0.2.7", "fd12::1", "::ffff:10.9.9.9"}) {
    EXPECT_TRUE(kTrusted.contains(inside)) << inside;
  }
  for (const char* outside : {"11.0.0.1", "192.0.2.8", "fe80::1", "1.2.3.4", "", "x"}) {
    EXPECT_FALSE(kTrusted.contains(outside)) << outside;
  }
  EXPECT_TRUE(TrustedProxies().empty());
}

TEST(Forwarded, is_believed_of_trusted_proxies_only) {
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "198.51.100.9"}}), "198.51.100.9");
  EXPECT_EQ(seen("203.0.113.5", {{"X-Forwarded-For", "198.51.100.9"}}), "203.0.113.5");
  EXPECT_EQ(seen("10.0.0.1", {}), "10.0.0.1");
  EXPECT_EQ(client_behind({}, {"10.0.0.1", false}, {{"X-Forwarded-For", "198.51.100.9"}}).address, "10.0.0.1");
}

TEST(Forwarded, counts_from_the_right_past_every_trusted_proxy) {
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "1.1.1.1, 198.51.100.9, 10.0.0.2"}}), "198.51.100.9")
      << "1.1.1.1 may be made up";
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "1.1.1.1"}, {"x-forwarded-for", "198.51.100.9"}}), "198.51.100.9");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "10.0.0.3, 10.0.0.2"}}), "10.0.0.3") << "all of them ours";
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "198.51.100.9, unknown"}}), "10.0.0.1") << "not known";
}

TEST(Forwarded, knows_when_others_stand_behind_the_address) {
  const auto exact = [](const std::string& peer, Pairs headers) {
    return client_behind(kTrusted, {peer, false}, headers).exact;
  };
  EXPECT_TRUE(exact("203.0.113.5", {}));
  EXPECT_TRUE(exact("10.0.0.1", {}));
  EXPECT_TRUE(exact("10.0.0.1", {{"X-Forwarded-For", "198.51.100.9"}}));
  EXPECT_TRUE(exact("10.0.0.1", {{"X-Forwarded-For", "198.51.100.9, 10.0.0.2"}}));
  for (const char* name : {"X-Forwarded-For", "Forwarded", "X-Forwarded-Proto"}) {
    EXPECT_FALSE(exact("127.0.0.1", {{name, "for=198.51.100.9"}})) << "a proxy that is not trusted, " << name;
  }
  EXPECT_FALSE(exact("10.0.0.1", {{"X-Forwarded-For", "198.51.100.9, 172.16.0.6"}})) << "a balancer before ours";
  EXPECT_FALSE(exact("10.0.0.1", {{"X-Forwarded-For", "unknown"}}));
  EXPECT_FALSE(exact("10.0.0.1", {{"X-Forwarded-Proto", "https"}})) << "whose address is the proxy's own";
  EXPECT_FALSE(client_behind({}, {"10.0.0.1", false}, {{"X-Forwarded-For", "10.0.0.1"}}).exact);
}

TEST(Forwarded, reads_rfc_7239_and_ports) {
  EXPECT_EQ(seen("10.0.0.1", {{"Forwarded", R"(for="[2001:db8::7]:4711";proto=https)"}}), "2001:db8::7");
  EXPECT_EQ(seen("10.0.0.1", {{"Forwarded", "For=198.51.100.9;by=10.0.0.2, for=10.0.0.2"}}), "198.51.100.9");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "198.51.100.9:80"}}), "198.51.100.9");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "[2001:db8::7]:80"}}), "2001:db8::7");
  for (const char* broken : {"", ",", "[", "\"", "for", "::::", "[::1"}) {
    EXPECT_FALSE(seen("10.0.0.1", {{"X-Forwarded-For", broken}}).empty()) << broken;
    EXPECT_FALSE(seen("10.0.0.1", {{"Forwarded", broken}}).empty()) << broken;
  }
}

TEST(Forwarded, tells_whether_the_client_came_by_tls) {
  const auto tls = [](const std::string& peer, Pairs headers) {
    return client_behind(kTrusted, {peer, false}, headers).tls;
  };
  EXPECT_TRUE(tls("10.0.0.1", {{"X-Forwarded-Proto", "https"}}));
  EXPECT_TRUE(tls("10.0.0.1", {{"X-Forwarded-For", "198.51.100.9"}, {"X-Forwarded-Proto", "http, HTTPS"}}));
  EXPECT_FALSE(tls("10.0.0.1", {{"X-Forwarded-Proto", "https, http"}}));
  EXPECT_FALSE(tls("203.0.113.5", {{"X-Forwarded-Proto", "https"}}));
  EXPECT_TRUE(tls("10.0.0.1", {{"Forwarded", "for=198.51.100.9;proto=https"}}));
}

TEST(NetworkOf, is_an_ipv4_address_or_the_64_of_an_ipv6_one) {
  EXPECT_EQ(network_of("198.51.100.9"), "198.51.100.9");
  EXPECT_EQ(network_of("::ffff:198.51.100.9"), "198.51.100.9") << "as a socket for both kinds shows it";
  EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(network_of("2001:db8:1:2:ffff::1"), "2001:db8:1:2::/64");
  EXPECT_EQ(network_of("?"), "?");
}

}  // namespace
}  // namespace visavis::http
