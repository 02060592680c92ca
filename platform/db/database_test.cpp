// SPDX-License-Identifier: Apache-2.0
#include "platform/db/database.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <fstream>
#include <thread>

#include "platform/db/migrate.hpp"
#include "platform/db/testkit/engines.hpp"

namespace visavis::platform {
namespace {

constexpr std::array<Migration, 2> kMigrations{{
    {1, "things", R"(
CREATE TABLE thing (id TEXT PRIMARY KEY, size BIGINT, note TEXT); -- a comment
CREATE INDEX thing_size ON thing (size);
)"},
    {2, "weight", "ALTER TABLE thing ADD COLUMN weight DOUBLE PRECISION;\n"},
}};

class EachEngine : public testing::TestWithParam<DbEngine> {
 protected:
  void SetUp() override {
    if (GetParam() == DbEngine::kPostgres && !testkit::postgres_installed())
      GTEST_SKIP() << "PostgreSQL is not installed";
    place_.emplace(GetParam());
    database_ = place_->open();
    ASSERT_TRUE(migrate(*database_, kMigrations, UtcMillis{1}));
  }
  std::int64_t count() {
    return database_->read([](DbSession& db) { return db.query("SELECT COUNT(*) AS n FROM thing").at(0).integer("n"); })
        .value();
  }
  std::optional<testkit::EmptyDatabase> place_;
  std::unique_ptr<Database> database_;
};
INSTANTIATE_TEST_SUITE_P(Database, EachEngine, testing::Values(DbEngine::kSqlite, DbEngine::kPostgres),
                         testing::PrintToStringParamName());

TEST_P(EachEngine, keeps_every_type_of_value) {
  const std::string odd = "it's \"quoted\" :name; 面对面 \\ -- $1";
  const auto wrote = database_->write([&](DbSession& db) {
    return db.run("INSERT INTO thing (id, size, note, weight) VALUES (:id, :size, :note, :weight)",
                  {{"id", "a"}, {"size", std::int64_t{1} << 52}, {"note", odd}, {"weight", 2.5}});
  });
  ASSERT_TRUE(wrote) << wrote.error().message;
  EXPECT_EQ(*wrote, 1);
  const auto rows = database_->read([](DbSession& db) {
    return db.query("SELECT size, note, weight, note AS again FROM thing WHERE id = :id OR id = :id", {{"id", "a"}});
  });
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(rows->at(0).integer("size"), std::int64_t{1} << 52);
  EXPECT_EQ(rows->at(0).text("note"), odd);
  EXPECT_EQ(rows->at(0).text("again"), odd);
  EXPECT_EQ(rows->at(0).text("weight").substr(0, 3), "2.5");
}

TEST_P(EachEngine, takes_bytes_that_are_no_text_without_refusing_the_rest) {
  const std::string bad("a\0b\xff\xc0\x80\xed\xa0\x80 \xe9\x9d", 13);
  const auto wrote = database_->write([&](DbSession& db) {
    return db.run("INSERT INTO thing (id, note) VALUES (:id, :note)", {{"id", bad}, {"note", std::string_view(bad)}});
  });
  ASSERT_TRUE(wrote) << wrote.error().message;
  const auto rows = database_->read([](DbSession& db) { return db.query("SELECT id, note FROM thing"); }).value();
  EXPECT_EQ(rows.at(0).text("note"), storable(bad));
  EXPECT_EQ(rows.at(0).text("id"), storable(bad));
}

TEST(Storable, leaves_utf8_alone_and_replaces_the_rest) {
  const std::string fine = "plain, 面对面, \xF0\x9F\x98\x80, \xF4\x8F\xBF\xBF, \n\t\x7f";
  EXPECT_EQ(storable(fine), fine);
  EXPECT_EQ(storable(std::string("a\0b", 3)),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(storable("x\xC3"), "x\xEF\xBF\xBD");                            // cut short
  EXPECT_EQ(storable("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");              // overlong
  EXPECT_EQ(storable("\xF4\x90\x80\x80").size(), 12U);                      // beyond U+10FFFF
  EXPECT_EQ(storable(storable("\xED\xA0\x80")), storable("\xED\xA0\x80"));  // a surrogate
}

TEST_P(EachEngine, keeps_null_apart_from_empty) {
  ASSERT_TRUE(database_->write([](DbSession& db) {
    return db.run("INSERT INTO thing (id, size, note) VALUES (:id, :size, :note)",
                  {{"id", "a"}, {"size", std::optional<std::int64_t>{}}, {"note", ""}});
  }));
  const auto rows = database_->read([](DbSession& db) { return db.query("SELECT size, note FROM thing"); }).value();
  EXPECT_TRUE(rows.at(0).is_null("size"));
  EXPECT_FALSE(rows.at(0).is_null("note"));
  EXPECT_EQ(rows.at(0).maybe_text("note"), "");
}

TEST_P(EachEngine, answers_no_rows_and_aggregates) {
  EXPECT_EQ(count(), 0);
  EXPECT_TRUE(database_->read([](DbSession& db) { return db.query("SELECT * FROM thing"); }).value().empty());
  ASSERT_TRUE(database_->write([](DbSession& db) {
    for (int i = 0; i < 300; ++i) {
      db.run("INSERT INTO thing (id, size) VALUES (:id, :size)",
             {{"id", std::to_string(i)}, {"size", i * 1'000'000'000LL}});
    }
  }));
  EXPECT_EQ(count(), 300);
  const auto rows = database_->read([](DbSession& db) {
    return db.query("SELECT SUM(size) AS total, MAX(size) AS most FROM thing WHERE size > :low", {{"low", 0}});
  });
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(rows->at(0).integer("total"), 299LL * 300 / 2 * 1'000'000'000LL);
  EXPECT_EQ(rows->at(0).integer("most"), 299'000'000'000LL);
}

TEST_P(EachEngine, reports_affected_rows) {
  ASSERT_TRUE(database_->write([](DbSession& db) {
    db.run("INSERT INTO thing (id, size) VALUES ('a', 1)");
    db.run("INSERT INTO thing (id, size) VALUES ('b', 1)");
  }));
  EXPECT_EQ(
      database_->write([](DbSession& db) { return db.run("UPDATE thing SET size = 2 WHERE size = :s", {{"s", 1}}); })
          .value(),
      2);
  EXPECT_EQ(
      database_->write([](DbSession& db) { return db.run("UPDATE thing SET size = 3 WHERE size = :s", {{"s", 1}}); })
          .value(),
      0);
}

TEST_P(EachEngine, rolls_back_when_the_work_fails) {
  const auto refused = database_->write([](DbSession& db) {
    db.run("INSERT INTO thing (id) VALUES ('a')");
    db.run("INSERT INTO thing (id) VALUES ('a')");
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kConflict) << refused.error().message;
  EXPECT_EQ(refused.error().code, "storage_conflict");
  EXPECT_EQ(count(), 0);
  const auto ours = database_->write([](DbSession& db) {
    db.run("INSERT INTO thing (id) VALUES ('a')");
    throw DbError({ErrorKind::kGone, "link_used", "used"});
  });
  ASSERT_FALSE(ours);
  EXPECT_EQ(ours.error().code, "link_used");
  EXPECT_EQ(count(), 0);
}

TEST_P(EachEngine, a_bad_statement_is_an_error_and_the_next_one_works) {
  const auto bad = database_->read([](DbSession& db) { return db.query("SELECT nothing FROM nowhere"); });
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, "storage_failed") << bad.error().message;
  EXPECT_EQ(count(), 0);
}

TEST_P(EachEngine, threads_write_side_by_side) {
  std::vector<std::thread> threads;
  std::atomic<int> failed = 0;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const auto done = database_->write([&](DbSession& db) {
          db.run("INSERT INTO thing (id) VALUES (:id)", {{"id", std::to_string(t) + "/" + std::to_string(i)}});
        });
        if (!done) ++failed;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(count(), 120);
}

TEST_P(EachEngine, migrations_apply_once_and_from_every_earlier_version) {
  EXPECT_EQ(migrate(*database_, kMigrations, UtcMillis{2}), 0);
  EXPECT_EQ(schema_version(*database_), 2);
  for (std::size_t from = 0; from <= kMigrations.size(); ++from) {
    const testkit::EmptyDatabase place(GetParam());
    const auto database = place.open();
    ASSERT_EQ(migrate(*database, std::span(kMigrations).first(from), UtcMillis{1}), static_cast<int>(from));
    ASSERT_EQ(migrate(*database, kMigrations, UtcMillis{2}), static_cast<int>(kMigrations.size() - from));
    EXPECT_TRUE(database->write([](DbSession& db) { db.run("INSERT INTO thing (id, weight) VALUES ('a', 1.5)"); }));
  }
}

TEST_P(EachEngine, an_edited_or_newer_schema_is_refused) {
  auto edited = kMigrations;
  edited[0].sql = "CREATE TABLE thing (id TEXT);\n";
  EXPECT_EQ(migrate(*database_, edited, UtcMillis{2}).error().code, "schema_differs");
  EXPECT_EQ(migrate(*database_, std::span(kMigrations).first(1), UtcMillis{2}).error().code, "schema_newer");
}

TEST_P(EachEngine, a_failing_migration_leaves_nothing_behind) {
  const std::array<Migration, 3> more{
      {kMigrations[0],
       kMigrations[1],
       {3, "broken", "CREATE TABLE other (id TEXT);\nCREATE TABLE thing (id TEXT);\n"}}};
  EXPECT_FALSE(migrate(*database_, more, UtcMillis{2}));
  EXPECT_EQ(schema_version(*database_), 2);
  EXPECT_FALSE(database_->read([](DbSession& db) { return db.query("SELECT * FROM other"); }));
}

TEST(Sqlite, a_full_disk_is_told_apart_and_nothing_stored_is_lost) {
  const testkit::EmptyDatabase place(DbEngine::kSqlite);
  const auto database = Database::open({.url = place.url(), .sessions = 1}).value();
  ASSERT_TRUE(migrate(*database, kMigrations, UtcMillis{1}));
  const auto insert = [&](const std::string& id) {
    return database->write([&](DbSession& db) {
      db.run("INSERT INTO thing (id, note) VALUES (:id, :note)", {{"id", id}, {"note", std::string(100'000, 'x')}});
    });
  };
  ASSERT_TRUE(insert("before"));
  // SQLite's own limit answers exactly like the disk's.
  ASSERT_TRUE(database->write([](DbSession& db) { db.query("PRAGMA max_page_count = 40"); }));
  const auto full = insert("full");
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, "storage_full") << full.error().message;
  EXPECT_EQ(full.error().kind, ErrorKind::kUnavailable);
  ASSERT_TRUE(database->write([](DbSession& db) { db.query("PRAGMA max_page_count = 100000"); }));
  ASSERT_TRUE(insert("after"));
  const auto rows = database->read([](DbSession& db) { return db.query("SELECT id FROM thing ORDER BY id"); }).value();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1].text("id"), "before");
}

TEST(Sqlite, its_files_are_for_the_owner_only) {
  const testkit::EmptyDatabase place(DbEngine::kSqlite);
  const auto database = place.open();
  ASSERT_TRUE(migrate(*database, kMigrations, UtcMillis{1}));
  const auto path = place.url().substr(std::string_view("sqlite:").size());
  for (const auto* suffix : {"", "-wal", "-shm"}) {
    const auto mode = std::filesystem::status(path + suffix).permissions();
    EXPECT_EQ(mode & std::filesystem::perms{0077}, std::filesystem::perms::none) << suffix;
  }
}

TEST(Sqlite, a_read_only_database_is_told_apart) {
  const testkit::EmptyDatabase place(DbEngine::kSqlite);
  const auto database = Database::open({.url = place.url(), .sessions = 1}).value();
  ASSERT_TRUE(migrate(*database, kMigrations, UtcMillis{1}));
  ASSERT_TRUE(database->read([](DbSession& db) { db.query("PRAGMA query_only = 1"); }));
  const auto refused = database->write([](DbSession& db) { db.run("INSERT INTO thing (id) VALUES ('a')"); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "storage_read_only") << refused.error().message;
}

TEST(Sqlite, a_lock_held_by_another_process_is_told_apart) {
  const testkit::EmptyDatabase place(DbEngine::kSqlite);
  const auto ours = Database::open({.url = place.url(), .busy_timeout = Millis{20}}).value();
  ASSERT_TRUE(migrate(*ours, kMigrations, UtcMillis{1}));
  const auto theirs = Database::open({.url = place.url()}).value();  // its writers do not know of ours
  ASSERT_TRUE(theirs->write([&](DbSession& db) {
    db.run("INSERT INTO thing (id) VALUES ('theirs')");
    const auto refused = ours->write([](DbSession& other) { other.run("INSERT INTO thing (id) VALUES ('ours')"); });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "storage_busy") << refused.error().message;
    EXPECT_TRUE(ours->read([](DbSession& other) { return other.query("SELECT * FROM thing"); }));  // readers never wait
  }));
  EXPECT_TRUE(ours->write([](DbSession& db) { db.run("INSERT INTO thing (id) VALUES ('ours')"); }));
}

TEST(Postgres, lost_connections_are_opened_again) {
  if (!testkit::postgres_installed()) GTEST_SKIP() << "PostgreSQL is not installed";
  const testkit::EmptyDatabase place(DbEngine::kPostgres);
  const auto database = Database::open({.url = place.url(), .sessions = 2}).value();
  ASSERT_TRUE(migrate(*database, kMigrations, UtcMillis{1}));
  const auto other = place.open();
  const auto cut = [&](DbSession& db) {
    db.query(
        "SELECT pg_terminate_backend(pid) AS cut FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND "
        "datname = current_database()");
  };
  ASSERT_TRUE(other->read(cut));
  // Idle connections are replaced without anybody noticing.
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(database->write(
        [&](DbSession& db) { db.run("INSERT INTO thing (id) VALUES (:i)", {{"i", std::to_string(i)}}); }));
  }
  // One that goes in the middle of the work is an error: the work may not be done twice.
  const auto killer = place.open();
  const auto broken = database->write([&](DbSession& db) {
    db.run("INSERT INTO thing (id) VALUES ('lost')");
    ASSERT_TRUE(killer->read(cut));
    db.run("INSERT INTO thing (id) VALUES ('lost too')");
  });
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, "storage_unavailable") << broken.error().message;
  const auto rows = database->read([](DbSession& db) { return db.query("SELECT COUNT(*) AS n FROM thing"); });
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(rows->at(0).integer("n"), 4);
}

TEST(Database, says_what_to_do_with_a_wrong_address) {
  EXPECT_EQ(Database::open({.url = "mysql:x"}).error().code, "database_url");
  const auto missing = Database::open({.url = "sqlite:/nowhere/at/all/visavis.db"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, "storage_unavailable") << missing.error().message;
  const auto unreachable = Database::open({.url = "postgresql:host=/nowhere dbname=x connect_timeout=1"});
  ASSERT_FALSE(unreachable);
  EXPECT_EQ(unreachable.error().code, "storage_unavailable") << unreachable.error().message;
}

TEST(Database, refuses_a_damaged_file) {
  const testkit::EmptyDatabase place(DbEngine::kSqlite);
  std::ofstream(place.url().substr(7)) << std::string(8192, 'x');
  const auto damaged = Database::open({.url = place.url()});
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, "storage_corrupt") << damaged.error().message;
}

}  // namespace
}  // namespace visavis::platform
