// SPDX-License-Identifier: Apache-2.0
#include "center/identity/throttle.hpp"

#include <gtest/gtest.h>

namespace visavis::center {
namespace {

constexpr UtcMillis kStart{1'000'000'000};

TEST(SignInThrottle, lets_a_few_mistakes_pass_then_waits_twice_as_long_each_time) {
  SignInThrottle throttle;
  auto now = kStart;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(throttle.admit("ann", "1.1.1.1", now), Seconds{0});
  for (const int pause : {1, 2, 4, 8, 16}) {
    EXPECT_EQ(throttle.admit("ann", "1.1.1.1", now), Seconds{pause});
    now = now + Seconds{pause};
    EXPECT_EQ(throttle.admit("ann", "1.1.1.1", now), Seconds{0});
  }
}

TEST(SignInThrottle, counts_attempts_made_side_by_side) {
  SignInThrottle throttle;
  int admitted = 0;
  for (int i = 0; i < 1000; ++i) admitted += throttle.admit("ann", "1.1.1.1", kStart) == Seconds{0};
  EXPECT_EQ(admitted, 5);
}

TEST(SignInThrottle, a_day_of_guessing_stays_far_below_what_a_guesser_needs) {
  SignInThrottle throttle;
  int admitted = 0;
  for (int s = 0; s < 86'400; ++s) admitted += throttle.admit("ann", "1.1.1.1", kStart + Seconds{s}) == Seconds{0};
  EXPECT_LT(admitted, 120);
}

TEST(SignInThrottle, forgives_after_the_right_password) {
  SignInThrottle throttle;
  for (int i = 0; i < 4; ++i) ASSERT_EQ(throttle.admit("ann", "1.1.1.1", kStart), Seconds{0});
  throttle.succeeded("ann", "1.1.1.1");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(throttle.admit("ann", "1.1.1.1", kStart), Seconds{0});
}

TEST(SignInThrottle, a_stranger_elsewhere_cannot_keep_the_owner_out_for_long) {
  SignInThrottle throttle;
  auto now = kStart;
  for (int i = 0; i < 500; ++i) {
    throttle.admit("ann", "6.6.6." + std::to_string(i % 250), now);
    now = now + Seconds{10};
  }
  EXPECT_LE(throttle.admit("ann", "1.1.1.1", now), Seconds{60});
}

TEST(SignInThrottle, one_address_cannot_try_one_password_on_many_accounts) {
  SignInThrottle throttle;
  int admitted = 0;
  for (int i = 0; i < 5000; ++i)
    admitted += throttle.admit("user" + std::to_string(i), "6.6.6.6", kStart) == Seconds{0};
  EXPECT_EQ(admitted, 50);
}

TEST(SignInThrottle, forgets_after_an_hour_of_quiet) {
  SignInThrottle throttle;
  for (int i = 0; i < 5; ++i) throttle.admit("ann", "1.1.1.1", kStart);
  const auto later = kStart + std::chrono::hours{2};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(throttle.admit("ann", "1.1.1.1", later), Seconds{0});
}

TEST(SignInThrottle, its_memory_is_bounded_under_a_spray_from_many_addresses) {
  SignInThrottle throttle;
  for (int i = 0; i < 60'000; ++i) throttle.admit("u" + std::to_string(i), std::to_string(i), kStart);
  EXPECT_LE(throttle.remembered(), 20'003U);
}

}  // namespace
}  // namespace visavis::center
