// SPDX-License-Identifier: Apache-2.0
#include "center/api/openings.hpp"

#include <gtest/gtest.h>

namespace visavis::center {
namespace {

class OpeningsTest : public ::testing::Test {
 protected:
  std::size_t admitted(const std::string& address, std::size_t tries) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < tries; ++i) count += openings_.admit(address, now_) ? 1 : 0;
    return count;
  }
  UtcMillis now_{1'000'000};
  std::set<std::string> waiting_;
  Openings openings_{[this](const std::string&, const std::string& contact) { return waiting_.contains(contact); }};
};

TEST_F(OpeningsTest, many_at_once_then_some_a_second_from_each_address) {
  EXPECT_EQ(admitted("a", 300), 200U);
  EXPECT_EQ(admitted("b", 1), 1U);
  now_ = now_ + Seconds{10};
  EXPECT_EQ(admitted("a", 300), 200U);
  now_ = now_ + Seconds{1};
  EXPECT_EQ(admitted("a", 300), 20U);
}

TEST_F(OpeningsTest, so_many_may_wait_and_there_is_room_again_when_they_are_answered) {
  for (std::size_t i = 0; i < Openings::kMostWaiting; ++i) {
    waiting_.insert(std::to_string(i));
    ASSERT_TRUE(openings_.admit("a", now_));
    openings_.opened("a", "t1", std::to_string(i), 100, UtcMillis{0});
    now_ = now_ + Seconds{1};
  }
  now_ = now_ + Seconds{3600};
  EXPECT_EQ(openings_.admit("a", now_).error().code, "too_many_contacts");
  EXPECT_TRUE(openings_.admit("b", now_));
  waiting_.erase("7");
  EXPECT_TRUE(openings_.admit("a", now_));
}

TEST_F(OpeningsTest, large_ones_are_fewer) {
  for (int i = 0; i < 64; ++i) {
    waiting_.insert(std::to_string(i));
    ASSERT_TRUE(openings_.admit("a", now_));
    openings_.opened("a", "t1", std::to_string(i), 64 * 1024, UtcMillis{0});
  }
  EXPECT_EQ(openings_.admit("a", now_).error().code, "too_many_contacts");
  waiting_.erase("7");
  EXPECT_TRUE(openings_.admit("a", now_));
}

TEST_F(OpeningsTest, addresses_are_forgotten_when_they_owe_nothing) {
  ASSERT_TRUE(openings_.admit("a", now_));
  openings_.opened("a", "t1", "c1", 100, UtcMillis{0});
  waiting_ = {"c1"};
  openings_.forget_idle(now_ + Seconds{3600});
  EXPECT_EQ(openings_.addresses(), 1U);
  waiting_.clear();
  openings_.forget_idle(now_ + Seconds{3600});
  EXPECT_EQ(openings_.addresses(), 0U);
}

}  // namespace
}  // namespace visavis::center
