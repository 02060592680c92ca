// SPDX-License-Identifier: Apache-2.0
// The one list of migrations. A released migration is never edited: add the next number.
#pragma once

#include <span>
#include <string_view>

#include "platform/db/migrate.hpp"

namespace visavis::center {

std::span<const platform::Migration> migrations();

/// A column that holds what identifies or describes a person; retention, export, erasure and redaction go by this list
/// (also stored in the table personal_column, so that outside tools see it).
struct PersonalColumn {
  std::string_view table;
  std::string_view column;
};
std::span<const PersonalColumn> personal_columns();

/// Brings the database to the newest version and the stored list of personal columns up to date.
Result<int> migrate_schema(platform::Database& database, UtcMillis now);

}  // namespace visavis::center
