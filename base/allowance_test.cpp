// SPDX-License-Identifier: Apache-2.0
#include "base/allowance.hpp"

#include <gtest/gtest.h>

#include "base/time.hpp"

namespace visavis {
namespace {

template <class Time>
int taken(Allowance<Time>& allowance, Time now) {
  int times = 0;
  while (times < 100 && allowance.take_at(now)) ++times;
  return times;
}

TEST(Allowance, is_so_many_at_once_then_so_many_a_second_and_never_more_than_at_first) {
  Allowance<UtcMillis> allowance({5, 2}, {1'000});
  EXPECT_TRUE(allowance.full());
  EXPECT_EQ(taken(allowance, {1'000}), 5);
  EXPECT_EQ(taken(allowance, {1'499}), 0);
  EXPECT_EQ(taken(allowance, {2'500}), 3) << "what was not enough for one is not lost";
  EXPECT_EQ(taken(allowance, {100'000}), 5);
}

TEST(Allowance, bears_a_clock_that_is_set_back) {
  Allowance<UtcMillis> allowance({2, 1}, {10'000});
  EXPECT_EQ(taken(allowance, {0}), 2);
  EXPECT_EQ(taken(allowance, {1'000}), 1);
}

TEST(Allowance, counts_by_a_steady_clock_too) {
  Allowance<Instant> allowance({1, 10}, Instant{});
  EXPECT_EQ(taken(allowance, Instant{}), 1);
  EXPECT_EQ(taken(allowance, Instant{} + Millis{100}), 1);
}

}  // namespace
}  // namespace visavis
