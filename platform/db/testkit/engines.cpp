// SPDX-License-Identifier: Apache-2.0
#include "platform/db/testkit/engines.hpp"

#include <pwd.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <thread>
#include <vector>

#include "base/check.hpp"
#include "base/ids.hpp"

namespace visavis::platform::testkit {
namespace {

namespace fs = std::filesystem;

fs::path postgres_folder() {
  if (const char* given = std::getenv("VISAVIS_POSTGRES_BIN")) return given;  // NOLINT(concurrency-mt-unsafe): tests
  fs::path newest;
  std::error_code none;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", none)) {
    if (fs::exists(version.path() / "bin" / "initdb")) newest = std::max(newest, version.path() / "bin");
  }
  return newest;
}

/// Runs a program to its end, as `user` where given, its output into `log`. The child never returns.
pid_t start_program(const std::vector<std::string>& arguments, const passwd* user, const fs::path& log) {
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child > 0) return child;
  if (user != nullptr && (setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) _exit(126);
  if (chdir("/") != 0) _exit(126);
  if (std::freopen(log.c_str(), "a", stdout) == nullptr || std::freopen(log.c_str(), "a", stderr) == nullptr)
    _exit(126);
  std::vector<char*> raw;
  raw.reserve(arguments.size() + 1);
  for (const auto& argument : arguments) raw.push_back(const_cast<char*>(argument.c_str()));
  raw.push_back(nullptr);
  execv(raw[0], raw.data());
  _exit(127);
}

int run_program(const std::vector<std::string>& arguments, const passwd* user, const fs::path& log) {
  int status = 0;
  CHECK(waitpid(start_program(arguments, user, log), &status, 0) > 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/// PostgreSQL refuses to run as root: Debian's own user for it, or nobody.
const passwd* unprivileged() {
  if (geteuid() != 0) return nullptr;
  // NOLINTBEGIN(concurrency-mt-unsafe): one thread asks, in tests
  const passwd* user = getpwnam("postgres");
  return user != nullptr ? user : getpwnam("nobody");
  // NOLINTEND(concurrency-mt-unsafe)
}

/// One server per test process, on a Unix socket in its own folder: no port is taken.
class PostgresServer {
 public:
  PostgresServer() {
    const auto bin = postgres_folder();
    const auto* user = unprivileged();
    const auto data = folder_.path() / "data";
    const auto log = folder_.path() / "log";
    fs::create_directory(data);
    std::ofstream(log).flush();
    for (const auto& path : {folder_.path(), data, log}) {
      if (user != nullptr) CHECK(chown(path.c_str(), user->pw_uid, user->pw_gid) == 0);
    }
    fs::permissions(data, fs::perms::owner_all);
    const auto pg_ctl = (bin / "pg_ctl").string();
    const int made = run_program({(bin / "initdb").string(), "-D", data.string(), "-U", "visavis", "-A", "trust", "-E",
                                  "UTF8", "--locale=C", "--no-sync"},
                                 user, log);
    const auto options = "-c listen_addresses= -c fsync=off -k " + folder_.path().string();
    const int started =
        made == 0 ? run_program({pg_ctl, "-D", data.string(), "-w", "-o", options, "start"}, user, log) : made;
    if (started != 0) {
      std::ifstream text(log);
      std::cerr << "PostgreSQL did not start:\n" << text.rdbuf() << "\n";
    }
    CHECK(started == 0);
    owner_ = getpid();
  }
  ~PostgresServer() {
    if (getpid() != owner_) return;  // a forked child of the test
    const auto data = folder_.path() / "data";
    run_program({(postgres_folder() / "pg_ctl").string(), "-D", data.string(), "-w", "-m", "immediate", "stop"},
                unprivileged(), folder_.path() / "log");
  }
  std::string url(const std::string& name) const {
    return "postgresql:host=" + folder_.path().string() + " user=visavis dbname=" + name;
  }
  static PostgresServer& shared() {
    static PostgresServer server;
    return server;
  }

 private:
  TemporaryFolder folder_;
  pid_t owner_ = 0;
};

}  // namespace

namespace {
/// In memory where there is room: these tests sync a lot, and none of them takes the power away.
fs::path temporary_place() {
  const fs::path memory = "/dev/shm";
  std::error_code none;
  const auto space = fs::space(memory, none);
  return !none && space.available > (1ULL << 30) && access(memory.c_str(), W_OK) == 0 ? memory
                                                                                      : fs::temp_directory_path();
}
}  // namespace

TemporaryFolder::TemporaryFolder() {
  auto pattern = (temporary_place() / "visavis-test-XXXXXX").string();
  CHECK(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

bool postgres_installed() { return fs::exists(postgres_folder() / "initdb"); }

namespace {
void administer(const std::string& sql) {
  // CREATE DATABASE cannot run inside a transaction, which is all that Database offers.
  const auto& server = PostgresServer::shared();
  const auto conninfo = server.url("postgres").substr(std::string_view("postgresql:").size());
  TemporaryFolder folder;
  CHECK(run_program({(postgres_folder() / "psql").string(), "-q", "-d", conninfo, "-c", sql}, nullptr,
                    folder.path() / "log") == 0);
}
}  // namespace

EmptyDatabase::EmptyDatabase(DbEngine engine) {
  if (engine == DbEngine::kSqlite) {
    url_ = "sqlite:" + (folder_.path() / "visavis.db").string();
    return;
  }
  auto random = std::array<std::uint8_t, 8>{};
  fill_random(random);
  name_ = "test";
  for (const auto byte : random) name_ += static_cast<char>('a' + byte % 26);
  administer("CREATE DATABASE " + name_);
  url_ = PostgresServer::shared().url(name_);
}

EmptyDatabase::~EmptyDatabase() {
  if (!name_.empty()) administer("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
}

void EmptyDatabase::let_in(bool anybody) const {
  CHECK(!name_.empty());
  administer("ALTER DATABASE " + name_ + " ALLOW_CONNECTIONS " + (anybody ? "true" : "false"));
  if (!anybody) administer("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name_ + "'");
}

std::unique_ptr<Database> EmptyDatabase::open() const {
  auto database = Database::open({.url = url_});
  if (!database) std::cerr << database.error().message << "\n";
  CHECK(database.has_value());
  return std::move(*database);
}

namespace {
/// For a lock in the database of `db`. Other databases of the server are other tests'.
bool somebody_waits(DbSession& db) {
  constexpr auto kWaiting =
      "SELECT a.pid FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid "
      "WHERE NOT l.granted AND a.datname = current_database()";
  // What pg_stat_activity said first holds for the whole transaction.
  constexpr auto kForget = "SELECT pg_stat_clear_snapshot() IS NULL AS done";
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (db.query(kWaiting).empty()) {
    if (std::chrono::steady_clock::now() > until) return false;
    db.query(kForget);
    std::this_thread::yield();
  }
  return true;
}
}  // namespace

void change_at_once(Database& database, const std::function<void(DbSession&, const std::string& name)>& change) {
  const auto write = [&](const std::function<void(DbSession&)>& work) {
    const auto done = database.write(work);
    if (!done) std::cerr << done.error().message << "\n";
    CHECK(done.has_value());
  };
  std::jthread second;
  write([&](DbSession& db) {
    change(db, "first");
    second = std::jthread([&] { write([&](DbSession& other) { change(other, "second"); }); });
    // SQLite lets the second begin only when this one is over.
    if (db.engine() == DbEngine::kPostgres) CHECK(somebody_waits(db));
  });
}

}  // namespace visavis::platform::testkit
