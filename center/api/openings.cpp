// SPDX-License-Identifier: Apache-2.0
#include "center/api/openings.hpp"

#include <algorithm>

namespace visavis::center {

void Openings::refill(Address& address, UtcMillis now) {
  const double passed = static_cast<double>((now - address.at).count()) / 1000.0;
  address.left = std::min(kAtOnce, address.left + std::max(0.0, passed) * kPerSecond);
  address.at = now;
}

void Openings::drop_settled(Address& address) const {
  std::erase_if(address.waiting, [this](const auto& contact) { return !waits_(contact.first, contact.second); });
}

Result<void> Openings::admit(const std::string& address, UtcMillis now) {
  auto& from = by_address_.try_emplace(address, Address{.at = now, .waiting = {}}).first->second;
  refill(from, now);
  if (from.left < 1) {
    return fail(ErrorKind::kThrottled, "too_many_contacts",
                "Too many contacts were opened from your network. Wait a moment and try again.");
  }
  if (from.waiting.size() >= kMostWaiting) drop_settled(from);
  if (from.waiting.size() >= kMostWaiting) {
    return fail(ErrorKind::kThrottled, "too_many_contacts",
                "Too many contacts from your network are waiting already. Wait until some are answered.");
  }
  from.left -= 1;
  return {};
}

void Openings::opened(const std::string& address, std::string tenant_id, std::string contact_id) {
  by_address_[address].waiting.emplace(std::move(tenant_id), std::move(contact_id));
}

void Openings::forget_idle(UtcMillis now) {
  for (auto it = by_address_.begin(); it != by_address_.end();) {
    refill(it->second, now);
    drop_settled(it->second);
    const bool idle = it->second.waiting.empty() && it->second.left >= kAtOnce;
    it = idle ? by_address_.erase(it) : std::next(it);
  }
}

}  // namespace visavis::center
