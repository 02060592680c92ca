// SPDX-License-Identifier: Apache-2.0
// One deadline per key, and the earliest of all at hand.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace visavis::center {

inline constexpr UtcMillis kNoDeadline{INT64_MAX};

class Timers {
 public:
  /// kNoDeadline takes the key out.
  void set(const std::string& key, UtcMillis at) {
    if (const auto it = by_key_.find(key); it != by_key_.end()) {
      if (it->second == at) return;
      by_time_.erase({it->second, key});
      by_key_.erase(it);
    }
    if (at == kNoDeadline) return;
    by_key_.emplace(key, at);
    by_time_.emplace(at, key);
  }

  UtcMillis next() const { return by_time_.empty() ? kNoDeadline : by_time_.begin()->first; }

  /// Takes out and returns the keys that are due, earliest first.
  std::vector<std::string> take_due(UtcMillis now) {
    std::vector<std::string> keys;
    while (!by_time_.empty() && by_time_.begin()->first <= now) {
      keys.push_back(by_time_.begin()->second);
      by_key_.erase(keys.back());
      by_time_.erase(by_time_.begin());
    }
    return keys;
  }

 private:
  std::map<std::string, UtcMillis> by_key_;
  std::set<std::pair<UtcMillis, std::string>> by_time_;
};

}  // namespace visavis::center
