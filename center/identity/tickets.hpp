// SPDX-License-Identifier: Apache-2.0
// WebSocket tickets: a browser cannot set headers on a WebSocket, so a ticket from an authenticated request goes into
// the address. It lives 30 s, opens once, is kept in memory only. Control thread; time is given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time.hpp"

namespace visavis::center {

/// Whom a ticket lets in.
struct TicketHolder {
  std::string tenant_id{};
  std::string user_id{};         // agents
  std::string session_hash{};    // agents: the sign-in it came from
  std::string contact_id{};      // customers
  std::string participant_id{};  // customers
};

class TicketOffice {
 public:
  static constexpr Seconds kLifetime{30};
  /// Of one sign-in or one contact: a page needs one, a person few. One more, and the oldest opens nothing any more.
  static constexpr std::size_t kMostOfOne = 8;
  /// Empty where far too many are outstanding (100,000): answer 503.
  std::string issue(TicketHolder holder, UtcMillis now);
  /// The holder, once and in time.
  std::optional<TicketHolder> redeem(std::string_view ticket, UtcMillis now);
  std::size_t outstanding() const { return tickets_.size(); }

 private:
  struct Entry {
    TicketHolder holder;
    UtcMillis expires_at;
    std::uint64_t number = 0;
  };
  using Entries = std::unordered_map<std::string, Entry>;
  void forget_expired(UtcMillis now);
  Entry take(Entries::iterator at);
  Entries tickets_;                                             // by SHA-256: lookups tell nothing by their time
  std::map<std::uint64_t, std::string> by_age_;                 // number → key; the oldest first
  std::map<std::string, std::deque<std::uint64_t>> by_holder_;  // sign-in or contact → numbers
  std::uint64_t next_ = 0;
};

}  // namespace visavis::center
