// SPDX-License-Identifier: Apache-2.0
#include "media/worker/moderation.hpp"

#include <gtest/gtest.h>

namespace visavis::media {
namespace {

constexpr Micros kTurn = Millis{1};

/// A second of `per_second` packets, in turns of a millisecond.
void run(Moderation& moderation, Instant& now, std::size_t per_second) {
  for (int i = 0; i < 1000; ++i) moderation.on_turn(per_second / 1000, now += kTurn);
}

TEST(Moderation, a_worker_with_few_calls_answers_each_packet_at_once) {
  Moderation moderation;
  Instant now{Seconds{100}};
  EXPECT_EQ(moderation.pause(), Micros::zero());
  run(moderation, now, 8'000);
  EXPECT_EQ(moderation.pause(), Micros::zero());
}

TEST(Moderation, a_busy_worker_lets_packets_gather_and_stops_once_it_is_quiet) {
  Moderation moderation;
  Instant now{Seconds{100}};
  run(moderation, now, 24'000);
  EXPECT_EQ(moderation.pause(), Moderation::kPause);
  run(moderation, now, 4'000);
  EXPECT_EQ(moderation.pause(), Micros::zero());
}

TEST(Moderation, one_burst_after_silence_is_no_load) {
  Moderation moderation;
  Instant now{Seconds{100}};
  moderation.on_turn(0, now);
  moderation.on_turn(1'000, now += Seconds{1});
  EXPECT_EQ(moderation.pause(), Micros::zero());
}

}  // namespace
}  // namespace visavis::media
