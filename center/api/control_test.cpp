// SPDX-License-Identifier: Apache-2.0
// A store that can be read and not written, as on a full disk.
#include "center/api/control.hpp"

#include <gtest/gtest.h>

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

class FullDisk : public testing::Test {
 protected:
  FullDisk() {
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
    ports.reload = [this]() -> Result<std::unique_ptr<Center>> {
      ++reloads_;
      return std::make_unique<Center>();
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
  std::optional<Control> control_;
};

}  // namespace

TEST_F(FullDisk, is_tried_again_in_growing_pauses_and_is_unhealthy_until_a_write_succeeds) {
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

}  // namespace visavis::center
