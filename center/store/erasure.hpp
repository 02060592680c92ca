// SPDX-License-Identifier: Apache-2.0
// Personal data that goes: what came with contacts that nobody has answered, after minutes. That somebody came, waited
// and left stays, for statistics and in the audit chain. Blocks: task threads only.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/db/database.hpp"

namespace visavis::center {

/// Removes the content of a file; not there: fine as well.
using RemoveFile = std::function<Result<bool>(const std::string& file_id)>;

struct Erased {
  std::size_t contacts = 0;
  /// With a file whose content could not be removed, and why: nothing of them has been erased but other contents.
  struct Left {
    std::string contact_id;
    Error error;
  };
  std::vector<Left> left;
};
/// Erases attributes, device check, files, tokens and the data of the events of contacts that were closed before
/// `closed_before` without an answer, `at_once` of them in one transaction. Name, reference and chat stay for the
/// history.
Result<Erased> erase_unanswered(platform::Database& database, UtcMillis closed_before, UtcMillis now, int at_once,
                                const RemoveFile& remove);

/// Contacts that were given up and whose events are not loaded any more, by quarter of an hour of their end.
struct GivenUp {
  std::string tenant_id;
  UtcMillis at;
  std::size_t contacts = 0;
};
/// Those closed after `after` and not after `until`, which had waited for `at_least`.
std::vector<GivenUp> given_up(platform::DbSession& db, UtcMillis after, UtcMillis until, Seconds at_least);

}  // namespace visavis::center
