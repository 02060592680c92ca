// SPDX-License-Identifier: Apache-2.0
// The contact centre of all tenants: pure, single-threaded, no clock. One Desk per tenant, so that nothing of one can
// be seen from or routed to another.
//
//   handle      decides AND applies: on success the state already holds the returned events, on error nothing changed.
//               The caller commits the events before telling anybody. If the commit fails, it throws this object away
//               and builds a new one from the store (configure, apply…, restarted).
//   apply       replays a stored event, at start only. It never fails: an event about an unknown contact is skipped.
//   deadline    when on_deadline wants to be called; the caller arms one timer and re-arms it after every call here.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "center/core/commands.hpp"
#include "center/core/events.hpp"
#include "center/core/timers.hpp"
#include "center/types/config.hpp"

namespace visavis::center {

class Desk;

class Center {
 public:
  Center();
  ~Center();
  Center(Center&&) noexcept;
  Center& operator=(Center&&) noexcept;

  /// Sets or replaces a tenant's configuration; may be called at any time. Queues and agents that are missing are
  /// closed, not forgotten: who waits in them goes on.
  void configure(const TenantConfig& config);

  Result<std::vector<Event>> handle(const Command& command, const Context& context);

  void apply(const Event& event);
  /// Beside apply: contacts of a tenant that were given up at about `at` and whose events are not replayed.
  void count_abandoned(std::string_view tenant_id, UtcMillis at, std::size_t contacts);

  /// Once after the replay: nobody has a connection yet, so everyone counts as gone from `now` on (grace begins) and
  /// open offers are withdrawn. The events are to be committed like any others.
  std::vector<Event> restarted(UtcMillis now, IdSource& ids);

  UtcMillis deadline() const;  // kNoDeadline: none
  std::vector<Event> on_deadline(UtcMillis now, IdSource& ids);

  /// What a tenant's pages show (desk.hpp); null where the tenant is not configured.
  const Desk* desk(std::string_view tenant_id) const;

 private:
  std::map<std::string, std::unique_ptr<Desk>, std::less<>> desks_;
};

}  // namespace visavis::center
