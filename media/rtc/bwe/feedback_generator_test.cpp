// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/bwe/feedback_generator.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <vector>

#include "media/rtc/wire/rtcp.hpp"

namespace visavis::rtc {
namespace {

Instant ms(std::int64_t n) { return Instant{Millis{1'000'000 + n}}; }

/// What the sender learns: number → arrival, or nothing for lost.
std::map<std::uint16_t, std::optional<Micros>> told(FeedbackGenerator& generator, Instant now) {
  std::map<std::uint16_t, std::optional<Micros>> all;
  std::array<std::uint8_t, 1200> space;
  while (const std::size_t size = generator.build(now, 1, 2, space)) {
    RtcpReader reader{Bytes{space}.first(size)};
    const auto packet = reader.next();
    EXPECT_TRUE(packet && *packet);
    const auto* feedback = std::get_if<TransportFeedback>(&**packet);
    EXPECT_NE(feedback, nullptr);
    feedback->for_each([&](std::uint16_t sequence, std::optional<Micros> at) { all[sequence] = at; });
  }
  return all;
}

TEST(FeedbackGenerator, tells_arrivals_and_losses_across_the_wrap) {
  FeedbackGenerator generator;
  generator.on_packet(65'534, ms(0));
  generator.on_packet(65'535, ms(10));
  generator.on_packet(2, ms(30));
  const auto all = told(generator, ms(100));
  ASSERT_EQ(all.size(), 5U);
  EXPECT_FALSE(all.at(0));
  EXPECT_FALSE(all.at(1));
  EXPECT_EQ(*all.at(65'535) - *all.at(65'534), Millis{10});
  EXPECT_EQ(*all.at(2) - *all.at(65'535), Millis{20});
  EXPECT_EQ(generator.deadline(), kNever);
}

TEST(FeedbackGenerator, is_due_every_hundred_milliseconds_and_sooner_for_many_packets) {
  FeedbackGenerator generator;
  generator.on_packet(0, ms(0));
  EXPECT_LE(generator.deadline(), ms(100));
  told(generator, generator.deadline());
  const Instant sent = ms(20);
  generator.on_packet(1, ms(30));
  EXPECT_EQ(generator.deadline(), sent + FeedbackGenerator::kInterval);
  for (std::uint16_t i = 2; i < 60; ++i) generator.on_packet(i, ms(31));
  EXPECT_LE(generator.deadline(), sent + FeedbackGenerator::kMinInterval);
}

TEST(FeedbackGenerator, goes_on_where_the_last_feedback_ended) {
  FeedbackGenerator generator;
  generator.on_packet(10, ms(0));
  told(generator, ms(100));
  generator.on_packet(13, ms(110));
  const auto all = told(generator, ms(200));
  ASSERT_EQ(all.size(), 3U) << "11 and 12 lost, 13 arrived";
  EXPECT_FALSE(all.at(11));
  EXPECT_TRUE(all.at(13));
}

TEST(FeedbackGenerator, tells_every_arrival_once_under_loss_and_reordering) {
  std::mt19937 random(2);
  FeedbackGenerator generator;
  std::map<std::uint16_t, int> arrived;
  std::map<std::uint16_t, int> reported;
  std::vector<std::uint16_t> held;
  std::uint16_t sequence = 60'000;
  Instant now = ms(0);
  for (int i = 0; i < 10'000; ++i, ++sequence) {
    now += Millis{2};
    if (random() % 10 == 0) continue;
    if (random() % 20 == 0) {
      held.push_back(sequence);
      continue;
    }
    generator.on_packet(sequence, now);
    ++arrived[sequence];
    if (held.size() > 3) {
      for (const auto late : held) {
        generator.on_packet(late, now);
        ++arrived[late];
      }
      held.clear();
    }
    if (generator.deadline() <= now) {
      for (const auto& [s, at] : told(generator, now)) {
        if (at) ++reported[s];
      }
    }
  }
  for (const auto& [s, at] : told(generator, now)) {
    if (at) ++reported[s];
  }
  EXPECT_EQ(arrived, reported);
}

TEST(FeedbackGenerator, survives_hostile_numbers) {
  std::mt19937 random(4);
  FeedbackGenerator generator;
  for (int i = 0; i < 50'000; ++i) {
    generator.on_packet(static_cast<std::uint16_t>(random()), ms(i / 50));
    if (generator.deadline() <= ms(i / 50)) {
      std::array<std::uint8_t, 1200> space;
      for (int k = 0; k < 300 && generator.build(ms(i / 50), 1, 2, space) != 0; ++k) {
      }
    }
  }
}

}  // namespace
}  // namespace visavis::rtc
