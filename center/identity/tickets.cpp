// SPDX-License-Identifier: Apache-2.0
#include "center/identity/tickets.hpp"

#include <utility>

#include "base/ids.hpp"
#include "platform/crypto/crypto.hpp"

namespace visavis::center {

namespace {
constexpr std::size_t kMostOutstanding = 100'000;

std::string holder_key(const TicketHolder& holder) {
  return holder.contact_id.empty() ? "s/" + holder.session_hash : "c/" + holder.contact_id;
}
}  // namespace

TicketOffice::Entry TicketOffice::take(Entries::iterator at) {
  auto entry = std::move(at->second);
  tickets_.erase(at);
  by_age_.erase(entry.number);
  const auto holder = by_holder_.find(holder_key(entry.holder));
  std::erase(holder->second, entry.number);
  if (holder->second.empty()) by_holder_.erase(holder);
  return entry;
}

void TicketOffice::forget_expired(UtcMillis now) {
  while (!by_age_.empty()) {
    const auto oldest = tickets_.find(by_age_.begin()->second);
    if (oldest->second.expires_at > now) return;
    take(oldest);
  }
}

std::string TicketOffice::issue(TicketHolder holder, UtcMillis now) {
  forget_expired(now);
  const auto owner = holder_key(holder);
  if (const auto mine = by_holder_.find(owner); mine != by_holder_.end() && mine->second.size() >= kMostOfOne) {
    take(tickets_.find(by_age_.at(mine->second.front())));
  }
  if (tickets_.size() >= kMostOutstanding) return {};
  auto ticket = random_token(32);
  auto key = platform::sha256_hex(ticket);
  const auto number = next_++;
  by_age_.emplace(number, key);
  by_holder_[owner].push_back(number);
  tickets_.emplace(std::move(key), Entry{std::move(holder), now + kLifetime, number});
  return ticket;
}

std::optional<TicketHolder> TicketOffice::redeem(std::string_view ticket, UtcMillis now) {
  const auto found = tickets_.find(platform::sha256_hex(ticket));
  if (found == tickets_.end()) return std::nullopt;
  auto entry = take(found);
  if (entry.expires_at <= now) return std::nullopt;
  return std::move(entry.holder);
}

}  // namespace visavis::center
