// SPDX-License-Identifier: Apache-2.0
// Gathers what is to be kept of the quality of calls: at the full minute of many calls that is one transaction, not one
// for each participant, since the commits of what people do share the disk with it. Control thread.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "center/store/history.hpp"

namespace visavis::center {

class QualityKeeper {
 public:
  struct Ports {
    std::function<void(std::function<void()>)> in_a_moment;
    std::function<bool()> healthy;  // the store takes writes
    std::function<void(std::vector<QualitySummary>)> store;
  };
  explicit QualityKeeper(Ports ports) : ports_(std::move(ports)) {}

  /// Best effort: a minute that cannot be written is a gap in a history, no more.
  void keep(QualitySummary summary) {
    due_.push_back(std::move(summary));
    if (due_.size() > 1) return;
    ports_.in_a_moment([this] {
      auto due = std::exchange(due_, {});
      if (ports_.healthy()) ports_.store(std::move(due));
    });
  }

 private:
  Ports ports_;
  std::vector<QualitySummary> due_;
};

}  // namespace visavis::center
