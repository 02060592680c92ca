// SPDX-License-Identifier: Apache-2.0
// Opening a contact costs us more than it costs a stranger: so many from one address, and so many of them waiting.
// Control thread; time is given.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "base/allowance.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace visavis::center {

class Openings {
 public:
  // An office, a carrier's NAT or a proxy: one address can be very many people.
  static constexpr double kAtOnce = 200;
  static constexpr double kPerSecond = 20;  // then
  static constexpr std::size_t kMostWaiting = 2'000;
  static constexpr std::size_t kMostWaitingBytes = 4 * 1024 * 1024;

  /// Whether the contact counts: neither answered nor ended, and its customer not connected. Whoever is connected holds
  /// a socket for it, and those are counted elsewhere.
  using Waits = std::function<bool(const std::string& tenant_id, const std::string& contact_id)>;
  explicit Openings(Waits waits) : waits_(std::move(waits)) {}

  /// Errors: too_many_contacts (too fast, or too many or too large ones wait).
  Result<void> admit(const std::string& address, UtcMillis now);
  void opened(const std::string& address, std::string tenant_id, std::string contact_id, std::size_t bytes,
              UtcMillis now);
  /// Addresses from which nothing waits and that have all of their allowance again.
  void forget_idle(UtcMillis now);
  std::size_t addresses() const { return by_address_.size(); }

 private:
  struct Address {
    Allowance<UtcMillis> allowance;
    std::map<std::pair<std::string, std::string>, std::size_t> waiting;  // what came with each, in bytes
    std::size_t bytes = 0;
    bool full() const { return waiting.size() >= kMostWaiting || bytes >= kMostWaitingBytes; }
  };
  Address& at(const std::string& address, UtcMillis now);
  void drop_settled(Address& address) const;
  Waits waits_;
  std::map<std::string, Address> by_address_;
};

}  // namespace visavis::center
