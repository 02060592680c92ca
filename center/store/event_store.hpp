// SPDX-License-Identifier: Apache-2.0
// Events of the contact centre on their way into the log and back. Each event also keeps the tables up to date that
// history, search and reports read (contact, message, consent …), in the same transaction.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "center/core/events.hpp"
#include "center/identity/users.hpp"
#include "center/store/committer.hpp"
#include "center/tenant/tenant.hpp"
#include "center/types/config.hpp"

namespace visavis::center {

/// The event with its projection, for Batch::events.
StoredEvent to_stored(const Event& event);

/// What Center::apply needs at start, in order: every event of contacts that are open or that were closed after
/// `closed_after` (`unanswered_after` where nobody has answered them), and the last state of each agent. An event that
/// this version cannot read is an error (event_unreadable): the database is from a newer version. Blocks.
Result<std::vector<Event>> load_events(platform::Database& database, UtcMillis closed_after,
                                       UtcMillis unanswered_after);

/// An administrator's settings as the domain takes them. Disabled users and unknown words are left out.
TenantConfig to_config(const TenantSettings& settings, const std::vector<UserRecord>& users,
                       const Timings& timings = {});

}  // namespace visavis::center
