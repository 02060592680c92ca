// SPDX-License-Identifier: Apache-2.0
// A pool of sessions over SQLite or PostgreSQL. Every call blocks on a disk or a server: never from control or media
// threads. One SQL text per statement, which must run on both engines:
//  - types BIGINT, DOUBLE PRECISION, TEXT; named parameters (:id); no colon, quote or semicolon inside comments or
//  literals;
//  - upserts as INSERT … ON CONFLICT (…) DO UPDATE SET x = excluded.x;
//  - text compares by bytes on both (PostgreSQL databases are made with the C collation).
#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/result.hpp"
#include "platform/db/value.hpp"

namespace visavis::platform {

enum class DbEngine { kSqlite, kPostgres };

struct DatabaseConfig {
  /// "sqlite:PATH" or "postgresql:host=… dbname=…" (libpq keywords, after the colon).
  std::string url;
  unsigned sessions = 4;
  Millis busy_timeout{5000};
};

/// Thrown inside a unit of work and turned into a Result at its edge. Codes: storage_conflict, storage_full,
/// storage_read_only, storage_busy, storage_corrupt, storage_unavailable, storage_failed.
class DbError : public std::runtime_error {
 public:
  explicit DbError(Error e) : std::runtime_error(e.message), error(std::move(e)) {}
  Error error;
};

/// One leased connection, valid inside a unit of work only. Throws DbError.
class DbSession {
 public:
  virtual ~DbSession() = default;
  virtual DbEngine engine() const = 0;
  virtual DbRows query(const std::string& sql, const DbParams& params = {}) = 0;
  /// Rows changed.
  virtual std::int64_t run(const std::string& sql, const DbParams& params = {}) = 0;
};

class Database {
 public:
  /// Opens (and for SQLite creates) the database; the error says what to do.
  static Result<std::unique_ptr<Database>> open(const DatabaseConfig& config);
  virtual ~Database() = default;
  virtual DbEngine engine() const = 0;

  /// Runs `work` inside one read transaction / one write transaction, on the calling thread. A DbError thrown inside
  /// rolls back and is returned. The transaction is durable when write() returns a value.
  template <class Work>
  auto read(Work&& work) -> Result<std::invoke_result_t<Work, DbSession&>> {
    return wrap(std::forward<Work>(work), false);
  }
  template <class Work>
  auto write(Work&& work) -> Result<std::invoke_result_t<Work, DbSession&>> {
    return wrap(std::forward<Work>(work), true);
  }

 protected:
  virtual Result<void> transact(bool write, const std::function<void(DbSession&)>& work) = 0;

 private:
  template <class Work>
  auto wrap(Work&& work, bool write) -> Result<std::invoke_result_t<Work, DbSession&>> {
    using T = std::invoke_result_t<Work, DbSession&>;
    if constexpr (std::is_void_v<T>) {
      return transact(write, work);
    } else {
      std::optional<T> value;
      const auto done = transact(write, [&](DbSession& session) { value.emplace(work(session)); });
      if (!done) return std::unexpected(done.error());
      return std::move(*value);
    }
  }
};

}  // namespace visavis::platform
