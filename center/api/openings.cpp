// SPDX-License-Identifier: Apache-2.0
#include "center/api/openings.hpp"

namespace visavis::center {

void Openings::drop_settled(Address& address) const {
  std::erase_if(address.waiting, [&](const auto& held) {
    if (waits_(held.first.first, held.first.second)) return false;
    address.bytes -= held.second;
    return true;
  });
}

Openings::Address& Openings::at(const std::string& address, UtcMillis now) {
  const Address fresh{.allowance = {{kAtOnce, kPerSecond}, now}, .waiting = {}};
  return by_address_.try_emplace(address, fresh).first->second;
}

Result<void> Openings::admit(const std::string& address, UtcMillis now) {
  auto& from = at(address, now);
  from.allowance.refill(now);
  if (from.allowance.empty()) {
    return fail(ErrorKind::kThrottled, "too_many_contacts",
                "Too many contacts were opened from your network. Wait a moment and try again.");
  }
  if (from.full()) drop_settled(from);
  if (from.full()) {
    return fail(ErrorKind::kThrottled, "too_many_contacts",
                "Too many contacts from your network are waiting already. Wait until some are answered.");
  }
  from.allowance.take();
  return {};
}

void Openings::opened(const std::string& address, std::string tenant_id, std::string contact_id, std::size_t bytes,
                      UtcMillis now) {
  auto& from = at(address, now);
  if (from.waiting.try_emplace({std::move(tenant_id), std::move(contact_id)}, bytes).second) from.bytes += bytes;
}

void Openings::forget_idle(UtcMillis now) {
  for (auto it = by_address_.begin(); it != by_address_.end();) {
    it->second.allowance.refill(now);
    drop_settled(it->second);
    const bool idle = it->second.waiting.empty() && it->second.allowance.full();
    it = idle ? by_address_.erase(it) : std::next(it);
  }
}

}  // namespace visavis::center
