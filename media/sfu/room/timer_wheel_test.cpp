// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/room/timer_wheel.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace visavis::sfu {
namespace {

Instant ms(std::int64_t n) { return Instant{Millis{n}}; }

TEST(TimerWheel, gives_each_node_at_its_time_and_once) {
  TimerWheel wheel(ms(100));
  TimerNode a, b;
  wheel.set(a, ms(110));
  wheel.set(b, ms(105));
  EXPECT_EQ(wheel.deadline(), ms(105));
  EXPECT_EQ(wheel.expire(ms(104)), nullptr);
  EXPECT_EQ(wheel.expire(ms(120)), &b);
  EXPECT_EQ(wheel.expire(ms(120)), &a);
  EXPECT_EQ(wheel.expire(ms(120)), nullptr);
  EXPECT_EQ(wheel.deadline(), kNever);
}

TEST(TimerWheel, rounds_up_never_down) {
  TimerWheel wheel(ms(0));
  TimerNode a;
  wheel.set(a, Instant{Micros{5'001}});
  EXPECT_EQ(wheel.deadline(), ms(6));
  EXPECT_EQ(wheel.expire(Instant{Micros{5'999}}), nullptr);
  EXPECT_EQ(wheel.expire(ms(6)), &a);
}

TEST(TimerWheel, carries_deadlines_beyond_its_size) {
  TimerWheel wheel(ms(0));
  TimerNode a;
  wheel.set(a, ms(30'000));
  int woken = 0;
  for (Instant now = wheel.deadline(); now < ms(30'000); now = wheel.deadline(), ++woken) {
    ASSERT_EQ(wheel.expire(now), nullptr);
  }
  EXPECT_LE(woken, 31);
  EXPECT_EQ(wheel.expire(ms(30'000)), &a);
}

TEST(TimerWheel, a_node_due_again_at_once_does_not_spin) {
  TimerWheel wheel(ms(0));
  TimerNode a;
  wheel.set(a, ms(1));
  int times = 0;
  while (TimerNode* node = wheel.expire(ms(10))) {
    ++times;
    wheel.set(*node, ms(10));
    ASSERT_LT(times, 100);
  }
  EXPECT_LE(times, 10);
}

TEST(TimerWheel, agrees_with_a_plain_list_under_random_use) {
  std::mt19937 random(3);
  TimerWheel wheel(ms(5'000));
  std::vector<TimerNode> nodes(50);
  Instant now = ms(5'000);
  for (int step = 0; step < 20'000; ++step) {
    TimerNode& node = nodes[random() % nodes.size()];
    if (random() % 10 == 0) {
      wheel.cancel(node);
      node.at = kNever;
    } else {
      wheel.set(node, now + Micros{random() % 4'000'000});
    }
    now += Micros{random() % 3'000};
    while (TimerNode* due = wheel.expire(now)) {
      ASSERT_LE(due->at, now);
      due->at = kNever;
    }
    for (const TimerNode& n : nodes) ASSERT_TRUE(n.at == kNever || n.at > now - Micros{1'000}) << "missed";
  }
}

}  // namespace
}  // namespace visavis::sfu
