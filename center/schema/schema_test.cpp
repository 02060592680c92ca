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
