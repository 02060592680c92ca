// SPDX-License-Identifier: Apache-2.0
#include "center/store/erasure.hpp"

#include <gtest/gtest.h>

#include "center/audit/chain.hpp"
#include "center/core/testkit.hpp"
#include "center/identity/contact_tokens.hpp"
#include "center/schema/schema.hpp"
#include "center/store/event_store.hpp"
#include "center/store/history.hpp"
#include "platform/db/testkit/engines.hpp"

namespace visavis::center {
namespace {

using platform::DbEngine;
using platform::DbSession;

const std::string kKey(32, 'k');

class Erasure : public testing::TestWithParam<DbEngine> {
 protected:
  void SetUp() override {
    if (GetParam() == DbEngine::kPostgres && !platform::testkit::postgres_installed()) {
      GTEST_SKIP() << "PostgreSQL is not installed";
    }
    place_.emplace(GetParam());
    db_ = place_->open();
    ASSERT_TRUE(migrate_schema(*db_, UtcMillis{1}));
    write([](DbSession& db) { insert_tenant(db, {"t1", "demo", {}, {}, {}, {1}}); });
  }
  void write(const std::function<void(DbSession&)>& work) {
    const auto done = db_->write(work);
    ASSERT_TRUE(done) << done.error().message;
  }
  /// A contact with everything a stranger may leave, given up after `waited`; answered before, if wanted.
  std::string given_up_after(Seconds waited, bool answered = false) {
    OpenContact open;
    open.name = "Ann";
    open.attributes = {{"order", "17"}};
    const auto id = world_.open("support", Channel::kChat, open);
    world_.ok(StoreCheck{id, R"({"camera":"ok"})"}, Actor::customer(id));
    if (answered) {
      world_.ready("bob");
      world_.accept("bob", id);
    }
    world_.now = world_.now + waited;
    world_.ok(LeaveContact{id}, Actor::customer(id));
    if (answered) world_.ok(CompleteWrapup{id, "solved", true, ""}, Actor::agent("bob"));
    return id;
  }
  /// Everything that has happened so far.
  void store() {
    write([&](DbSession& db) {
      for (; stored_ < world_.log.size(); ++stored_) {
        const auto event = event_from_json(boost::json::parse(world_.log[stored_]).as_object());
        const auto row = to_stored(*event);
        const auto seqs = audit::append(db, kKey, {&row.entry});
        if (row.project) row.project(db, seqs.at(0));
      }
    });
  }
  Erased erase(UtcMillis before, int at_once = 100) {
    auto erased = erase_unanswered(*db_, before, world_.now, at_once, [this](const std::string& file) -> Result<bool> {
      if (file == stuck_) return fail(ErrorKind::kUnavailable, "data_not_writable", "");
      removed_.push_back(file);
      return true;
    });
    EXPECT_TRUE(erased) << erased.error().message;
    return erased.value_or(Erased{});
  }
  template <class Work>
  auto read(Work work) {
    auto result = db_->read(work);
    EXPECT_TRUE(result);
    return *result;
  }
  std::int64_t count(const std::string& table, const std::string& id) {
    return read([&](DbSession& db) {
      return db.query("SELECT COUNT(*) AS n FROM " + table + " WHERE contact_id = :id", {{"id", id}})
          .at(0)
          .integer("n");
    });
  }

  std::optional<platform::testkit::EmptyDatabase> place_;
  std::unique_ptr<platform::Database> db_;
  testkit::World world_;
  std::size_t stored_ = 0;
  std::string stuck_;  // a file whose content cannot be removed
  std::vector<std::string> removed_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Erasure, testing::Values(DbEngine::kSqlite, DbEngine::kPostgres),
                         testing::PrintToStringParamName());

TEST_P(Erasure, takes_what_came_with_a_contact_that_nobody_answered_and_leaves_the_chain_whole) {
  const auto lost = given_up_after(Seconds{30});
  const auto answered = given_up_after(Seconds{30}, true);
  store();
  write([&](DbSession& db) {
    insert_contact_token(db, "hash", {"t1", lost, "p"}, world_.now);
    insert_file(db, {.id = "f1", .tenant_id = "t1", .contact_id = lost, .name = "a", .type = "a/b", .size = 7});
    insert_file(db, {.id = "f2", .tenant_id = "t1", .contact_id = answered, .name = "a", .type = "a/b", .size = 70});
  });
  EXPECT_EQ(read([](DbSession& db) { return unanswered_file_bytes(db, "t1"); }), 7U);
  EXPECT_EQ(read([](DbSession& db) { return unanswered_file_bytes(db, "t2"); }), 0U);
  EXPECT_EQ(erase(world_.now - Seconds{600}).contacts, 0U) << "not yet";
  EXPECT_TRUE(removed_.empty());
  world_.pass(Seconds{600});
  EXPECT_EQ(erase(world_.now - Seconds{600}).contacts, 1U);
  EXPECT_EQ(removed_, std::vector<std::string>{"f1"});
  const auto of = [&](const std::string& id) {
    return *read([&](DbSession& db) { return find_contact(db, "t1", id); });
  };
  EXPECT_TRUE(of(lost).attributes.empty());
  EXPECT_EQ(of(lost).customer_name, "Ann");
  EXPECT_EQ(of(lost).end_reason, "abandoned") << "stays, for statistics";
  EXPECT_FALSE(of(answered).attributes.empty());
  EXPECT_EQ(count("device_check", lost), 0);
  EXPECT_EQ(count("contact_token", lost), 0);
  EXPECT_EQ(count("device_check", answered), 1);
  EXPECT_EQ(count("file", lost), 0);
  EXPECT_EQ(count("file", answered), 1);
  const auto report = read([&](DbSession& db) { return audit::verify(db, kKey, "t1"); });
  EXPECT_TRUE(report.whole());
  EXPECT_GT(report.erased, 0);
  EXPECT_EQ(erase(world_.now - Seconds{600}).contacts, 0U) << "once is enough";
}

TEST_P(Erasure, spares_who_waits_and_who_has_just_left) {
  world_.open("support", Channel::kChat);
  given_up_after(Seconds{1});
  store();
  EXPECT_EQ(erase(world_.now).contacts, 0U);
  EXPECT_EQ(erase(world_.now + Millis{1}).contacts, 1U);
}

TEST_P(Erasure, passes_by_who_has_a_file_that_cannot_be_removed_and_comes_back_to_them) {
  std::vector<std::string> contacts;
  for (int i = 0; i < 5; ++i) contacts.push_back(given_up_after(i < 3 ? Seconds{0} : Seconds{1}));  // some at once
  store();
  write([&](DbSession& db) {
    for (std::size_t i = 0; i < contacts.size(); ++i) {
      insert_file(db, {.id = "f" + std::to_string(i), .tenant_id = "t1", .contact_id = contacts[i], .name = "a"});
    }
  });
  stuck_ = "f1";
  const auto erased = erase(world_.now + Millis{1}, 2);
  EXPECT_EQ(erased.contacts, 4U) << "portions of two, in the order of their ends";
  ASSERT_EQ(erased.left.size(), 1U);
  EXPECT_EQ(erased.left[0].contact_id, contacts[1]);
  EXPECT_EQ(erased.left[0].error.code, "data_not_writable");
  for (std::size_t i = 0; i < contacts.size(); ++i) {
    EXPECT_EQ(count("file", contacts[i]), i == 1 ? 1 : 0) << i;
    EXPECT_EQ(count("device_check", contacts[i]), i == 1 ? 1 : 0) << i;
  }
  stuck_.clear();
  EXPECT_EQ(erase(world_.now + Millis{1}, 2).contacts, 1U);
  EXPECT_EQ(count("file", contacts[1]), 0);
}

TEST_P(Erasure, counts_who_was_given_up_and_is_not_loaded) {
  const auto began = world_.now;
  given_up_after(Seconds{30});
  given_up_after(Seconds{30});
  given_up_after(Seconds{2});
  given_up_after(Seconds{30}, true);
  const auto until = world_.now;
  world_.now = world_.now + Millis{1};
  given_up_after(Seconds{30});
  store();
  const auto counts = read([&](DbSession& db) { return given_up(db, began, until, Seconds{5}); });
  std::size_t contacts = 0;
  for (const auto& c : counts) {
    EXPECT_EQ(c.tenant_id, "t1");
    EXPECT_LE(c.at, until);
    EXPECT_GT(c.at, began - std::chrono::minutes{15});
    contacts += c.contacts;
  }
  EXPECT_EQ(contacts, 2U) << "not the one that gave up at once, nor the answered one, nor the one that is still loaded";
  const auto loaded = load_events(*db_, began - Seconds{1}, until);
  ASSERT_TRUE(loaded);
  std::set<std::string> ids;
  for (const auto& event : *loaded) {
    if (!event.meta.contact_id.empty()) ids.insert(event.meta.contact_id);
  }
  EXPECT_EQ(ids.size(), 2U) << "the answered one and the newest";
}

}  // namespace
}  // namespace visavis::center
