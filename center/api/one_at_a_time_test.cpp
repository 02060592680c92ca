// SPDX-License-Identifier: Apache-2.0
#include "center/api/one_at_a_time.hpp"

#include <gtest/gtest.h>

#include <string>

namespace visavis::center {
namespace {

constexpr auto kNever = [](const std::function<void()>&) {};

TEST(OneAtATime, whoever_asks_during_a_run_shares_the_next) {
  std::vector<OneAtATime::Done> runs;
  std::string told;
  OneAtATime reading([&](OneAtATime::Done done) { runs.push_back(std::move(done)); }, kNever);
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
  OneAtATime reading(
      [&](const OneAtATime::Done& done) {
        ++runs;
        done(true);
      },
      kNever);
  bool told = false;
  reading.ask([&](bool) { reading.ask([&](bool ok) { told = ok; }); });
  EXPECT_TRUE(told);
  EXPECT_EQ(runs, 2);
}

TEST(OneAtATime, many_runs_that_fail_are_tried_again_by_one) {
  bool ok = false;
  int runs = 0;
  std::vector<std::function<void()>> timers;
  OneAtATime reading(
      [&](const OneAtATime::Done& done) {
        ++runs;
        done(ok);
      },
      [&](std::function<void()> work) { timers.push_back(std::move(work)); });
  for (int i = 0; i < 10; ++i) reading.ask([](bool) {});
  ASSERT_EQ(timers.size(), 1U);
  std::exchange(timers, {}).front()();
  EXPECT_EQ(runs, 11);
  ASSERT_EQ(timers.size(), 1U) << "and again, until it succeeds";
  ok = true;
  std::exchange(timers, {}).front()();
  EXPECT_EQ(runs, 12);
  EXPECT_TRUE(timers.empty());
  ok = false;
  reading.ask([](bool) {});
  EXPECT_EQ(timers.size(), 1U);
}

}  // namespace
}  // namespace visavis::center
