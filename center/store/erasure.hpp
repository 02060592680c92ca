// SPDX-License-Identifier: Apache-2.0
// Personal data that goes: what came with contacts that nobody has answered, after minutes. That somebody came, waited
// and left stays, for statistics and in the audit chain. Blocks: task threads only.
#pragma once

#include <string>
#include <vector>

#include "base/time.hpp"
#include "platform/db/database.hpp"

namespace visavis::center {

/// The files of contacts that were closed before `closed_before` without an answer.
std::vector<std::string> unanswered_files(platform::DbSession& db, UtcMillis closed_before);

/// Erases attributes, device check, files' records, tokens and the data of the events of contacts that were closed
/// before `closed_before` without an answer, at most `most` of them; how many. Name, reference and chat stay for the
/// history.
std::size_t erase_unanswered(platform::DbSession& db, UtcMillis closed_before, UtcMillis now, int most);

/// Contacts that were given up and whose events are not loaded any more, by quarter of an hour of their end.
struct GivenUp {
  std::string tenant_id;
  UtcMillis at;
  std::size_t contacts = 0;
};
/// Those closed after `after` and not after `until`, which had waited for `at_least`.
std::vector<GivenUp> given_up(platform::DbSession& db, UtcMillis after, UtcMillis until, Seconds at_least);

}  // namespace visavis::center
