// SPDX-License-Identifier: Apache-2.0
#include "platform/db/migrate.hpp"

#include <vector>

#include "platform/crypto/crypto.hpp"

namespace visavis::platform {
namespace {

std::vector<std::string> statements_of(std::string_view sql) {
  std::vector<std::string> statements;
  std::string statement;
  while (!sql.empty()) {
    const auto end = sql.find('\n');
    std::string line(sql.substr(0, end));
    sql.remove_prefix(end == std::string_view::npos ? sql.size() : end + 1);
    if (const auto comment = line.find("--"); comment != std::string::npos) line.erase(comment);
    while (!line.empty() && line.back() == ' ') line.pop_back();
    if (line.empty()) continue;
    const bool last = line.back() == ';';
    if (last) line.pop_back();
    statement += line + "\n";
    if (last) statements.push_back(std::exchange(statement, {}));
  }
  if (!statement.empty()) statements.push_back(std::move(statement));
  return statements;
}

Result<void> ensure_table(Database& database) {
  return database.write([](DbSession& db) {
    db.run(
        "CREATE TABLE IF NOT EXISTS schema_migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL, "
        "checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)");
  });
}

}  // namespace

Result<int> schema_version(Database& database) {
  if (const auto made = ensure_table(database); !made) return std::unexpected(made.error());
  return database.read([](DbSession& db) {
    return static_cast<int>(db.query("SELECT MAX(number) AS newest FROM schema_migration").at(0).integer("newest"));
  });
}

Result<int> migrate(Database& database, std::span<const Migration> migrations, UtcMillis now) {
  if (const auto made = ensure_table(database); !made) return std::unexpected(made.error());
  const auto applied = database.read(
      [](DbSession& db) { return db.query("SELECT number, name, checksum FROM schema_migration ORDER BY number"); });
  if (!applied) return std::unexpected(applied.error());
  if (applied->size() > migrations.size()) {
    return fail(
        ErrorKind::kConflict, "schema_newer",
        "The database was made by a newer version. Start that version, or restore a backup of this one's data.");
  }
  for (std::size_t i = 0; i < applied->size(); ++i) {
    if ((*applied)[i].text("checksum") != sha256_hex(migrations[i].sql)) {
      return fail(
          ErrorKind::kConflict, "schema_differs",
          "Migration " + std::to_string(i + 1) + " was applied with another text. Use the version that made it.");
    }
  }
  int count = 0;
  for (const auto& migration : migrations.subspan(applied->size())) {
    const auto done = database.write([&](DbSession& db) {
      for (const auto& statement : statements_of(migration.sql)) db.run(statement);
      db.run(
          "INSERT INTO schema_migration (number, name, checksum, applied_at) VALUES (:number, :name, :checksum, :at)",
          {{"number", migration.number},
           {"name", migration.name},
           {"checksum", sha256_hex(migration.sql)},
           {"at", now}});
    });
    if (!done) return std::unexpected(done.error());
    ++count;
  }
  return count;
}

}  // namespace visavis::platform
