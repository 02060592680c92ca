// SPDX-License-Identifier: Apache-2.0
#include "center/api/quality_keeper.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace visavis::center {
namespace {

struct Minute : ::testing::Test {
  void pass() {
    for (const auto& work : std::exchange(later, {})) work();
  }
  std::vector<std::function<void()>> later;
  std::vector<std::size_t> stored;  // summaries of each transaction
  bool healthy = true;
  QualityKeeper keeper{{.in_a_moment = [this](std::function<void()> work) { later.push_back(std::move(work)); },
                        .healthy = [this] { return healthy; },
                        .store = [this](const std::vector<QualitySummary>& all) { stored.push_back(all.size()); }}};
};

TEST_F(Minute, of_many_calls_is_one_transaction) {
  for (int i = 0; i < 1'000; ++i) keeper.keep({"c" + std::to_string(i), "p", UtcMillis{1}, "{}"});
  EXPECT_TRUE(stored.empty());
  pass();
  keeper.keep({"c", "p", UtcMillis{2}, "{}"});
  pass();
  EXPECT_EQ(stored, (std::vector<std::size_t>{1'000, 1}));
}

TEST_F(Minute, is_not_handed_to_a_store_that_takes_no_writes) {
  keeper.keep({"c", "p", UtcMillis{1}, "{}"});
  healthy = false;
  pass();
  healthy = true;
  keeper.keep({"c", "p", UtcMillis{2}, "{}"});
  pass();
  EXPECT_EQ(stored, std::vector<std::size_t>{1});
}

}  // namespace
}  // namespace visavis::center
