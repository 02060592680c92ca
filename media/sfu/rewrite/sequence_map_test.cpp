// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/rewrite/sequence_map.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace visavis::sfu {
namespace {

TEST(SequenceMap, begins_at_the_given_number_and_keeps_gaps) {
  SequenceMap map;
  map.switch_source(1000, 7);
  EXPECT_EQ(map.map(1000), 7);
  EXPECT_EQ(map.map(1003), 10);
  EXPECT_EQ(map.map(1001), 8);
}

TEST(SequenceMap, continues_after_a_change_of_source_across_the_wrap) {
  SequenceMap map;
  map.switch_source(65534, 65533);
  EXPECT_EQ(map.map(65534), 65533);
  EXPECT_EQ(map.map(65535), 65534);
  EXPECT_EQ(map.map(0), 65535);
  map.switch_source(30000);
  EXPECT_EQ(map.map(30000), 0);
  EXPECT_EQ(map.map(29999), std::nullopt) << "before the switch";
  EXPECT_EQ(map.map(30001), 1);
}

TEST(SequenceMap, closes_the_number_of_a_packet_left_out) {
  SequenceMap map;
  map.switch_source(10, 100);
  EXPECT_EQ(map.map(10), 100);
  map.skip(12);  // 11 is still to come
  EXPECT_EQ(map.map(13), 102);
  EXPECT_EQ(map.map(11), 101) << "late, by the rule of its time";
}

TEST(SequenceMap, forgets_what_lies_too_far_back) {
  SequenceMap map;
  map.switch_source(0, 0);
  EXPECT_TRUE(map.map(0));
  EXPECT_TRUE(map.map(9000));
  EXPECT_FALSE(map.map(1000));
}

TEST(SequenceMap, never_gives_a_number_twice_whatever_is_lost_skipped_or_switched) {
  std::mt19937 random(7);
  SequenceMap map;
  std::set<std::int64_t> used;
  rtc::SequenceUnwrapper out;
  std::uint16_t source = 65000;
  map.switch_source(source, 65500);
  std::int64_t highest = -1;
  for (int i = 0; i < 200'000; ++i) {
    const auto dice = random() % 1000;
    if (dice < 3) {
      source = static_cast<std::uint16_t>(random());
      map.switch_source(source);
    } else if (dice < 50) {
      map.skip(source++);
      continue;
    } else if (dice < 100) {
      ++source;  // lost
    }
    const auto mapped = map.map(source++);
    ASSERT_TRUE(mapped);
    const std::int64_t unwrapped = out.unwrap(*mapped);
    ASSERT_TRUE(used.insert(unwrapped).second) << "number used twice at step " << i;
    ASSERT_GT(unwrapped, highest);
    highest = unwrapped;
  }
}

}  // namespace
}  // namespace visavis::sfu
