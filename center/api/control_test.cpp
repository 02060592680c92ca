// SPDX-License-Identifier: Apache-2.0
// Commits that fail, as on a full disk, and commands that are asked twice.
#include "center/api/control.hpp"

#include <gtest/gtest.h>

#include "center/core/testkit.hpp"
#include "center/schema/schema.hpp"
#include "center/tenant/tenant.hpp"
#include "platform/db/testkit/engines.hpp"

namespace visavis::center {
namespace {

using platform::DbSession;

struct CountedIds : IdSource {
  std::string next(UtcMillis) override { return std::to_string(++last); }
  int last = 0;
};

class ControlTest : public testing::Test {
 protected:
  ControlTest() {
    EXPECT_TRUE(migrate_schema(*db_, UtcMillis{1}));
    EXPECT_TRUE(db_->write([](DbSession& db) { insert_tenant(db, {"t1", "demo", {}, {}, {}, {1}}); }));
    committer_.emplace(*db_, std::string(32, 'k'), [this](std::function<void()> work) { loop_.post(std::move(work)); });
    Control::Ports ports;
    ports.loop = &loop_;
    ports.committer = &*committer_;
    ports.book = &book_;
    ports.ids = &ids_;
    ports.now = [this] { return now_; };
    ports.stored = [](const Event&) { return StoredEvent{}; };
    ports.reload = [this](const Control::Ports::Reloaded& done) {
      ++reloads_;
      loop_.post([this, done] {  // as from another thread
        while_reading_();
        done(std::make_unique<Center>());
      });
    };
    ports.tell = [](const std::string&, std::span<const Event>) { return [] {}; };
    ports.start_over = [this] {
      ++started_over_;
      if (control_->healthy()) loop_.stop();
    };
    ports.later = [this](Millis delay, std::function<void()> work) {
      pauses_.push_back(delay.count());
      if (pauses_.size() == 3) fill(false);
      now_ = now_ + delay;
      loop_.post(std::move(work));
    };
    control_.emplace(std::move(ports), std::make_unique<Center>());
  }
  /// Writes to this table fail, and reading goes on.
  void fill(bool full) {
    EXPECT_TRUE(db_->write([full](DbSession& db) {
      db.run(full ? "CREATE TRIGGER no_room BEFORE UPDATE ON tenant BEGIN SELECT RAISE(ABORT, 'full'); END"
                  : "DROP TRIGGER no_room");
    }));
  }

  platform::testkit::EmptyDatabase place_{platform::DbEngine::kSqlite};
  std::unique_ptr<platform::Database> db_ = place_.open();
  http::Loop loop_{1};
  std::optional<Committer> committer_;
  CommandBook book_;
  CountedIds ids_;
  UtcMillis now_{1'000'000};
  int reloads_ = 0, started_over_ = 0;
  std::vector<std::int64_t> pauses_;
  std::function<void()> while_reading_ = [] {};
  std::optional<Control> control_;
};

}  // namespace

TEST_F(ControlTest, a_full_disk_is_tried_again_in_growing_pauses_and_is_unhealthy_until_a_write_succeeds) {
  fill(true);
  std::string refused;
  loop_.post([&] {
    control_->record({[](DbSession& db) { db.run("UPDATE tenant SET name_en = 'x'"); }}, [&](Result<void> result) {
      refused = result ? "stored" : "refused";
      loop_.post([&] { EXPECT_FALSE(control_->healthy()); });
    });
  });
  loop_.run();
  EXPECT_EQ(refused, "refused");
  EXPECT_EQ(pauses_, (std::vector<std::int64_t>{1'000, 2'000, 4'000}));
  EXPECT_EQ(reloads_, 4);
  EXPECT_EQ(started_over_, 2) << "once when it broke, once when it was well again";
  EXPECT_TRUE(control_->healthy());
}

TEST_F(ControlTest, answers_that_nothing_can_be_stored_while_the_state_is_being_read) {
  std::vector<std::string> refused;
  while_reading_ = [&] {
    if (refused.empty()) fill(false);
    Order order{.tenant_id = "t1"};
    order.command = AgentLost{"ann"};
    control_->run(std::move(order),
                  [&](const Result<std::string>& r) { refused.push_back(r ? "done" : r.error().code); });
  };
  fill(true);
  loop_.post([&] {
    control_->record({[](DbSession& db) { db.run("UPDATE tenant SET name_en = 'x'"); }}, [](const Result<void>&) {});
  });
  loop_.run();
  EXPECT_EQ(refused, std::vector<std::string>{"storage_unavailable"});
  EXPECT_TRUE(control_->healthy());
}

TEST_F(ControlTest, whoever_asks_again_while_the_first_is_still_being_stored_waits_for_it) {
  std::vector<std::string> heard;
  loop_.post([&] {
    Order order{.tenant_id = "t1", .scope = "open:t1", .id = "again"};
    order.command = AgentLost{"ann"};
    control_->configure(testkit::two_queues());
    order.reply = [](std::span<const Event>) { return std::string("{\"n\":1}"); };
    control_->run(std::move(order), [&](const Result<std::string>& r) { heard.push_back("first " + r.value_or("-")); });
    control_->applied("open:t1", "again", [&](std::optional<std::string> r) {
      heard.push_back("second " + r.value_or("-"));
      loop_.stop();
    });
    control_->applied("open:t1", "another",
                      [&](std::optional<std::string> r) { heard.push_back("other " + r.value_or("-")); });
  });
  loop_.run();
  EXPECT_EQ(heard, (std::vector<std::string>{"other -", "first {\"n\":1}", "second {\"n\":1}"}));
}

}  // namespace visavis::center
