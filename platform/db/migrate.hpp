// SPDX-License-Identifier: Apache-2.0
// Numbered, forward-only migrations. What was applied is written down with a checksum, so that an edited migration or a
// database from a newer version is refused instead of guessed at.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/db/database.hpp"

namespace visavis::platform {

struct Migration {
  int number = 0;  // 1, 2, 3 … without gaps
  std::string_view name;
  std::string_view sql;  // statements separated by a semicolon at the end of a line
};

/// Applies what is missing, each migration in a transaction of its own; the number of those applied now.
Result<int> migrate(Database& database, std::span<const Migration> migrations, UtcMillis now);

/// The number of the newest applied migration, 0 for an empty database.
Result<int> schema_version(Database& database);

}  // namespace visavis::platform
