// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <random>
#include <set>
#include <vector>

#include "media/rtc/nack/nack_generator.hpp"
#include "media/rtc/nack/nack_responder.hpp"
#include "media/rtc/nack/packet_pool.hpp"
#include "media/rtc/nack/rtx_cache.hpp"

namespace visavis::rtc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Arrival = NackGenerator::Arrival;

Instant ms(std::int64_t n) { return Instant{Millis{1'000'000 + n}}; }

std::vector<std::uint16_t> due(NackGenerator& nack, Instant now, Micros rtt = Millis{40}) {
  std::array<std::uint16_t, 512> out;
  const std::size_t n = nack.collect(now, rtt, out);
  return {out.begin(), out.begin() + static_cast<std::ptrdiff_t>(n)};
}

TEST(NackGenerator, asks_after_a_little_reordering_had_its_chance) {
  NackGenerator nack;
  nack.on_packet(10, ms(0));
  nack.on_packet(12, ms(0));
  EXPECT_THAT(due(nack, ms(1)), IsEmpty());
  EXPECT_EQ(nack.deadline(), ms(6));
  EXPECT_THAT(due(nack, ms(6)), ElementsAre(11));
}

TEST(NackGenerator, asks_at_once_when_several_later_packets_came) {
  NackGenerator nack;
  nack.on_packet(10, ms(0));
  for (std::uint16_t s = 12; s <= 15; ++s) nack.on_packet(s, ms(0));
  EXPECT_EQ(nack.deadline(), ms(0));
  EXPECT_THAT(due(nack, ms(0)), ElementsAre(11));
}

TEST(NackGenerator, does_not_ask_for_a_packet_that_was_only_reordered) {
  NackGenerator nack;
  nack.on_packet(10, ms(0));
  nack.on_packet(12, ms(0));
  EXPECT_EQ(nack.on_packet(11, ms(3)), Arrival::kRecovered);
  EXPECT_EQ(nack.deadline(), kNever);
  EXPECT_THAT(due(nack, ms(100)), IsEmpty());
}

TEST(NackGenerator, asks_again_after_one_rtt) {
  NackGenerator nack;
  nack.on_packet(10, ms(0));
  nack.on_packet(12, ms(0));
  EXPECT_THAT(due(nack, ms(6)), ElementsAre(11));
  EXPECT_THAT(due(nack, ms(45)), IsEmpty());
  EXPECT_THAT(due(nack, ms(56)), ElementsAre(11)) << "40 ms and a quarter";
}

TEST(NackGenerator, never_asks_more_often_than_every_twenty_milliseconds) {
  NackGenerator nack;
  nack.on_packet(10, ms(0));
  nack.on_packet(12, ms(0));
  EXPECT_THAT(due(nack, ms(6), Millis{1}), ElementsAre(11));
  EXPECT_THAT(due(nack, ms(20), Millis{1}), IsEmpty());
  EXPECT_THAT(due(nack, ms(26), Millis{1}), ElementsAre(11));
}

TEST(NackGenerator, gives_up_after_all_tries_and_says_so_once) {
  NackGenerator nack;
  nack.on_packet(10, ms(0));
  nack.on_packet(12, ms(0));
  int asked = 0;
  for (int t = 0; t < 5'000; ++t) asked += static_cast<int>(due(nack, ms(t), Millis{20}).size());
  EXPECT_GE(asked, 10);
  EXPECT_EQ(nack.missing(), 0U);
  EXPECT_EQ(nack.lost(), 1U);
  EXPECT_TRUE(nack.take_gave_up());
  EXPECT_FALSE(nack.take_gave_up());
}

TEST(NackGenerator, gives_up_what_is_too_old_whatever_the_tries) {
  NackGenerator::Config config;
  config.max_age = Millis{300};
  NackGenerator nack(config);
  nack.on_packet(10, ms(0));
  nack.on_packet(12, ms(0));
  int asked = 0;
  for (int t = 0; t < 2'000; ++t) asked += static_cast<int>(due(nack, ms(t), Millis{150}).size());
  EXPECT_LE(asked, 3);
  EXPECT_EQ(nack.lost(), 1U);
}

TEST(NackGenerator, tells_duplicates_from_recovered_packets) {
  NackGenerator nack;
  EXPECT_EQ(nack.on_packet(65'534, ms(0)), Arrival::kInOrder);
  EXPECT_EQ(nack.on_packet(1, ms(0)), Arrival::kInOrder);
  EXPECT_EQ(nack.on_packet(65'535, ms(1)), Arrival::kRecovered);
  EXPECT_EQ(nack.on_packet(65'535, ms(1)), Arrival::kDuplicate);
  EXPECT_EQ(nack.on_packet(1, ms(1)), Arrival::kDuplicate);
  EXPECT_EQ(nack.on_packet(65'000, ms(1)), Arrival::kTooOld) << "before the first";
}

TEST(NackGenerator, gives_up_a_gap_too_wide_to_repair) {
  NackGenerator nack;
  nack.on_packet(0, ms(0));
  nack.on_packet(500, ms(0));
  EXPECT_EQ(nack.missing(), 0U);
  EXPECT_TRUE(nack.take_gave_up());
}

TEST(NackGenerator, begins_anew_after_a_jump) {
  NackGenerator nack;
  nack.on_packet(0, ms(0));
  nack.on_packet(2, ms(0));
  EXPECT_EQ(nack.on_packet(30'000, ms(0)), Arrival::kRestart);
  EXPECT_EQ(nack.missing(), 0U);
  EXPECT_TRUE(nack.take_gave_up());
  EXPECT_EQ(nack.on_packet(30'001, ms(0)), Arrival::kInOrder);
}

TEST(NackGenerator, asks_for_exactly_what_is_missing_under_random_loss_and_reordering) {
  std::mt19937 random(11);
  NackGenerator nack;
  std::set<std::uint16_t> lost;
  std::set<std::uint16_t> asked;
  std::uint16_t seq = 65'000;
  for (int i = 0; i < 20'000; ++i, ++seq) {
    const bool drop = i > 0 && random() % 10 == 0;
    if (drop) {
      lost.insert(seq);
    } else {
      ASSERT_EQ(nack.on_packet(seq, ms(i)), Arrival::kInOrder);
    }
    for (const std::uint16_t wanted : due(nack, ms(i), Millis{30})) {
      ASSERT_TRUE(lost.contains(wanted)) << "asked for what came: " << wanted;
      asked.insert(wanted);
      if (random() % 2 == 0) {
        ASSERT_EQ(nack.on_packet(wanted, ms(i)), Arrival::kRecovered);
        lost.erase(wanted);
      }
    }
    if (lost.size() > 200) lost.erase(lost.begin());
  }
  EXPECT_GT(asked.size(), 1'500U);
}

TEST(PacketPool, gives_each_buffer_to_one_holder_and_takes_it_back) {
  PacketPool pool(40);
  std::vector<PacketRef> held;
  while (PacketRef ref = pool.take()) held.push_back(ref);
  EXPECT_EQ(held.size(), 40U);
  EXPECT_EQ(pool.in_use(), 40U);
  std::set<const void*> distinct;
  for (const auto& ref : held) distinct.insert(ref.get());
  EXPECT_EQ(distinct.size(), 40U);
  const PacketRef second = held[0];
  EXPECT_FALSE(held[0].unique());
  held.clear();
  EXPECT_TRUE(second.unique());
  EXPECT_EQ(pool.in_use(), 1U);
}

struct CacheLab {
  PacketRef packet(std::uint8_t mark) {
    PacketRef p = pool.take();
    p->data[0] = mark;
    p->size = 1;
    return p;
  }
  PacketPool pool{10'000};
  RtxBudget budget;
};

TEST(RtxCache, holds_two_hundred_milliseconds_until_somebody_asks) {
  CacheLab lab;
  RtxCache cache(lab.budget);
  for (int i = 0; i < 100; ++i) cache.insert(static_cast<std::uint16_t>(65'500 + i), lab.packet(0), ms(10 * i));
  EXPECT_LE(cache.packets(), 21U);
  EXPECT_EQ(cache.packets(), lab.pool.in_use());
  EXPECT_TRUE(cache.find(static_cast<std::uint16_t>(65'500 + 99), ms(990)));
  EXPECT_FALSE(cache.find(65'500, ms(990)));
  for (int i = 100; i < 300; ++i) cache.insert(static_cast<std::uint16_t>(65'500 + i), lab.packet(0), ms(10 * i));
  EXPECT_GT(cache.packets(), 150U) << "longer once somebody asked";
  const std::size_t before = cache.packets();
  for (int i = 300; i < 4'000; ++i) cache.insert(static_cast<std::uint16_t>(65'500 + i), lab.packet(0), ms(10 * i));
  EXPECT_LT(cache.packets(), before) << "and short again after half a minute of quiet";
}

TEST(RtxCache, finds_the_packet_of_a_number_and_no_other) {
  CacheLab lab;
  RtxCache cache(lab.budget);
  for (int i = 0; i < 10; ++i)
    cache.insert(static_cast<std::uint16_t>(65'530 + i), lab.packet(static_cast<std::uint8_t>(i)), ms(i));
  const PacketRef found = cache.find(1, ms(10));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->data[0], 7);
  EXPECT_FALSE(cache.find(static_cast<std::uint16_t>(1 + 256), ms(10)));
}

TEST(RtxCache, takes_late_packets_and_survives_jumps) {
  CacheLab lab;
  RtxCache cache(lab.budget);
  cache.insert(100, lab.packet(1), ms(0));
  cache.insert(103, lab.packet(2), ms(0));
  cache.insert(101, lab.packet(3), ms(1));
  EXPECT_EQ(cache.find(101, ms(2))->data[0], 3);
  cache.insert(40'000, lab.packet(4), ms(3));
  EXPECT_EQ(cache.find(40'000, ms(4))->data[0], 4);
  EXPECT_FALSE(cache.find(100, ms(4)));
  EXPECT_EQ(cache.packets(), lab.budget.packets);
}

TEST(RtxCache, keeps_within_the_worker_s_budget_whoever_comes) {
  CacheLab lab;
  lab.budget.max_packets = 50;
  RtxCache a(lab.budget);
  RtxCache b(lab.budget);
  std::mt19937 random(5);
  std::uint16_t sa = 0;
  std::uint16_t sb = 30'000;
  for (int i = 0; i < 5'000; ++i) {
    if (random() % 50 == 0) sa = static_cast<std::uint16_t>(random());
    a.insert(sa++, lab.packet(0), ms(i / 10));
    b.insert(static_cast<std::uint16_t>(sb + random() % 300), lab.packet(0), ms(i / 10));
    ++sb;
    ASSERT_LE(lab.budget.packets, 50U);
    ASSERT_EQ(a.packets() + b.packets(), lab.budget.packets);
    ASSERT_EQ(lab.pool.in_use(), lab.budget.packets);
  }
  a.clear();
  b.clear();
  EXPECT_EQ(lab.pool.in_use(), 0U);
}

TEST(NackResponder, answers_once_per_round_trip) {
  NackResponder responder;
  responder.on_sent(7, {100, 2});
  const auto first = responder.on_nack(7, ms(0), Millis{50});
  ASSERT_TRUE(first);
  EXPECT_EQ(first->source_seq, 100);
  EXPECT_EQ(first->epoch, 2);
  EXPECT_FALSE(responder.on_nack(7, ms(30), Millis{50}));
  EXPECT_TRUE(responder.on_nack(7, ms(45), Millis{50}));
}

TEST(NackResponder, knows_nothing_of_numbers_never_sent_or_long_gone) {
  NackResponder responder;
  EXPECT_FALSE(responder.on_nack(0, ms(0), Millis{50}));
  for (int i = 0; i < 600; ++i) responder.on_sent(static_cast<std::uint16_t>(i), {static_cast<std::uint16_t>(i), 0});
  EXPECT_FALSE(responder.on_nack(10, ms(0), Millis{50}));
  EXPECT_TRUE(responder.on_nack(599, ms(0), Millis{50}));
  EXPECT_FALSE(responder.on_nack(600, ms(0), Millis{50}));
}

}  // namespace
}  // namespace visavis::rtc
