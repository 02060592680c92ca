// SPDX-License-Identifier: Apache-2.0
// Opening a contact costs us more than it costs a stranger: so many from one address, and so many of them waiting.
// Control thread; time is given.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/result.hpp"
#include "base/time.hpp"

namespace visavis::center {

class Openings {
 public:
  static constexpr double kAtOnce = 200;   // an office behind one address is many people
  static constexpr double kPerSecond = 1;  // then
  static constexpr std::size_t kMostWaiting = 200;

  /// Whether the contact has neither been answered nor ended.
  using Waits = std::function<bool(const std::string& tenant_id, const std::string& contact_id)>;
  explicit Openings(Waits waits) : waits_(std::move(waits)) {}

  /// Errors: too_many_contacts (too fast, or too many wait).
  Result<void> admit(const std::string& address, UtcMillis now);
  void opened(const std::string& address, std::string tenant_id, std::string contact_id);
  /// Addresses from which nothing waits and that have all of their allowance again.
  void forget_idle(UtcMillis now);
  std::size_t addresses() const { return by_address_.size(); }

 private:
  struct Address {
    double left = kAtOnce;
    UtcMillis at;
    std::set<std::pair<std::string, std::string>> waiting;
  };
  static void refill(Address& address, UtcMillis now);
  void drop_settled(Address& address) const;
  Waits waits_;
  std::map<std::string, Address> by_address_;
};

}  // namespace visavis::center
