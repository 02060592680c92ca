// SPDX-License-Identifier: Apache-2.0
// A process commits and acknowledges as fast as it can and is killed at random moments. Nothing it acknowledged may be
// missing afterwards, and whatever is there must be whole.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <random>
#include <set>
#include <thread>

#include "center/schema/schema.hpp"
#include "center/store/command_book.hpp"
#include "center/store/committer.hpp"
#include "center/tenant/tenant.hpp"
#include "platform/db/testkit/engines.hpp"

namespace visavis::center {
namespace {

using platform::DbEngine;
using platform::DbSession;

const std::string kKey(32, 'k');

constexpr std::int64_t kMostPerLife = 100;  // every round reads everything again

/// The killed side: never returns. Acknowledgements are whole numbers on the pipe.
[[noreturn]] void commit_until_killed(const std::string& url, std::int64_t first, int acknowledge) {
  auto database = platform::Database::open({.url = url});
  if (!database) _exit(1);
  const auto run_at_once = [](const std::function<void()>& task) { task(); };
  Committer committer(**database, kKey, run_at_once);
  for (std::int64_t number = first; number < first + kMostPerLife; ++number) {
    const auto text = std::to_string(number);
    Batch batch;
    batch.events.push_back({{.tenant_id = "t1", .type = "note", .at = {number}, .actor = "system", .data = text}, {}});
    batch.command = AppliedCommand{"c1", text, "reply " + text, {number}};
    batch.records.emplace_back([text, number](DbSession& db) {
      db.run("INSERT INTO agent_state (tenant_id, user_id, state, event_seq) VALUES ('t1', :u, 'ready', :n)",
             {{"u", text}, {"n", number}});
    });
    committer.submit(std::move(batch), [number, acknowledge](const Result<void>& result) {
      if (!result || write(acknowledge, &number, sizeof number) != sizeof number) _exit(2);
    });
    while (committer.counters().waiting > 20) std::this_thread::yield();
  }
  for (;;) pause();
}

class Killed : public testing::TestWithParam<DbEngine> {};
INSTANTIATE_TEST_SUITE_P(Engines, Killed, testing::Values(DbEngine::kSqlite, DbEngine::kPostgres),
                         testing::PrintToStringParamName());

/// A PostgreSQL server may still be finishing the last transaction of a client that is gone.
void wait_for_the_dead(platform::Database& db) {
  if (db.engine() == DbEngine::kSqlite) return;
  const auto others = [](DbSession& s) {
    return s
        .query(
            "SELECT COUNT(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND "
            "pid <> pg_backend_pid() AND backend_type = 'client backend'")
        .at(0)
        .integer("n");
  };
  while (db.read(others).value() > 0) std::this_thread::yield();
}

std::set<std::string> column(platform::Database& db, const std::string& sql) {
  std::set<std::string> values;
  for (const auto& row : db.read([&](DbSession& s) { return s.query(sql); }).value()) values.insert(row.text("v"));
  return values;
}

TEST_P(Killed, nothing_acknowledged_is_ever_missing) {
  if (GetParam() == DbEngine::kPostgres && !platform::testkit::postgres_installed()) {
    GTEST_SKIP() << "PostgreSQL is not installed";
  }
  const platform::testkit::EmptyDatabase place(GetParam());
  {
    const auto db = place.open();
    ASSERT_TRUE(migrate_schema(*db, UtcMillis{1}));
    ASSERT_TRUE(db->write([](DbSession& s) { insert_tenant(s, {"t1", "demo", {}, {}, {}, {1}}); }));
  }
  const auto seed = std::random_device{}();
  RecordProperty("seed", std::to_string(seed));
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> answers_before_the_kill(0, 40);
  std::uniform_int_distribution<int> extra_yields(0, 500);
  std::int64_t next = 1;
  std::set<std::string> acknowledged;
  for (int round = 0; round < 50; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(pipe_ends[0]);
      commit_until_killed(place.url(), next, pipe_ends[1]);
    }
    close(pipe_ends[1]);
    // The moment of the kill is random against the child's transactions; no outcome depends on it.
    int wanted = answers_before_the_kill(random);
    std::int64_t number = 0;
    while (wanted-- > 0 && read(pipe_ends[0], &number, sizeof number) == sizeof number) {
      acknowledged.insert(std::to_string(number));
    }
    for (int more = extra_yields(random); more > 0; --more) std::this_thread::yield();
    kill(child, SIGKILL);
    while (read(pipe_ends[0], &number, sizeof number) == sizeof number) acknowledged.insert(std::to_string(number));
    close(pipe_ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << status << ", seed " << seed;

    const auto db = platform::Database::open({.url = place.url(), .sessions = 1}).value();
    wait_for_the_dead(*db);
    const auto stored = column(*db, "SELECT data AS v FROM event WHERE tenant_id = 't1'");
    for (const auto& text : acknowledged) ASSERT_TRUE(stored.contains(text)) << text << ", seed " << seed;
    ASSERT_EQ(stored, column(*db, "SELECT id AS v FROM applied_command")) << seed;
    ASSERT_EQ(stored, column(*db, "SELECT user_id AS v FROM agent_state")) << seed;
    ASSERT_TRUE(db->read([](DbSession& s) { return audit::verify(s, kKey, "t1"); }).value().whole()) << seed;
    next = stored.empty()
               ? 1
               : std::stoll(*std::ranges::max_element(stored, {}, [](const auto& t) { return std::stoll(t); })) + 1;
  }
  EXPECT_GT(acknowledged.size(), 50U);
  CommandBook book;
  const auto db = place.open();
  ASSERT_TRUE(book.load(*db, UtcMillis{0}));
  EXPECT_EQ(book.begin("c1", std::to_string(next - 1)).reply, "reply " + std::to_string(next - 1));
}

}  // namespace
}  // namespace visavis::center
