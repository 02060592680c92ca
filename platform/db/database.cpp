// SPDX-License-Identifier: Apache-2.0
#include "platform/db/database.hpp"

#include <soci/connection-pool.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <filesystem>
#include <list>
#include <mutex>
#include <system_error>
#include <vector>

#include "base/check.hpp"

namespace visavis::platform {
namespace {

Error sqlite_error(int code) {
  // Primary result codes, https://www.sqlite.org/rescode.html; the low byte of an extended code.
  switch (code & 0xff) {
    case 5:
    case 6:
      return {ErrorKind::kUnavailable, "storage_busy", "The database is locked by another process. Try again shortly."};
    case 8:
      return {ErrorKind::kUnavailable, "storage_read_only",
              "The database is read-only. Give the service write access to its data folder."};
    case 10:
    case 14:
      return {ErrorKind::kUnavailable, "storage_unavailable",
              "The database file cannot be opened or written. Check the data folder and its disk."};
    case 11:
    case 26:
      return {ErrorKind::kInternal, "storage_corrupt", "The database file is damaged. Restore it from a backup."};
    case 13:
      return {ErrorKind::kUnavailable, "storage_full", "The disk is full. Free some space; nothing saved is lost."};
    case 19:
      return {ErrorKind::kConflict, "storage_conflict", "The record exists already or refers to one that does not."};
    default:
      return {ErrorKind::kInternal, "storage_failed", "The database refused a statement."};
  }
}

Error postgres_error(const std::string& state) {
  // SQLSTATE classes, PostgreSQL manual appendix A.
  const auto in = [&](std::string_view prefix) { return state.starts_with(prefix); };
  if (in("23")) {
    return {ErrorKind::kConflict, "storage_conflict", "The record exists already or refers to one that does not."};
  }
  if (in("53100")) return sqlite_error(13);
  if (in("25006")) return sqlite_error(8);
  if (in("40") || in("55P03")) {
    return {ErrorKind::kUnavailable, "storage_busy", "The database is busy. Try again shortly."};
  }
  if (in("08") || in("57P") || in("53") || in("00") || state.empty() || state[0] == ' ' || state[0] == '\0') {
    return {ErrorKind::kUnavailable, "storage_unavailable", "The database server cannot be reached. Is it running?"};
  }
  return {ErrorKind::kInternal, "storage_failed", "The database refused a statement."};
}

Error classify(const std::exception& thrown) {
  Error error{ErrorKind::kInternal, "storage_failed", "The database refused a statement."};
  std::string why = thrown.what();
  if (const auto* sqlite = dynamic_cast<const soci::sqlite3_soci_error*>(&thrown)) {
    error = sqlite_error(sqlite->result());
    why = sqlite->get_error_message();
  } else if (const auto* postgres = dynamic_cast<const soci::postgresql_soci_error*>(&thrown)) {
    error = postgres_error(postgres->sqlstate());
    why = postgres->get_error_message();
  } else if (const auto* other = dynamic_cast<const soci::soci_error*>(&thrown)) {
    why = other->get_error_message();
    if (why.find("onnect") != std::string::npos) error = postgres_error("08000");
  }
  // The engine's words name tables and constraints, never values: SOCI appends those only to what(), PostgreSQL has
  // them in the details that quieten() leaves out.
  while (!why.empty() && (why.back() == '\n' || why.back() == ' ')) why.pop_back();
  error.cause = std::move(why);
  return error;
}

DbValue value_of(const soci::row& row, std::size_t i) {
  if (row.get_indicator(i) == soci::i_null) return {};
  switch (row.get_properties(i).get_data_type()) {
    case soci::dt_integer:
      return static_cast<std::int64_t>(row.get<int>(i));
    case soci::dt_long_long:
      return static_cast<std::int64_t>(row.get<long long>(i));
    case soci::dt_unsigned_long_long:
      return static_cast<std::int64_t>(row.get<unsigned long long>(i));
    case soci::dt_double:
      return row.get<double>(i);
    default:
      return row.get<std::string>(i);
  }
}

class SociSession final : public DbSession {
 public:
  SociSession(soci::session& session, DbEngine engine) : session_(session), engine_(engine) {}
  DbEngine engine() const override { return engine_; }

  DbRows query(const std::string& sql, const DbParams& params) override {
    soci::statement statement(session_);
    const Bound bound(statement, params);
    soci::row row;
    statement.exchange(soci::into(row));
    start(statement, sql, false);
    DbRows rows;
    std::shared_ptr<DbRow::Names> names;
    while (statement.fetch()) {
      if (!names) {
        names = std::make_shared<DbRow::Names>();
        for (std::size_t i = 0; i < row.size(); ++i) names->emplace(row.get_properties(i).get_name(), i);
      }
      std::vector<DbValue> values;
      values.reserve(row.size());
      for (std::size_t i = 0; i < row.size(); ++i) values.push_back(value_of(row, i));
      rows.emplace_back(names, std::move(values));
    }
    return rows;
  }

  std::int64_t run(const std::string& sql, const DbParams& params) override {
    soci::statement statement(session_);
    const Bound bound(statement, params);
    start(statement, sql, true);
    return statement.get_affected_rows();
  }

 private:
  /// SOCI binds by address: the values must outlive the execution.
  struct Bound {
    Bound(soci::statement& statement, const DbParams& params) {
      for (const auto& param : params) {
        if (std::holds_alternative<std::monostate>(param.value)) {
          statement.exchange(soci::use(texts.emplace_back(), null, param.name));
        } else if (const auto* number = std::get_if<std::int64_t>(&param.value)) {
          statement.exchange(soci::use(numbers.emplace_back(*number), param.name));
        } else if (const auto* real = std::get_if<double>(&param.value)) {
          statement.exchange(soci::use(*real, param.name));
        } else {
          statement.exchange(soci::use(std::get<std::string>(param.value), param.name));
        }
      }
    }
    std::list<std::string> texts;
    std::list<long long> numbers;
    soci::indicator null = soci::i_null;
  };

  static void start(soci::statement& statement, const std::string& sql, bool exchange) {
    statement.alloc();
    statement.prepare(sql, soci::details::st_one_time_query);
    statement.define_and_bind();
    statement.execute(exchange);
  }

  soci::session& session_;
  DbEngine engine_;
};

/// A server that does not answer must not hold up whoever asks; libpq and the kernel by themselves wait for minutes.
std::string with_bounds(std::string settings) {
  for (const auto& [name, bound] : {std::pair{"connect_timeout", "5"}, std::pair{"tcp_user_timeout", "10000"}}) {
    if (settings.find(name) == std::string::npos) settings += std::string(" ") + name + "=" + bound;
  }
  return settings;
}

class SociDatabase final : public Database {
 public:
  SociDatabase(DbEngine engine, unsigned sessions) : engine_(engine), pool_(sessions), broken_(sessions, false) {}

  void connect(const std::string& url, Millis busy_timeout) {
    for (std::size_t i = 0; i < broken_.size(); ++i) {
      auto& session = pool_.at(i);
      if (engine_ == DbEngine::kPostgres) {
        session.open(soci::postgresql, with_bounds(url));
        quieten(session);
        continue;
      }
      session.open(soci::sqlite3, "dbname=\"" + url + "\"");
      // Before the log is made beside it, which takes over the mode.
      std::error_code not_ours;
      std::filesystem::permissions(url, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write,
                                   not_ours);
      session << "PRAGMA busy_timeout=" + std::to_string(busy_timeout.count());
      // A commit is acknowledged only once it is on the disk: FULL syncs the write-ahead log at every commit.
      session << "PRAGMA journal_mode=WAL";
      session << "PRAGMA synchronous=FULL";
      session << "PRAGMA foreign_keys=ON";
    }
  }

  DbEngine engine() const override { return engine_; }

 protected:
  Result<void> transact(bool write, const std::function<void(DbSession&)>& work) override {
    // SQLite has one writer: here the next goes on at once, its busy handler sleeps and may give up.
    std::unique_lock<std::mutex> writer(writer_, std::defer_lock);
    if (write && engine_ == DbEngine::kSqlite) writer.lock();
    const Lease lease(pool_);
    auto& session = pool_.at(lease.position);
    bool begun = false;
    try {
      begin(lease.position, write);
      begun = true;
      SociSession leased(session, engine_);
      work(leased);
      session << "COMMIT";
      return {};
    } catch (const DbError& refused) {
      roll_back(lease.position, begun);
      return std::unexpected(refused.error);
    } catch (const std::exception& thrown) {
      roll_back(lease.position, begun);
      return std::unexpected(classify(thrown));
    }
  }

 private:
  struct Lease {
    explicit Lease(soci::connection_pool& p) : pool(p), position(p.lease()) {}
    ~Lease() { pool.give_back(position); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    soci::connection_pool& pool;
    std::size_t position;
  };

  /// libpq prints notices on standard error by itself; what matters arrives as an error.
  static void quieten(soci::session& session) {
    auto* backend = static_cast<soci::postgresql_session_backend*>(session.get_backend());
    PQsetNoticeProcessor(backend->conn_, [](void*, const char*) {}, nullptr);
    PQsetErrorVerbosity(backend->conn_, PQERRORS_TERSE);
  }

  /// Nothing has happened yet, so a server connection that was lost in the meantime can simply be opened again.
  void begin(std::size_t position, bool write) {
    auto& session = pool_.at(position);
    const char* const statement = engine_ == DbEngine::kPostgres
                                      ? (write ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                                      : (write ? "BEGIN IMMEDIATE" : "BEGIN");
    if (engine_ == DbEngine::kSqlite) {
      session << statement;
      return;
    }
    if (!broken_[position]) {
      try {
        session << statement;
        return;
      } catch (const soci::soci_error&) {
        broken_[position] = true;
      }
    }
    session.reconnect();
    quieten(session);
    session << statement;
    broken_[position] = false;
  }

  void roll_back(std::size_t position, bool begun) {
    try {
      if (begun) pool_.at(position) << "ROLLBACK";
    } catch (const std::exception&) {
      // SQLite may have rolled back by itself (disk full); a lost server connection is opened again at its next use.
      if (engine_ == DbEngine::kPostgres) broken_[position] = true;
    }
  }

  DbEngine engine_;
  soci::connection_pool pool_;
  std::vector<char> broken_;  // one per session, touched by its leaseholder only
  std::mutex writer_;
};

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const DatabaseConfig& config) {
  const auto colon = config.url.find(':');
  const auto scheme = config.url.substr(0, colon);
  if (colon == std::string::npos || (scheme != "sqlite" && scheme != "postgresql")) {
    return fail(ErrorKind::kInvalid, "database_url",
                "The database must be given as sqlite:PATH or postgresql:host=… dbname=… user=….");
  }
  const auto engine = scheme == "sqlite" ? DbEngine::kSqlite : DbEngine::kPostgres;
  try {
    auto database = std::make_unique<SociDatabase>(engine, config.sessions);
    database->connect(config.url.substr(colon + 1), config.busy_timeout);
    return database;
  } catch (const std::exception& thrown) {
    return std::unexpected(classify(thrown));
  }
}

}  // namespace visavis::platform
