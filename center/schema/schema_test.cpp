// SPDX-License-Identifier: Apache-2.0
#include "center/schema/schema.hpp"

#include <gtest/gtest.h>

#include "platform/db/testkit/engines.hpp"

namespace visavis::center {
namespace {

using platform::DbEngine;
using platform::DbSession;

class Schema : public testing::TestWithParam<DbEngine> {
 protected:
  void SetUp() override {
    if (GetParam() == DbEngine::kPostgres && !platform::testkit::postgres_installed()) {
      GTEST_SKIP() << "PostgreSQL is not installed";
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Schema, testing::Values(DbEngine::kSqlite, DbEngine::kPostgres),
                         testing::PrintToStringParamName());

TEST_P(Schema, migrates_from_every_earlier_version) {
  for (std::size_t from = 0; from <= migrations().size(); ++from) {
    const platform::testkit::EmptyDatabase place(GetParam());
    const auto database = place.open();
    ASSERT_TRUE(platform::migrate(*database, migrations().first(from), UtcMillis{1}));
    const auto applied = migrate_schema(*database, UtcMillis{2});
    ASSERT_TRUE(applied) << applied.error().message;
    EXPECT_EQ(*applied, static_cast<int>(migrations().size() - from));
    EXPECT_EQ(migrate_schema(*database, UtcMillis{3}), 0);
  }
}

TEST_P(Schema, companies_go_on_asking_for_what_their_topics_require) {
  const platform::testkit::EmptyDatabase place(GetParam());
  const auto database = place.open();
  ASSERT_TRUE(platform::migrate(*database, migrations().first(3), UtcMillis{1}));
  const auto filled = database->write([](DbSession& db) {
    for (const char* tenant : {"old", "plain"}) {
      db.run(
          "INSERT INTO tenant (id, public_key, name_zh, name_en, allowed_origins, languages, created_at) "
          "VALUES (:id, :id, '', '', '[]', '[]', 1)",
          {{"id", tenant}});
    }
    const auto topic = [&](const char* id, const char* tenant, const char* required) {
      db.run(
          "INSERT INTO queue (id, tenant_id, name_zh, name_en, skills, priority, channels, max_wait_s, "
          "required_purposes, is_open, place) VALUES (:id, :tenant, '', '', '[]', 0, '[]', 0, :required, 1, 1)",
          {{"id", id}, {"tenant", tenant}, {"required", required}});
    };
    topic("q1", "old", R"(["screen_view","recording"])");
    topic("q2", "old", R"(["recording"])");
    topic("q3", "plain", "[]");
  });
  ASSERT_TRUE(filled) << filled.error().message;
  ASSERT_TRUE(migrate_schema(*database, UtcMillis{2}));
  const auto asked =
      database->read([](DbSession& db) { return db.query("SELECT purposes FROM tenant ORDER BY id"); }).value();
  EXPECT_EQ(asked.at(0).text("purposes"), R"(["recording","screen_view"])");
  EXPECT_EQ(asked.at(1).text("purposes"), "[]");
}

TEST_P(Schema, every_marked_personal_column_exists) {
  const platform::testkit::EmptyDatabase place(GetParam());
  const auto database = place.open();
  ASSERT_TRUE(migrate_schema(*database, UtcMillis{1}));
  for (const auto& personal : personal_columns()) {
    const auto sql = "SELECT " + std::string(personal.column) + " FROM " + std::string(personal.table);
    EXPECT_TRUE(database->read([&](DbSession& db) { return db.query(sql); })) << sql;
  }
  const auto stored =
      database->read([](DbSession& db) { return db.query("SELECT COUNT(*) AS n FROM personal_column"); });
  EXPECT_EQ(stored.value().at(0).integer("n"), static_cast<std::int64_t>(personal_columns().size()));
}

}  // namespace
}  // namespace visavis::center
