// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/layers/layer_selector.hpp"

#include <gtest/gtest.h>

namespace visavis::sfu {
namespace {
using Verdict = LayerSelector::Verdict;

TEST(LayerSelector, waits_for_a_key_frame_of_the_best_living_layer) {
  LayerSelector s;
  EXPECT_TRUE(s.choose(0b011));
  EXPECT_EQ(s.target(), 1);
  EXPECT_EQ(s.on_packet(1, false), Verdict::kDrop);
  EXPECT_EQ(s.on_packet(0, true), Verdict::kDrop) << "a key frame of a layer nobody chose";
  EXPECT_EQ(s.on_packet(1, true), Verdict::kSwitch);
  EXPECT_EQ(s.on_packet(1, false), Verdict::kForward);
  EXPECT_FALSE(s.choose(0b011));
}

TEST(LayerSelector, keeps_the_old_layer_until_the_new_one_can_be_decoded) {
  LayerSelector s;
  s.choose(0b001);
  s.on_packet(0, true);
  EXPECT_TRUE(s.choose(0b111));
  EXPECT_EQ(s.on_packet(0, false), Verdict::kForward);
  EXPECT_EQ(s.on_packet(2, true), Verdict::kSwitch);
  EXPECT_EQ(s.on_packet(0, true), Verdict::kDrop);
}

TEST(LayerSelector, drops_to_a_lower_layer_when_the_higher_dies) {
  LayerSelector s;
  s.choose(0b111);
  s.on_packet(2, true);
  EXPECT_TRUE(s.choose(0b011));
  EXPECT_EQ(s.target(), 1);
  EXPECT_EQ(s.on_packet(1, true), Verdict::kSwitch);
}

TEST(LayerSelector, takes_no_more_than_what_is_of_use) {
  LayerSelector s;
  EXPECT_TRUE(s.choose(0b111, LayerSelector::kAscending, 2));
  EXPECT_EQ(s.target(), 1);
  s.on_packet(1, true);
  EXPECT_TRUE(s.choose(0b111, LayerSelector::kAscending, 1));
  EXPECT_EQ(s.on_packet(1, false), Verdict::kForward) << "until the smaller one can be decoded";
  EXPECT_EQ(s.on_packet(0, true), Verdict::kSwitch);
  EXPECT_TRUE(s.choose(0b111, LayerSelector::kAscending, 3));
  EXPECT_EQ(s.target(), 2);
}

TEST(LayerSelector, takes_the_lowest_living_layer_where_none_that_is_of_use_lives) {
  LayerSelector s;
  EXPECT_TRUE(s.choose(0b110, LayerSelector::kAscending, 1));
  EXPECT_EQ(s.target(), 1);
  LayerSelector descending;
  EXPECT_TRUE(descending.choose(0b011, {2, 1, 0}, 1));
  EXPECT_EQ(descending.target(), 1) << "announced from high to low: 2 is the lowest, and dead";
}

TEST(LayerSelector, keeps_its_layer_while_nothing_lives) {
  LayerSelector s;
  s.choose(0b010);
  s.on_packet(1, true);
  EXPECT_FALSE(s.choose(0));
  EXPECT_EQ(s.on_packet(1, false), Verdict::kForward);
}

}  // namespace
}  // namespace visavis::sfu
