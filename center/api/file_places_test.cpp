// SPDX-License-Identifier: Apache-2.0
#include "center/api/file_places.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace visavis::center {
namespace {

constexpr std::size_t kMiB = 1024 * 1024;

class FilePlacesTest : public ::testing::Test {
 protected:
  FilePlaces::Ask ask(const std::string& contact, const std::string& network, std::size_t bytes,
                      FileAmount stored = {}) const {
    return {.tenant_id = "t1", .contact_id = contact, .network = network, .stored = stored, .bytes = bytes};
  }
  std::string refusal(const FilePlaces::Ask& wanted) {
    const auto place = places_.take(wanted);
    return place ? "none" : place.error().code;
  }
  std::set<std::string> answered_;
  FilePlaces places_{[this](const std::string&, const std::string& contact) { return !answered_.contains(contact); }};
};

TEST_F(FilePlacesTest, a_contact_takes_what_it_has_room_for_beside_what_is_on_its_way) {
  EXPECT_EQ(refusal(ask("c1", "a", 20 * kMiB + 1)), "not_answered_yet");
  EXPECT_EQ(refusal(ask("c1", "a", 1, {3, 10})), "not_answered_yet") << "three it has";
  EXPECT_EQ(refusal(ask("c1", "a", 5 * kMiB, {1, 16 * kMiB})), "not_answered_yet");
  auto first = places_.take(ask("c1", "a", 15 * kMiB));
  ASSERT_TRUE(first);
  EXPECT_EQ(refusal(ask("c1", "a", 6 * kMiB)), "not_answered_yet");
  EXPECT_EQ(places_.room(ask("c1", "a", 0)), 5 * kMiB);
  first->reset();
  EXPECT_EQ(refusal(ask("c1", "a", 6 * kMiB)), "none");
  answered_.insert("c1");
  EXPECT_EQ(refusal(ask("c1", "a", 1, {99, 200 * kMiB})), "files_full");
  EXPECT_EQ(refusal(ask("c1", "a", 20 * kMiB, {99, 100 * kMiB})), "none");
}

TEST_F(FilePlacesTest, one_network_of_strangers_leaves_room_to_the_others) {
  std::vector<FilePlaces::Place> held;
  const auto send = [&](const std::string& contact, const std::string& network) {
    auto place = places_.take(ask(contact, network, 20 * kMiB));
    if (place) held.push_back(*place);
    return place ? "none" : place.error().code;
  };
  EXPECT_EQ(send("c1", "a"), "none");
  EXPECT_EQ(send("c2", "a"), "none");
  EXPECT_EQ(send("c3", "a"), "busy") << "of one network";
  EXPECT_EQ(send("c4", "b"), "none") << "the others";
  EXPECT_EQ(send("c5", "b"), "none");
  EXPECT_EQ(send("c6", "c"), "busy") << "of all who wait";
  answered_.insert("c7");
  EXPECT_EQ(send("c7", "a"), "none") << "who is in a call is no stranger";
  held.clear();
  EXPECT_EQ(send("c3", "a"), "none");
}

TEST_F(FilePlacesTest, a_few_at_once_into_one_contact) {
  answered_.insert("c1");
  std::vector<FilePlaces::Place> held;
  for (std::size_t i = 0; i < FilePlaces::kMostAtOnce; ++i) held.push_back(*places_.take(ask("c1", "a", 10)));
  EXPECT_EQ(refusal(ask("c1", "a", 10)), "busy");
  EXPECT_EQ(refusal(ask("c2", "a", 10)), "none");
  held.pop_back();
  EXPECT_EQ(refusal(ask("c1", "a", 10)), "none");
}

TEST_F(FilePlacesTest, those_who_wait_behind_one_network_keep_only_so_much) {
  for (int i = 0; i < 12; ++i) places_.kept(ask("c" + std::to_string(i), "a", 20 * kMiB));
  EXPECT_EQ(refusal(ask("late", "a", 16 * kMiB)), "none");
  EXPECT_EQ(refusal(ask("late", "a", 17 * kMiB)), "not_answered_yet");
  EXPECT_EQ(refusal(ask("late", "b", 17 * kMiB)), "none");
  answered_.insert("c5");
  EXPECT_EQ(refusal(ask("late", "a", 17 * kMiB)), "none");
  places_.forget_settled();
  answered_.erase("c5");
  EXPECT_EQ(refusal(ask("late", "a", 17 * kMiB)), "none") << "forgotten for good";
}

TEST_F(FilePlacesTest, a_place_may_outlive_them_all) {
  FilePlaces::Place place;
  {
    FilePlaces shorter([](const std::string&, const std::string&) { return true; });
    place = *shorter.take(ask("c1", "a", 10));
  }
  place.reset();
}

}  // namespace
}  // namespace visavis::center
