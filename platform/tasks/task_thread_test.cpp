// SPDX-License-Identifier: Apache-2.0
#include "platform/tasks/task_thread.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <vector>

namespace visavis::platform {
namespace {

TEST(TaskThread, runs_in_order_and_finishes_what_waits_before_it_ends) {
  std::vector<int> order;
  {
    TaskThread thread("test");
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(thread.post([&order, i] { order.push_back(i); }));
  }
  ASSERT_EQ(order.size(), 100U);
  EXPECT_TRUE(std::ranges::is_sorted(order));
}

TEST(TaskThread, refuses_more_than_its_limit) {
  std::promise<void> started, release;
  TaskThread thread("test", 2);
  ASSERT_TRUE(thread.post([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  EXPECT_TRUE(thread.post([] {}));
  EXPECT_TRUE(thread.post([] {}));
  EXPECT_FALSE(thread.post([] {}));
  release.set_value();
}

}  // namespace
}  // namespace visavis::platform
