// SPDX-License-Identifier: Apache-2.0
#include "center/store/committer.hpp"

#include <gtest/gtest.h>

#include "center/schema/schema.hpp"
#include "center/store/command_book.hpp"
#include "center/tenant/tenant.hpp"
#include "platform/db/testkit/engines.hpp"
#include "platform/tasks/testkit/home.hpp"

namespace visavis::center {
namespace {

using platform::DbEngine;
using platform::DbError;
using platform::DbSession;

const std::string kKey(32, 'k');

using platform::testkit::Home;

Batch note(const std::string& text) {
  Batch batch;
  batch.events.push_back({{.tenant_id = "t1", .type = "note", .at = {1}, .actor = "system", .data = text}, {}});
  return batch;
}

Batch command(const std::string& id, UtcMillis at = {1}) {
  auto batch = note(id);
  batch.command = AppliedCommand{"c1", id, "{\"re\":\"" + id + "\"}", at};
  return batch;
}

class Committing : public testing::TestWithParam<DbEngine> {
 protected:
  void SetUp() override {
    if (GetParam() == DbEngine::kPostgres && !platform::testkit::postgres_installed()) {
      GTEST_SKIP() << "PostgreSQL is not installed";
    }
    place_.emplace(GetParam());
    db_ = place_->open();
    ASSERT_TRUE(migrate_schema(*db_, UtcMillis{1}));
    ASSERT_TRUE(db_->write([](DbSession& db) { insert_tenant(db, {"t1", "demo", {}, {}, {}, {1}}); }));
    committer_.emplace(*db_, kKey, home_.post());
  }
  void submit(Batch batch) {
    ++outstanding_;
    committer_->submit(std::move(batch), [this, number = submitted_++](const Result<void>& result) {
      --outstanding_;
      answers_.emplace_back(number, result ? "ok" : result.error().code);
    });
  }
  /// All answers, which must have come in the order of submission.
  std::vector<std::string> answers() {
    while (outstanding_ > 0) home_.run_one();
    std::vector<std::string> codes;
    for (const auto& [number, code] : answers_) {
      EXPECT_EQ(number, expected_++);
      codes.push_back(code);
    }
    answers_.clear();
    return codes;
  }
  std::vector<std::string> stored() {
    const auto rows =
        db_->read([](DbSession& db) { return db.query("SELECT data FROM event WHERE tenant_id = 't1' ORDER BY seq"); });
    std::vector<std::string> texts;
    for (const auto& row : rows.value()) texts.push_back(row.text("data"));
    return texts;
  }
  using Words = std::vector<std::string>;
  Home home_;
  std::optional<platform::testkit::EmptyDatabase> place_;
  std::unique_ptr<platform::Database> db_;
  std::optional<Committer> committer_;
  int submitted_ = 0, expected_ = 0, outstanding_ = 0;
  std::vector<std::pair<int, std::string>> answers_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Committing, testing::Values(DbEngine::kSqlite, DbEngine::kPostgres),
                         testing::PrintToStringParamName());

TEST_P(Committing, answers_in_order_once_it_is_stored) {
  for (const auto* text : {"a", "b", "c"}) submit(note(text));
  EXPECT_EQ(answers(), (Words{"ok", "ok", "ok"}));
  EXPECT_EQ(stored(), (Words{"a", "b", "c"}));
  EXPECT_TRUE(db_->read([](DbSession& db) { return audit::verify(db, kKey, "t1"); }).value().whole());
}

TEST_P(Committing, many_that_wait_share_a_transaction) {
  // The first one holds the writer until all others wait.
  std::mutex gate;
  gate.lock();
  auto slow = note("first");
  slow.records.emplace_back([&](DbSession&) { const std::lock_guard wait(gate); });
  submit(std::move(slow));
  for (int i = 0; i < 200; ++i) submit(note(std::to_string(i)));
  gate.unlock();
  for (const auto& code : answers()) EXPECT_EQ(code, "ok");
  EXPECT_EQ(stored().size(), 201U);
  EXPECT_LE(committer_->counters().transactions, 3U);
  EXPECT_EQ(committer_->counters().batches, 201U);
  EXPECT_EQ(committer_->counters().waiting, 0U);
}

TEST_P(Committing, a_refused_batch_fails_with_all_behind_it_until_resumed) {
  std::mutex gate;
  gate.lock();
  auto first = note("a");
  first.records.emplace_back([&](DbSession&) { const std::lock_guard wait(gate); });
  submit(std::move(first));
  submit(note("b"));
  auto bad = note("c");
  bad.records.emplace_back([](DbSession&) { throw DbError({ErrorKind::kGone, "link_used", "used"}); });
  submit(std::move(bad));
  submit(note("d"));
  gate.unlock();
  EXPECT_EQ(answers(), (Words{"ok", "ok", "link_used", "link_used"}));
  submit(note("e"));
  EXPECT_EQ(answers(), Words{"link_used"});
  EXPECT_EQ(stored(), (Words{"a", "b"}));
  submit(note("f"));  // still before the reload
  committer_->resume();
  submit(note("g"));
  EXPECT_EQ(answers(), (Words{"link_used", "ok"}));
  EXPECT_EQ(stored(), (Words{"a", "b", "g"}));
  EXPECT_TRUE(db_->read([](DbSession& db) { return audit::verify(db, kKey, "t1"); }).value().whole());
}

TEST_P(Committing, projections_know_their_number_and_share_the_fate_of_the_event) {
  Batch batch = note("a");
  batch.events.push_back(batch.events[0]);
  std::vector<std::int64_t> numbers;
  for (auto& event : batch.events) {
    event.project = [&](DbSession& db, std::int64_t seq) {
      numbers.push_back(seq);
      db.run("INSERT INTO agent_state (tenant_id, user_id, state, event_seq) VALUES ('t1', :u, 'ready', :seq)",
             {{"u", std::to_string(seq)}, {"seq", seq}});
    };
  }
  submit(std::move(batch));
  EXPECT_EQ(answers(), Words{"ok"});
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(db_->read([](DbSession& db) { return db.query("SELECT * FROM agent_state"); }).value().size(), 2U);
}

TEST_P(Committing, a_command_is_stored_once_with_its_answer) {
  submit(command("k1"));
  EXPECT_EQ(answers(), Words{"ok"});
  CommandBook book;
  ASSERT_TRUE(book.load(*db_, UtcMillis{0}));
  const auto found = book.begin("c1", "k1");
  EXPECT_EQ(found.state, CommandBook::State::kDone);
  EXPECT_EQ(found.reply, "{\"re\":\"k1\"}");
  EXPECT_EQ(book.begin("c2", "k1").state, CommandBook::State::kNew);  // nobody else's
}

TEST_P(Committing, a_client_that_repeats_a_forgotten_command_fails_nobody_elses_batch) {
  submit(command("k1"));
  submit(command("k1"));
  submit(note("another's"));
  EXPECT_EQ(answers(), (Words{"ok", "ok", "ok"}));
}

TEST_P(Committing, answers_older_than_a_day_are_pruned) {
  const UtcMillis start{1'700'000'000'000};
  submit(command("old", start));
  submit(command("new", start + std::chrono::hours{25}));
  EXPECT_EQ(answers(), (Words{"ok", "ok"}));
  submit(command("newer", start + std::chrono::hours{27}));
  EXPECT_EQ(answers(), Words{"ok"});
  committer_.reset();
  CommandBook book;
  ASSERT_TRUE(book.load(*db_, UtcMillis{0}));
  EXPECT_EQ(book.begin("c1", "old").state, CommandBook::State::kNew);
  EXPECT_EQ(book.begin("c1", "new").state, CommandBook::State::kDone);
}

TEST_P(Committing, its_end_commits_what_waits) {
  for (int i = 0; i < 50; ++i) submit(note(std::to_string(i)));
  committer_.reset();
  EXPECT_EQ(stored().size(), 50U);
  EXPECT_EQ(answers().size(), 50U);
}

TEST(CommandBook, tells_pending_done_and_forgotten_apart) {
  CommandBook book;
  EXPECT_EQ(book.begin("s", "a").state, CommandBook::State::kNew);
  EXPECT_EQ(book.begin("s", "a").state, CommandBook::State::kPending);
  book.finish("s", "a", "yes");
  EXPECT_EQ(book.begin("s", "a").reply, "yes");
  book.forget("s", "a");  // too late: it was applied
  EXPECT_EQ(book.begin("s", "a").state, CommandBook::State::kDone);
  EXPECT_EQ(book.begin("s", "b").state, CommandBook::State::kNew);
  book.forget("s", "b");
  EXPECT_EQ(book.begin("s", "b").state, CommandBook::State::kNew);
}

TEST(CommandBook, is_bounded_over_all_scopes) {
  CommandBook book;
  for (int i = 0; i < 150'000; ++i) {
    const auto scope = "contact " + std::to_string(i);
    book.begin(scope, "a");
    book.finish(scope, "a", "r");
  }
  EXPECT_LE(book.scopes(), CommandBook::kMost);
  EXPECT_EQ(book.begin("contact 149999", "a").state, CommandBook::State::kDone);
  EXPECT_EQ(book.begin("contact 0", "a").state, CommandBook::State::kNew);
}

TEST(CommandBook, is_bounded_per_scope) {
  CommandBook book;
  for (int i = 0; i < 5000; ++i) {
    book.begin("s", std::to_string(i));
    book.finish("s", std::to_string(i), "r");
  }
  EXPECT_EQ(book.begin("s", "4999").state, CommandBook::State::kDone);
  EXPECT_EQ(book.begin("s", "0").state, CommandBook::State::kNew);
}

TEST(CommandBook, holds_so_many_bytes_of_answers_and_no_more) {
  CommandBook book;
  const std::string reply(100'000, 'x');
  for (int i = 0; i < 1'000; ++i) {
    const auto scope = "c:" + std::to_string(i);
    book.begin(scope, "1");
    book.finish(scope, "1", reply);
  }
  EXPECT_LE(book.bytes(), CommandBook::kMostBytes);
  EXPECT_GT(book.bytes(), CommandBook::kMostBytes / 2);
  EXPECT_EQ(book.begin("c:999", "1").state, CommandBook::State::kDone);
  EXPECT_EQ(book.begin("c:0", "1").state, CommandBook::State::kNew) << "the oldest went";
  book.forget("c:0", "1");
  for (int i = 0; i < 1'000; ++i) book.drop_scope("c:" + std::to_string(i));
  EXPECT_EQ(book.bytes(), 0U);
  EXPECT_EQ(book.scopes(), 0U);
}

}  // namespace
}  // namespace visavis::center
