// SPDX-License-Identifier: Apache-2.0
#include "center/tenant/tenant.hpp"

#include <gtest/gtest.h>

#include "center/schema/schema.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/testkit/engines.hpp"

namespace visavis::center {
namespace {

using platform::DbEngine;
using platform::DbSession;

class TenantStore : public testing::TestWithParam<DbEngine> {
 protected:
  void SetUp() override {
    if (GetParam() == DbEngine::kPostgres && !platform::testkit::postgres_installed()) {
      GTEST_SKIP() << "PostgreSQL is not installed";
    }
    place_.emplace(GetParam());
    db_ = place_->open();
    ASSERT_TRUE(migrate_schema(*db_, UtcMillis{1}));
    write([](DbSession& db) {
      insert_tenant(db, {"t1",
                         "demo",
                         {{"zh-CN", "演示公司"}, {"en", "Demo Company"}},
                         {"https://a.example"},
                         {"en"},
                         {1},
                         0,
                         {"recording", "transcript", "face_analysis", "screen_view", "biometrics"}});
      insert_tenant(db, {"t2", "other", {{"zh-CN", "另一家"}, {"en", "Other"}}, {}, {"en"}, {2}});
    });
  }
  void write(const std::function<void(DbSession&)>& work) {
    const auto done = db_->write(work);
    ASSERT_TRUE(done) << done.error().message;
  }
  std::vector<TenantSettings> load() {
    return db_->read([](DbSession& db) { return load_tenants(db); }).value();
  }
  std::optional<platform::testkit::EmptyDatabase> place_;
  std::unique_ptr<platform::Database> db_;
};
INSTANTIATE_TEST_SUITE_P(Engines, TenantStore, testing::Values(DbEngine::kSqlite, DbEngine::kPostgres),
                         testing::PrintToStringParamName());

TEST_P(TenantStore, reads_back_what_was_set_up_per_tenant_and_in_order) {
  write([](DbSession& db) {
    insert_queue(
        db, {"q2", "t1", {{"zh-CN", "理赔"}, {"en", "Claims"}}, {"support"}, 0, {"chat"}, Seconds{600}, {}, true, 2});
    insert_queue(db, {"q1",
                      "t1",
                      {{"zh-CN", "账户"}, {"en", "Accounts"}},
                      {"accounts", "cards"},
                      5,
                      {"chat", "video"},
                      Seconds{0},
                      {"recording"},
                      false,
                      1});
    for (const auto& text : default_consent_texts()) insert_consent_text(db, "t1", text, UtcMillis{1});
    for (const auto& reason : default_break_reasons()) insert_break_reason(db, "t1", reason);
    for (const auto& disposition : default_dispositions()) insert_disposition(db, "t1", disposition);
  });
  const auto all = load();
  ASSERT_EQ(all.size(), 2U);
  const auto& demo = all[0];
  EXPECT_EQ(demo.tenant.name.at("zh-CN"), "演示公司");
  EXPECT_EQ(demo.tenant.allowed_origins, std::vector<std::string>{"https://a.example"});
  ASSERT_EQ(demo.queues.size(), 2U);
  EXPECT_EQ(demo.queues[0].id, "q1");
  EXPECT_EQ(demo.queues[0].skills, (std::vector<std::string>{"accounts", "cards"}));
  EXPECT_EQ(demo.queues[0].required_purposes, std::vector<std::string>{"recording"});
  EXPECT_FALSE(demo.queues[0].open);
  EXPECT_EQ(demo.queues[1].max_wait, Seconds{600});
  EXPECT_EQ(demo.consents.size(), 5U);
  EXPECT_EQ(demo.break_reasons.front().code, "lunch");
  EXPECT_EQ(demo.dispositions.size(), default_dispositions().size());
  EXPECT_TRUE(all[1].queues.empty());
  EXPECT_TRUE(all[1].consents.empty());
}

TEST_P(TenantStore, the_newest_version_of_a_consent_text_counts) {
  write([](DbSession& db) {
    insert_consent_text(db, "t1", {"recording", 1, {{"en", "Old"}}, {{"en", "old"}}}, UtcMillis{1});
    insert_consent_text(db, "t1", {"recording", 2, {{"en", "New"}}, {{"en", "new"}}}, UtcMillis{2});
  });
  const auto all = load();
  ASSERT_EQ(all[0].consents.size(), 1U);
  EXPECT_EQ(all[0].consents[0].version, 2);
  EXPECT_EQ(all[0].consents[0].title.at("en"), "New");
}

TEST_P(TenantStore, only_what_a_company_asks_for_is_shown_to_its_customers) {
  write([](DbSession& db) {
    for (const auto& text : default_consent_texts()) insert_consent_text(db, "t1", text, UtcMillis{1});
    for (const auto& text : default_consent_texts()) insert_consent_text(db, "t2", text, UtcMillis{1});
  });
  EXPECT_EQ(load()[0].consents.size(), 5U);
  EXPECT_TRUE(load()[1].consents.empty()) << "nothing at first";
  auto other = load()[1].tenant;
  other.purposes = {"screen_view"};
  write([&](DbSession& db) { EXPECT_TRUE(update_tenant(db, other)); });
  ASSERT_EQ(load()[1].consents.size(), 1U);
  EXPECT_EQ(load()[1].consents[0].purpose, "screen_view");
}

TEST_P(TenantStore, a_queue_is_changed_by_its_own_tenant_only) {
  QueueRecord queue{"q1", "t1", {{"zh-CN", "账户"}, {"en", "Accounts"}}, {}, 0, {"chat"}, Seconds{0}, {}, true, 1};
  write([&](DbSession& db) { insert_queue(db, queue); });
  write([&](DbSession& db) {
    EXPECT_TRUE(queues_of(db, "t2").empty());
    EXPECT_FALSE(tenant_to_change(db, "none"));
    EXPECT_EQ(tenant_to_change(db, "t2").value().id, "t2");
    queue = queues_of(db, "t1").at(0);
    queue.open = false;
    EXPECT_TRUE(update_queue(db, queue));
  });
  EXPECT_EQ(load()[0].queues[0].name.at("en"), "Accounts");
  EXPECT_FALSE(load()[0].queues[0].open);
  queue.tenant_id = "t2";
  write([&](DbSession& db) { EXPECT_FALSE(update_queue(db, queue)); });
}

TEST_P(TenantStore, overflow_and_the_beginning_of_the_day_are_kept) {
  QueueRecord queue{"q1", "t1", {{"zh-CN", "账户"}, {"en", "Accounts"}}, {}, 0, {"chat"}, Seconds{60}, {}, true, 1};
  write([&](DbSession& db) { insert_queue(db, queue); });
  EXPECT_EQ(load()[0].queues[0].overflow_queue_id, "");
  EXPECT_EQ(load()[0].tenant.utc_offset_min, 0);
  queue.overflow_queue_id = "q2";
  auto tenant = load()[0].tenant;
  tenant.name["en"] = "Renamed";
  tenant.utc_offset_min = 480;
  tenant.purposes = {"transcript"};
  tenant.allowed_origins = {"https://b.example", "https://c.example"};
  write([&](DbSession& db) {
    EXPECT_TRUE(update_queue(db, queue));
    EXPECT_TRUE(update_tenant(db, tenant));
  });
  EXPECT_EQ(load()[0].queues[0].overflow_queue_id, "q2");
  EXPECT_EQ(load()[0].tenant.utc_offset_min, 480);
  EXPECT_EQ(load()[0].tenant.name.at("en"), "Renamed");
  EXPECT_EQ(load()[0].tenant.purposes, std::vector<std::string>{"transcript"});
  EXPECT_EQ(load()[0].tenant.allowed_origins, (std::vector<std::string>{"https://b.example", "https://c.example"}));
  EXPECT_TRUE(load()[1].tenant.allowed_origins.empty());
  EXPECT_EQ(load()[1].tenant.utc_offset_min, 0);
}

TEST_P(TenantStore, two_changes_at_once_of_a_company_and_of_a_queue_are_both_kept) {
  write([](DbSession& db) {
    insert_queue(db, {"q1", "t1", {{"zh-CN", "账户"}, {"en", "Accounts"}}, {}, 0, {"chat"}, Seconds{0}, {}, true, 1});
  });
  platform::testkit::change_at_once(*db_, [](DbSession& db, const std::string& name) {
    auto tenant = tenant_to_change(db, "t1").value();
    tenant.purposes.push_back(name);
    update_tenant(db, tenant);
    auto queue = queues_of(db, "t1").at(0);
    queue.skills.push_back(name);
    update_queue(db, queue);
  });
  EXPECT_EQ(load()[0].tenant.purposes.size(), 7U) << "with the five it had";
  EXPECT_EQ(load()[0].queues[0].skills, (std::vector<std::string>{"first", "second"}));
}

TEST_P(TenantStore, a_revoked_api_key_opens_nothing) {
  const auto secret = new_api_key();
  EXPECT_TRUE(secret.starts_with("vvk_"));
  write([&](DbSession& db) { insert_api_key(db, {"k1", "t1", "CRM"}, secret, UtcMillis{1}); });
  const auto keys = db_->read([](DbSession& db) { return load_api_keys(db); }).value();
  ASSERT_TRUE(keys.contains(platform::sha256_hex(secret)));
  EXPECT_EQ(keys.at(platform::sha256_hex(secret)).tenant_id, "t1");
  write([](DbSession& db) { EXPECT_FALSE(revoke_api_key(db, "t2", "k1", UtcMillis{2})); });
  write([](DbSession& db) { EXPECT_TRUE(revoke_api_key(db, "t1", "k1", UtcMillis{2})); });
  EXPECT_TRUE(db_->read([](DbSession& db) { return load_api_keys(db); }).value().empty());
}

TEST(ListJson, survives_odd_contents) {
  const std::vector<std::string> odd{"", "\"", "面", "a,b"};
  EXPECT_EQ(list_from_json(list_to_json(odd)), odd);
  EXPECT_TRUE(list_from_json("{").empty());
  EXPECT_TRUE(list_from_json("{\"a\":1}").empty());
}

TEST(ConsentTexts, speak_both_languages_for_every_purpose) {
  for (const auto& text : default_consent_texts()) {
    for (const auto* language : {"zh-CN", "en"}) {
      EXPECT_FALSE(text.title.at(language).empty());
      EXPECT_FALSE(text.text.at(language).empty());
    }
  }
}

}  // namespace
}  // namespace visavis::center
