// SPDX-License-Identifier: Apache-2.0
#include "center/audit/chain.hpp"

#include <gtest/gtest.h>

#include "center/schema/schema.hpp"
#include "center/tenant/tenant.hpp"
#include "platform/db/testkit/engines.hpp"

namespace visavis::center::audit {
namespace {

using platform::DbEngine;
using platform::DbSession;

const std::string kKey(32, 'k');

class Chain : public testing::TestWithParam<DbEngine> {
 protected:
  void SetUp() override {
    if (GetParam() == DbEngine::kPostgres && !platform::testkit::postgres_installed()) {
      GTEST_SKIP() << "PostgreSQL is not installed";
    }
    place_.emplace(GetParam());
    db_ = place_->open();
    ASSERT_TRUE(migrate_schema(*db_, UtcMillis{1}));
    write([](DbSession& db) {
      insert_tenant(db, {"t1", "demo", {}, {}, {}, {1}});
      insert_tenant(db, {"t2", "other", {}, {}, {}, {1}});
    });
    for (int i = 0; i < 5; ++i)
      add("t1", "c" + std::to_string(i % 2), "{\"text\":\"secret " + std::to_string(i) + "\"}");
    add("t2", "c9", "{}");
  }
  void write(const std::function<void(DbSession&)>& work) {
    const auto done = db_->write(work);
    ASSERT_TRUE(done) << done.error().message;
  }
  void add(const std::string& tenant, const std::string& contact, const std::string& data) {
    const Entry entry{.tenant_id = tenant,
                      .type = "chat.posted",
                      .at = {1000},
                      .actor = "system",
                      .contact_id = contact,
                      .subject = "",
                      .data = data};
    write([&](DbSession& db) { append(db, kKey, {&entry}); });
  }
  void tamper(const std::string& sql) {
    write([&](DbSession& db) { ASSERT_GT(db.run(sql), 0) << sql; });
  }
  Report check(const std::string& key = kKey) {
    return db_->read([&](DbSession& db) { return verify(db, key, "t1"); }).value();
  }
  std::optional<platform::testkit::EmptyDatabase> place_;
  std::unique_ptr<platform::Database> db_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Chain, testing::Values(DbEngine::kSqlite, DbEngine::kPostgres),
                         testing::PrintToStringParamName());

TEST_P(Chain, numbers_each_tenant_apart_and_verifies) {
  const auto report = check();
  EXPECT_TRUE(report.whole());
  EXPECT_EQ(report.entries, 5);
  EXPECT_EQ(report.erased, 0);
  const auto other = db_->read([](DbSession& db) { return verify(db, kKey, "t2"); }).value();
  EXPECT_TRUE(other.whole());
  EXPECT_EQ(other.entries, 1);
}

TEST_P(Chain, stays_whole_whatever_bytes_people_send) {
  add("t1", "c0", std::string("{\"text\":\"\0\xff\xc3\"}", 14));
  EXPECT_TRUE(check().whole());
}

TEST_P(Chain, one_batch_may_hold_entries_of_several_tenants) {
  const Entry a{.tenant_id = "t1", .type = "x", .at = {1}, .actor = "system"};
  const Entry b{.tenant_id = "t2", .type = "y", .at = {1}, .actor = "system"};
  std::vector<std::int64_t> numbers;
  write([&](DbSession& db) { numbers = append(db, kKey, {&a, &b, &a}); });
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{6, 2, 7}));
  EXPECT_TRUE(check().whole());
}

TEST_P(Chain, every_edited_column_is_found) {
  for (const auto* edit :
       {"type = 'chat.deleted'", "at = 999", "actor = 'agent:x'", "contact_id = 'c7'", "subject = 'u'", "data = '{}'",
        "data = NULL", "salt = NULL", "data_hash = 'x'", "hash = 'x'"}) {
    write([](DbSession& db) { db.run("CREATE TABLE copy AS SELECT * FROM event"); });
    tamper("UPDATE event SET " + std::string(edit) + " WHERE tenant_id = 't1' AND seq = 3");
    EXPECT_FALSE(check().whole()) << edit;
    write([](DbSession& db) {
      db.run("DELETE FROM event");
      db.run("INSERT INTO event SELECT * FROM copy");
      db.run("DROP TABLE copy");
    });
    ASSERT_TRUE(check().whole());
  }
}

TEST_P(Chain, a_deleted_entry_is_found_wherever_it_was) {
  for (const int seq : {1, 3, 5}) {
    write([](DbSession& db) { db.run("CREATE TABLE copy AS SELECT * FROM event"); });
    tamper("DELETE FROM event WHERE tenant_id = 't1' AND seq = " + std::to_string(seq));
    const auto report = check();
    ASSERT_FALSE(report.whole()) << seq;
    EXPECT_EQ(report.problems[0].what, seq == 5 ? "newest entries missing" : "entries missing before");
    write([](DbSession& db) {
      db.run("DELETE FROM event");
      db.run("INSERT INTO event SELECT * FROM copy");
      db.run("DROP TABLE copy");
    });
  }
}

TEST_P(Chain, a_deleted_entry_with_the_rest_renumbered_is_found) {
  tamper("DELETE FROM event WHERE tenant_id = 't1' AND seq = 3");
  tamper("UPDATE event SET seq = 3 WHERE tenant_id = 't1' AND seq = 4");
  tamper("UPDATE event SET seq = 4 WHERE tenant_id = 't1' AND seq = 5");
  EXPECT_FALSE(check().whole());
}

TEST_P(Chain, swapped_entries_are_found) {
  tamper("UPDATE event SET seq = 100 WHERE tenant_id = 't1' AND seq = 2");
  tamper("UPDATE event SET seq = 2 WHERE tenant_id = 't1' AND seq = 4");
  tamper("UPDATE event SET seq = 4 WHERE tenant_id = 't1' AND seq = 100");
  EXPECT_FALSE(check().whole());
}

TEST_P(Chain, a_chain_rebuilt_without_the_key_is_found) {
  // A database administrator who knows this code rewrites history consistently but cannot sign the head.
  tamper("DELETE FROM event WHERE tenant_id = 't1'");
  const Entry forged{.tenant_id = "t1",
                     .type = "chat.posted",
                     .at = {1000},
                     .actor = "system",
                     .contact_id = "c0",
                     .subject = "",
                     .data = "{}"};
  write([&](DbSession& db) { append(db, std::string(32, 'x'), {&forged}); });
  const auto report = check();
  ASSERT_FALSE(report.whole());
  EXPECT_EQ(report.problems[0].what, "signature wrong");
}

TEST_P(Chain, a_removed_head_is_found) {
  tamper("DELETE FROM audit_head WHERE tenant_id = 't1'");
  EXPECT_EQ(check().problems.at(0).what, "signature missing");
}

TEST_P(Chain, an_older_copy_of_the_database_is_found_by_a_head_noted_elsewhere) {
  const auto noted = [&] { return db_->read([](DbSession& db) { return heads(db, UtcMillis{7}); }).value(); };
  const auto differing = [&](const std::vector<Head>& all) {
    return db_->read([&](DbSession& db) { return verify_heads(db, kKey, "t1", all); }).value();
  };
  const auto early = noted();
  write([](DbSession& db) {
    db.run("CREATE TABLE copy AS SELECT * FROM event");
    db.run("CREATE TABLE head_copy AS SELECT * FROM audit_head");
  });
  add("t1", "c0", "{\"decision\":\"refused\"}");
  const auto late = heads_from_lines(to_lines(noted()) + "rubbish\n1 t1 x\n");
  ASSERT_EQ(late.size(), 2U);
  EXPECT_TRUE(differing(early).empty());
  EXPECT_TRUE(differing(late).empty());
  write([](DbSession& db) {
    db.run("DELETE FROM event");
    db.run("INSERT INTO event SELECT * FROM copy");
    db.run("DELETE FROM audit_head");
    db.run("INSERT INTO audit_head SELECT * FROM head_copy");
  });
  EXPECT_TRUE(check().whole());  // the older copy is whole in itself
  ASSERT_EQ(differing(late).size(), 1U);
  EXPECT_EQ(differing(late)[0].seq, 6);
  EXPECT_TRUE(differing(early).empty());
  // A line that we did not sign raises no alarm.
  auto forged = late;
  for (auto& head : forged) head.signature = std::string(64, '0');
  EXPECT_TRUE(differing(forged).empty());
}

TEST_P(Chain, erasure_removes_what_was_said_and_keeps_the_chain_whole) {
  std::int64_t erased = 0;
  write([&](DbSession& db) { erased = erase_contact(db, "t1", "c0"); });
  EXPECT_EQ(erased, 3);
  const auto report = check();
  EXPECT_TRUE(report.whole());
  EXPECT_EQ(report.erased, 3);
  const auto left = db_->read([](DbSession& db) {
    return db.query(
        "SELECT data FROM event WHERE tenant_id = 't1' AND (data LIKE '%secret 0%' OR data LIKE '%secret 2%')");
  });
  EXPECT_TRUE(left.value().empty());
  const auto entries = db_->read([](DbSession& db) { return entries_of_contact(db, "t1", "c0"); }).value();
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_TRUE(entries[0].erased);
  EXPECT_TRUE(db_->read([](DbSession& db) { return entries_of_contact(db, "t2", "c0"); }).value().empty());
}

TEST_P(Chain, problems_after_a_break_are_still_told_apart) {
  tamper("UPDATE event SET type = 'x' WHERE tenant_id = 't1' AND seq IN (2, 4)");
  const auto report = check();
  ASSERT_EQ(report.problems.size(), 2U);
  EXPECT_EQ(report.problems[0].seq, 2);
  EXPECT_EQ(report.problems[1].seq, 4);
}

}  // namespace
}  // namespace visavis::center::audit
