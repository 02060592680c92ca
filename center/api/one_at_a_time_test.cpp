// SPDX-License-Identifier: Apache-2.0
#include "center/api/one_at_a_time.hpp"

#include <gtest/gtest.h>

#include <string>

namespace visavis::center {
namespace {

TEST(OneAtATime, whoever_asks_during_a_run_shares_the_next) {
  std::vector<OneAtATime::Done> runs;
  std::string told;
  OneAtATime reading([&](OneAtATime::Done done) { runs.push_back(std::move(done)); });
  const auto ask = [&](const std::string& who) { reading.ask([&, who](bool ok) { told += who + (ok ? "+" : "-"); }); };
  ask("a");
  ask("b");
  ask("c");
  ASSERT_EQ(runs.size(), 1U) << "two at once could end in the wrong order";
  runs[0](true);
  EXPECT_EQ(told, "a+");
  ASSERT_EQ(runs.size(), 2U) << "what b and c have changed may not be in the first";
  runs[1](false);
  EXPECT_EQ(told, "a+b-c-");
  EXPECT_EQ(runs.size(), 2U) << "nobody asks";
  ask("d");
  ASSERT_EQ(runs.size(), 3U);
  runs[2](true);
  EXPECT_EQ(told, "a+b-c-d+");
}

TEST(OneAtATime, may_be_asked_by_whoever_is_told) {
  int runs = 0;
  OneAtATime reading([&](const OneAtATime::Done& done) {
    ++runs;
    done(true);
  });
  bool told = false;
  reading.ask([&](bool) { reading.ask([&](bool ok) { told = ok; }); });
  EXPECT_TRUE(told);
  EXPECT_EQ(runs, 2);
}

}  // namespace
}  // namespace visavis::center
