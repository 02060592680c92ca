// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/room/path_table.hpp"

#include <gtest/gtest.h>

#include <random>
#include <unordered_map>

namespace visavis::sfu {
namespace {

rtc::Path path(std::uint32_t n) {
  return {n % 3, n % 2 == 0 ? rtc::PathProtocol::kUdp : rtc::PathProtocol::kTcp,
          rtc::NetAddress::v4({10, 0, static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)}, 4'000)};
}

TEST(PathTable, agrees_with_a_map_under_random_use) {
  // Sessions are never looked into: any distinct addresses will do.
  std::vector<char> places(500);
  const auto session = [&](std::size_t i) { return reinterpret_cast<Session*>(&places[i % places.size()]); };
  std::mt19937 random(6);
  PathTable table;
  std::unordered_map<rtc::Path, Session*> model;
  for (int step = 0; step < 100'000; ++step) {
    const rtc::Path p = path(random() % 400);
    if (random() % 2 == 0) {
      Session* s = session(random());
      table.set(p, *s);
      model[p] = s;
    } else {
      table.erase(p);
      model.erase(p);
    }
    const rtc::Path q = path(random() % 400);
    const auto expected = model.find(q);
    ASSERT_EQ(table.find(q), expected == model.end() ? nullptr : expected->second);
    ASSERT_EQ(table.size(), model.size());
  }
}

}  // namespace
}  // namespace visavis::sfu
