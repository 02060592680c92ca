// SPDX-License-Identifier: Apache-2.0
#include "center/core/center.hpp"

#include <algorithm>
#include <iterator>

#include "center/core/desk.hpp"

namespace visavis::center {
namespace {

void append(std::vector<Event>& all, std::vector<Event> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

Center::Center() = default;
Center::~Center() = default;
Center::Center(Center&&) noexcept = default;
Center& Center::operator=(Center&&) noexcept = default;

void Center::configure(const TenantConfig& config) {
  auto& desk = desks_[config.tenant_id];
  if (!desk) desk = std::make_unique<Desk>(config.tenant_id);
  desk->configure(config);
}

Result<std::vector<Event>> Center::handle(const Command& command, const Context& context) {
  const auto it = desks_.find(context.tenant_id);
  if (it == desks_.end()) {
    return fail(ErrorKind::kNotFound, "tenant_unknown", "There is no such company here. Check the key of the page.");
  }
  return it->second->handle(command, context);
}

void Center::apply(const Event& event) {
  const auto it = desks_.find(event.meta.tenant_id);
  if (it != desks_.end()) it->second->apply(event);
}

void Center::count_abandoned(std::string_view tenant_id, UtcMillis at, std::size_t contacts) {
  const auto it = desks_.find(tenant_id);
  if (it != desks_.end()) it->second->count_abandoned(at, contacts);
}

std::vector<Event> Center::restarted(UtcMillis now, IdSource& ids) {
  std::vector<Event> events;
  for (auto& [id, desk] : desks_) append(events, desk->restarted(now, ids));
  return events;
}

UtcMillis Center::deadline() const {
  UtcMillis earliest = kNoDeadline;
  for (const auto& [id, desk] : desks_) earliest = std::min(earliest, desk->deadline());
  return earliest;
}

std::vector<Event> Center::on_deadline(UtcMillis now, IdSource& ids) {
  std::vector<Event> events;
  for (auto& [id, desk] : desks_) append(events, desk->on_deadline(now, ids));
  return events;
}

const Desk* Center::desk(std::string_view tenant_id) const {
  const auto it = desks_.find(tenant_id);
  return it == desks_.end() ? nullptr : it->second.get();
}

}  // namespace visavis::center
