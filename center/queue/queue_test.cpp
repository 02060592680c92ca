// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>

#include "center/queue/domain.hpp"

namespace visavis::center::queue {
namespace {

Meta meta(const std::string& contact, std::int64_t at = 0) { return {"t", contact, UtcMillis{at}, {}}; }

Entered entry(std::int64_t since, int priority = 0, bool head = false) {
  Entered e;
  e.queue_id = "q";
  e.language = "zh-CN";
  e.since_at = UtcMillis{since};
  e.priority = priority;
  e.head = head;
  return e;
}

std::vector<std::string> order(const WaitingList& list) {
  std::vector<std::string> ids;
  for (const Waiting* w : list.in_order()) ids.push_back(w->contact_id);
  return ids;
}

TEST(WaitingList, puts_returned_before_priority_before_time) {
  WaitingList list;
  list.apply(meta("late"), entry(30));
  list.apply(meta("early"), entry(10));
  list.apply(meta("important"), entry(40, 5));
  list.apply(meta("returned"), entry(50, 0, true));
  EXPECT_EQ(order(list), (std::vector<std::string>{"returned", "important", "early", "late"}));
  EXPECT_EQ(list.position("early"), 3U);
  EXPECT_FALSE(list.position("stranger").has_value());
}

TEST(WaitingList, counts_positions_over_channels_and_languages_of_the_queue_only) {
  WaitingList list;
  Entered video = entry(1);
  video.channel = Channel::kVideo;
  Entered english = entry(2);
  english.language = "en";
  Entered elsewhere = entry(0);
  elsewhere.queue_id = "r";
  list.apply(meta("video"), video);
  list.apply(meta("english"), english);
  list.apply(meta("elsewhere"), elsewhere);
  list.apply(meta("chat"), entry(3));
  EXPECT_EQ(list.position("chat"), 3U);
  EXPECT_EQ(list.size("q"), 3U);
  EXPECT_EQ(list.position("elsewhere"), 1U);
}

TEST(WaitingList, entering_again_moves_and_leaving_twice_is_harmless) {
  WaitingList list;
  list.apply(meta("a"), entry(1));
  list.apply(meta("b"), entry(2));
  list.apply(meta("a"), entry(3));
  EXPECT_EQ(order(list), (std::vector<std::string>{"b", "a"}));
  list.apply(meta("a"), Left{});
  list.apply(meta("a"), Left{});
  EXPECT_EQ(list.size(), 1U);
  EXPECT_EQ(list.size("q"), 1U);
}

TEST(WaitingList, gives_positions_1_to_n_whatever_comes_and_goes) {
  WaitingList list;
  std::mt19937 random(7);
  std::vector<std::string> inside;
  for (int i = 0; i < 2'000; ++i) {
    if (inside.empty() || random() % 3 != 0) {
      inside.push_back("c" + std::to_string(i));
      Entered e = entry(random() % 50, static_cast<int>(random() % 3), random() % 20 == 0);
      e.channel = static_cast<Channel>(random() % 3);
      e.language = random() % 2 == 0 ? "en" : "zh-CN";
      list.apply(meta(inside.back()), e);
    } else {
      const auto at = inside.begin() + static_cast<std::ptrdiff_t>(random() % inside.size());
      list.apply(meta(*at), Left{});
      inside.erase(at);
    }
  }
  std::size_t next = 0;
  for (const Waiting* w : list.in_order()) ASSERT_EQ(list.position(w->contact_id), ++next);
  EXPECT_EQ(next, inside.size());
}

TEST(HandlingTimes, measure_from_joining_to_the_end_of_wrapup) {
  HandlingTimes times;
  EXPECT_FALSE(times.mean("q").has_value());
  times.apply(meta("a", 0), entry(0));
  call::AgentJoined joined;
  joined.user_id = "u";
  times.apply(meta("a", 10'000), joined);
  call::WrapupDone done;
  done.user_id = "u";
  times.apply(meta("a", 70'000), done);
  EXPECT_EQ(times.mean("q"), Millis{60'000});
  times.apply(meta("a", 90'000), done);
  EXPECT_EQ(times.mean("q"), Millis{60'000}) << "counted once";
}

TEST(HandlingTimes, follow_the_last_twenty) {
  HandlingTimes times;
  call::AgentJoined joined;
  call::WrapupDone done;
  joined.user_id = done.user_id = "u";
  for (int i = 0; i < 40; ++i) {
    const std::string id = "c" + std::to_string(i);
    times.apply(meta(id, 0), entry(0));
    times.apply(meta(id, 0), joined);
    times.apply(meta(id, i < 20 ? 1'000'000 : 30'000), done);
  }
  EXPECT_EQ(times.mean("q"), Millis{30'000});
}

TEST(Estimate, is_honest_about_what_it_cannot_know) {
  EXPECT_EQ(estimate(3, 2, Millis{60'000}), Seconds{90});
  EXPECT_FALSE(estimate(3, 0, Millis{60'000}).has_value());
  EXPECT_FALSE(estimate(3, 2, std::nullopt).has_value());
}

}  // namespace
}  // namespace visavis::center::queue
