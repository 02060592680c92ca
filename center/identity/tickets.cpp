// SPDX-License-Identifier: Apache-2.0
#include "center/identity/tickets.hpp"

#include <utility>

#include "base/ids.hpp"
#include "platform/crypto/crypto.hpp"

namespace visavis::center {

namespace {
constexpr std::size_t kMostOutstanding = 100'000;
}

void TicketOffice::forget_expired(UtcMillis now) {
  while (!by_time_.empty() && by_time_.front().first <= now) {
    tickets_.erase(by_time_.front().second);
    by_time_.pop_front();
  }
}

std::string TicketOffice::issue(TicketHolder holder, UtcMillis now) {
  forget_expired(now);
  if (by_time_.size() >= kMostOutstanding) return {};
  auto ticket = random_token(32);
  auto key = platform::sha256_hex(ticket);
  by_time_.emplace_back(now + kLifetime, key);
  tickets_.emplace(std::move(key), Entry{std::move(holder), now + kLifetime});
  return ticket;
}

std::optional<TicketHolder> TicketOffice::redeem(std::string_view ticket, UtcMillis now) {
  auto found = tickets_.extract(platform::sha256_hex(ticket));
  if (found.empty() || found.mapped().expires_at <= now) return std::nullopt;
  return std::move(found.mapped().holder);
}

}  // namespace visavis::center
