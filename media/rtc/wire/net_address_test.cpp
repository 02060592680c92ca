// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/wire/net_address.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <unordered_set>

namespace visavis::rtc {
namespace {

TEST(NetAddress, has_one_spelling_per_peer) {
  EXPECT_EQ(NetAddress::parse("192.0.2.1", 7000), NetAddress::parse("::ffff:192.0.2.1", 7000));
  EXPECT_EQ(NetAddress::parse("192.0.2.1", 7000)->to_string(), "192.0.2.1:7000");
  EXPECT_EQ(NetAddress::parse("2001:DB8:0::1", 1)->to_string(), "[2001:db8::1]:1");
  EXPECT_NE(NetAddress::parse("192.0.2.1", 7000), NetAddress::parse("192.0.2.1", 7001));
}

TEST(NetAddress, refuses_names_scopes_and_oddities) {
  using namespace std::string_view_literals;
  for (const auto text : {""sv, "localhost"sv, "192.0.2"sv, "192.0.2.1:80"sv, "[::1]"sv, "fe80::1%eth0"sv,
                          "1.2.3.4\0"sv, "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"sv}) {
    EXPECT_FALSE(NetAddress::parse(text, 1)) << text;
  }
}

TEST(NetAddress, survives_the_way_to_the_system_and_back) {
  for (const auto* ip : {"192.0.2.1", "2001:db8::1"}) {
    const auto address = *NetAddress::parse(ip, 65535);
    for (const bool mapped : {false, true}) {
      sockaddr_storage storage;
      const auto size = address.to_sockaddr(storage, mapped);
      const auto* generic = reinterpret_cast<const sockaddr*>(&storage);
      EXPECT_EQ(generic->sa_family, mapped || address.is_v6() ? AF_INET6 : AF_INET);
      EXPECT_EQ(NetAddress::from_sockaddr(generic, size), address);
      EXPECT_FALSE(NetAddress::from_sockaddr(generic, size - 1));
    }
  }
  sockaddr_storage unix_address{};
  unix_address.ss_family = AF_UNIX;
  EXPECT_FALSE(NetAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&unix_address), sizeof unix_address));
}

TEST(NetAddress, spreads_neighbours_over_the_hash) {
  std::unordered_set<std::size_t> low_bits;
  for (std::uint16_t port = 0; port < 1024; ++port) {
    low_bits.insert(std::hash<NetAddress>{}(NetAddress::v4({10, 0, 0, static_cast<std::uint8_t>(port % 7)}, port)) %
                    4096);
  }
  EXPECT_GT(low_bits.size(), 800U);  // 4096 buckets, 1024 keys: about 900 by chance
}

}  // namespace
}  // namespace visavis::rtc
