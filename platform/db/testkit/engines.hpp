// SPDX-License-Identifier: Apache-2.0
// Both engines for storage tests: a SQLite file in a temporary folder, and a PostgreSQL server that the test process
// starts for itself (as an unprivileged user where the tests run as root) and stops at its end.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <ostream>
#include <string>

#include "platform/db/database.hpp"

namespace visavis::platform::testkit {

/// A folder that is removed with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// True where PostgreSQL's server programs are installed; tests say so in one line and skip where not.
bool postgres_installed();

/// An empty database, dropped with the object. The PostgreSQL server is shared by the test process.
class EmptyDatabase {
 public:
  explicit EmptyDatabase(DbEngine engine);
  ~EmptyDatabase();
  EmptyDatabase(const EmptyDatabase&) = delete;
  EmptyDatabase& operator=(const EmptyDatabase&) = delete;
  const std::string& url() const { return url_; }
  /// Opens it; a failure ends the test process with the reason.
  std::unique_ptr<Database> open() const;
  /// PostgreSQL only: false ends all connections and refuses new ones, as a server that is gone would.
  void let_in(bool anybody) const;

 private:
  TemporaryFolder folder_;
  std::string url_;
  std::string name_;  // PostgreSQL only
};

/// `change` as "first" and as "second", each in a write transaction of its own: the second begins before the first is
/// committed, and waits for it at the latest where it writes. A failure ends the test process with the reason.
void change_at_once(Database& database, const std::function<void(DbSession&, const std::string& name)>& change);

}  // namespace visavis::platform::testkit

namespace visavis::platform {
inline void PrintTo(DbEngine engine, std::ostream* out) {
  *out << (engine == DbEngine::kSqlite ? "sqlite" : "postgresql");
}
}  // namespace visavis::platform
