// SPDX-License-Identifier: Apache-2.0
#include "media/worker/event_outbox.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace visavis::media {
namespace {

using gateway::SessionId;

gateway::Event flow(SessionId session, const std::string& mid, bool flowing) {
  return gateway::TrackFlow{session, mid, gateway::TrackKind::kVideo, flowing};
}
gateway::Event closed(SessionId session) { return gateway::SessionClosed{session, gateway::CloseCause::kByPeer}; }

/// As the control thread and the worker do it in turn, until nothing is left.
std::vector<gateway::Event> read_all(EventOutbox& outbox) {
  std::vector<gateway::Event> all;
  do {
    outbox.flush();
    for (gateway::Event event; outbox.take(event);) all.push_back(std::move(event));
  } while (outbox.waits());
  return all;
}

template <class T>
std::vector<T> only(const std::vector<gateway::Event>& all) {
  std::vector<T> found;
  for (const auto& event : all) {
    if (const auto* each = std::get_if<T>(&event)) found.push_back(*each);
  }
  return found;
}

/// Nobody reads: the queue is full, and answers wait as well.
void fill(EventOutbox& outbox) {
  while (!outbox.waits()) outbox.put(gateway::SessionRefused{{1}, "no"});
}

TEST(EventOutbox, ends_and_answers_arrive_in_order_however_many_wait) {
  EventOutbox outbox;
  for (std::uint64_t i = 1; i <= 20'000; ++i) outbox.put(closed({i}));
  const auto ends = only<gateway::SessionClosed>(read_all(outbox));
  ASSERT_EQ(ends.size(), 20'000U);
  for (std::uint64_t i = 0; i < ends.size(); ++i) ASSERT_EQ(ends[i].session.value, i + 1);
}

TEST(EventOutbox, of_a_state_that_changed_to_and_fro_the_last_arrives) {
  EventOutbox outbox;
  fill(outbox);
  for (int i = 0; i < 100'001; ++i) {
    outbox.put(flow({7}, "0", i % 2 == 0));
    outbox.put(flow({7}, "1", i % 2 != 0));
    outbox.put(gateway::SessionReachable{{7}, i % 2 == 0});
  }
  const auto all = read_all(outbox);
  const auto flows = only<gateway::TrackFlow>(all);
  ASSERT_EQ(flows.size(), 2U);
  EXPECT_TRUE(flows[0].flowing);
  EXPECT_FALSE(flows[1].flowing);
  const auto reachable = only<gateway::SessionReachable>(all);
  ASSERT_EQ(reachable.size(), 1U);
  EXPECT_TRUE(reachable[0].reachable);
}

TEST(EventOutbox, a_state_is_not_overtaken_by_a_later_one) {
  EventOutbox outbox;
  fill(outbox);
  for (std::uint64_t i = 100; i < 20'000; ++i) outbox.put(flow({i}, "0", true));
  outbox.flush();
  gateway::Event event;
  while (outbox.take(event)) {
  }
  outbox.flush();  // some of the states are in the queue now, others still wait
  ASSERT_TRUE(outbox.waits());
  ASSERT_TRUE(outbox.take(event));  // there would be room now
  outbox.put(flow({19'999}, "0", false));
  bool last = true;
  for (const auto& each : only<gateway::TrackFlow>(read_all(outbox))) {
    if (each.session.value == 19'999) last = each.flowing;
  }
  EXPECT_FALSE(last);
}

TEST(EventOutbox, nothing_is_said_of_a_session_after_its_end) {
  EventOutbox outbox;
  fill(outbox);
  outbox.put(flow({7}, "0", true));
  outbox.put(flow({8}, "0", true));
  outbox.put(closed({7}));
  const auto flows = only<gateway::TrackFlow>(read_all(outbox));
  ASSERT_EQ(flows.size(), 1U);
  EXPECT_EQ(flows[0].session.value, 8U);
}

}  // namespace
}  // namespace visavis::media
