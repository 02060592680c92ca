// SPDX-License-Identifier: Apache-2.0
#include "center/identity/sessions.hpp"

#include <gtest/gtest.h>

#include "center/identity/contact_tokens.hpp"
#include "center/identity/password.hpp"
#include "center/schema/schema.hpp"
#include "center/tenant/tenant.hpp"
#include "platform/crypto/crypto.hpp"
#include "platform/db/testkit/engines.hpp"
#include "platform/tasks/testkit/home.hpp"

namespace visavis::center {
namespace {

using platform::DbEngine;
using platform::DbSession;

constexpr UtcMillis kNow{1'700'000'000'000};

using platform::testkit::Home;

/// The database itself, with something that happens right before the next write.
class Interrupted final : public platform::Database {
 public:
  explicit Interrupted(platform::Database& database) : database_(database) {}
  void before_write(std::function<void(DbSession&)> change) { change_ = std::move(change); }
  DbEngine engine() const override { return database_.engine(); }

 protected:
  Result<void> transact(bool write, const std::function<void(DbSession&)>& work) override {
    if (!write) return database_.read(work);
    if (const auto change = std::exchange(change_, {})) EXPECT_TRUE(database_.write(change));
    return database_.write(work);
  }

 private:
  platform::Database& database_;
  std::function<void(DbSession&)> change_;
};

class SigningIn : public testing::TestWithParam<DbEngine> {
 protected:
  void SetUp() override {
    if (GetParam() == DbEngine::kPostgres && !platform::testkit::postgres_installed()) {
      GTEST_SKIP() << "PostgreSQL is not installed";
    }
    place_.emplace(GetParam());
    db_ = place_->open();
    ASSERT_TRUE(migrate_schema(*db_, kNow));
    static const auto password = hash_password("demo-agent").value();  // once: it is slow on purpose
    const auto done = db_->write([&](DbSession& db) {
      insert_tenant(db, {"t1", "demo", {}, {}, {}, kNow});
      insert_tenant(db, {"t2", "other", {}, {}, {}, kNow});
      insert_user(db,
                  {.id = "u1",
                   .tenant_id = "t1",
                   .login = "ann",
                   .name = "Ann",
                   .roles = {"agent"},
                   .skills = {"cards"},
                   .languages = {"en"},
                   .created_at = kNow},
                  password);
    });
    ASSERT_TRUE(done) << done.error().message;
    sessions_.emplace(*db_, tasks_, home_.post());
    ASSERT_TRUE(sessions_->load(kNow));
  }
  std::expected<SignedIn, SignInRefused> sign_in(std::string login, std::string password, std::string tenant = "t1",
                                                 UtcMillis now = kNow) {
    std::optional<std::expected<SignedIn, SignInRefused>> answer;
    sessions_->sign_in({std::move(tenant), std::move(login), std::move(password), "1.1.1.1"}, now,
                       [&](auto result) { answer = std::move(result); });
    while (!answer) home_.run_one();
    return *answer;
  }
  /// A sign-in whose password was right when it was looked at; meanwhile this happens.
  std::expected<SignedIn, SignInRefused> sign_in_while(std::function<void(DbSession&)> change) {
    Interrupted database(*db_);
    database.before_write(std::move(change));
    sessions_.emplace(database, tasks_, home_.post());
    auto answer = sign_in("ann", "demo-agent");
    EXPECT_EQ(sessions_->size(), 0U);
    sessions_.emplace(*db_, tasks_, home_.post());
    EXPECT_TRUE(sessions_->load(kNow));
    return answer;
  }
  Home home_;
  std::optional<platform::testkit::EmptyDatabase> place_;
  std::unique_ptr<platform::Database> db_;
  platform::TaskThread tasks_{"test"};
  std::optional<Sessions> sessions_;
};
INSTANTIATE_TEST_SUITE_P(Engines, SigningIn, testing::Values(DbEngine::kSqlite, DbEngine::kPostgres),
                         testing::PrintToStringParamName());

TEST_P(SigningIn, the_right_password_makes_a_session_that_outlives_a_restart) {
  const auto in = sign_in("ANN", "demo-agent");
  ASSERT_TRUE(in);
  EXPECT_EQ(in->user.name, "Ann");
  EXPECT_TRUE(in->user.has_role("agent"));
  EXPECT_FALSE(in->user.has_role("admin"));
  const auto* session = sessions_->find(in->cookie, kNow);
  ASSERT_NE(session, nullptr);
  EXPECT_EQ(session->csrf_token, in->csrf_token);
  sessions_.emplace(*db_, tasks_, home_.post());
  EXPECT_EQ(sessions_->find(in->cookie, kNow), nullptr);
  ASSERT_TRUE(sessions_->load(kNow + std::chrono::hours{11}));
  session = sessions_->find(in->cookie, kNow + std::chrono::hours{11});
  ASSERT_NE(session, nullptr);
  EXPECT_EQ(session->tenant_id, "t1");
}

TEST_P(SigningIn, the_cookie_is_nowhere_in_the_database) {
  const auto in = sign_in("ann", "demo-agent");
  ASSERT_TRUE(in);
  const auto rows = db_->read([](DbSession& db) { return db.query("SELECT token_hash FROM login_session"); }).value();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].text("token_hash"), platform::sha256_hex(in->cookie));
}

TEST_P(SigningIn, wrong_password_unknown_login_and_foreign_tenant_read_the_same) {
  for (const auto& refused :
       {sign_in("ann", "wrong-one"), sign_in("bob", "demo-agent"), sign_in("ann", "demo-agent", "t2"),
        sign_in("ann", "demo-agent", ""), sign_in("' OR 1=1 --", "demo-agent")}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().error.code, "sign_in_wrong");
    EXPECT_EQ(refused.error().error.kind, ErrorKind::kUnauthenticated);
  }
}

TEST_P(SigningIn, guessing_is_slowed_down_and_says_for_how_long) {
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(sign_in("ann", "guess-" + std::to_string(i)).error().error.code, "sign_in_wrong");
  const auto refused = sign_in("ann", "demo-agent");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.kind, ErrorKind::kThrottled);
  EXPECT_EQ(refused.error().retry_after, Seconds{1});
  EXPECT_TRUE(sign_in("ann", "demo-agent", "t1", kNow + Seconds{1}));
}

TEST_P(SigningIn, a_session_ends_after_twelve_idle_hours_and_is_kept_by_use) {
  const auto in = sign_in("ann", "demo-agent");
  ASSERT_TRUE(in);
  auto now = kNow;
  for (int i = 0; i < 3; ++i) {
    now = now + std::chrono::hours{8};
    ASSERT_NE(sessions_->find(in->cookie, now), nullptr);
  }
  EXPECT_EQ(sessions_->find(in->cookie, now + Sessions::kIdle), nullptr);
  EXPECT_EQ(sessions_->size(), 0U);
}

TEST_P(SigningIn, no_session_lasts_longer_than_a_week) {
  const auto in = sign_in("ann", "demo-agent");
  ASSERT_TRUE(in);
  auto now = kNow;
  while (now < kNow + Sessions::kLongest - std::chrono::hours{6}) {
    now = now + std::chrono::hours{6};
    ASSERT_NE(sessions_->find(in->cookie, now), nullptr);
  }
  EXPECT_EQ(sessions_->find(in->cookie, kNow + Sessions::kLongest), nullptr);
}

TEST_P(SigningIn, signing_out_ends_the_session_on_the_disk_too) {
  const auto in = sign_in("ann", "demo-agent");
  ASSERT_TRUE(in);
  std::optional<Result<void>> gone;
  sessions_->sign_out(in->cookie, [&](const Result<void>& result) { gone = result; });
  EXPECT_EQ(sessions_->find(in->cookie, kNow), nullptr);
  while (!gone) home_.run_one();
  EXPECT_TRUE(*gone);
  ASSERT_TRUE(sessions_->load(kNow));
  EXPECT_EQ(sessions_->find(in->cookie, kNow), nullptr);
}

TEST_P(SigningIn, a_disabled_account_is_refused_and_its_sessions_end) {
  const auto in = sign_in("ann", "demo-agent");
  ASSERT_TRUE(in);
  ASSERT_TRUE(db_->write([&](DbSession& db) {
    auto user = in->user;
    user.disabled = true;
    return update_user(db, user, kNow);
  }));
  std::optional<Result<void>> gone;
  sessions_->end_all_of("u1", [&](const Result<void>& result) { gone = result; });
  EXPECT_EQ(sessions_->find(in->cookie, kNow), nullptr);
  while (!gone) home_.run_one();
  EXPECT_EQ(sign_in("ann", "demo-agent").error().error.code, "sign_in_wrong");
}

TEST_P(SigningIn, one_under_way_does_not_outlive_a_change_of_password) {
  const auto other = hash_password("another-one").value();
  const auto in = sign_in_while([&](DbSession& db) {
    EXPECT_TRUE(set_password(db, "t1", "u1", other));
    db.run("DELETE FROM login_session WHERE user_id = 'u1'");
  });
  ASSERT_FALSE(in);
  EXPECT_EQ(in.error().error.code, "sign_in_wrong");
  EXPECT_EQ(sessions_->size(), 0U);
  EXPECT_TRUE(sign_in("ann", "another-one"));
}

TEST_P(SigningIn, one_under_way_does_not_outlive_a_disabled_account) {
  const auto disable = [&](DbSession& db, bool disabled) {
    auto ann = user_by_id(db, "t1", "u1").value();
    ann.disabled = disabled;
    EXPECT_TRUE(update_user(db, ann, kNow));
  };
  const auto in = sign_in_while([&](DbSession& db) { disable(db, true); });
  ASSERT_FALSE(in);
  EXPECT_EQ(in.error().error.code, "sign_in_wrong");
  ASSERT_TRUE(db_->write([&](DbSession& db) { disable(db, false); }));
  ASSERT_TRUE(sessions_->load(kNow));
  EXPECT_EQ(sessions_->size(), 0U) << "let in again, but not with what they had";
}

TEST_P(SigningIn, one_whose_person_is_signed_out_everywhere_before_it_has_come_home_holds_nowhere) {
  std::optional<std::expected<SignedIn, SignInRefused>> answer;
  sessions_->sign_in({"t1", "ann", "demo-agent", "1.1.1.1"}, kNow, [&](auto result) { answer = std::move(result); });
  bool ended = false;
  sessions_->end_all_of("u1", [&](const Result<void>&) { ended = true; });
  while (!answer || !ended) home_.run_one();
  ASSERT_FALSE(*answer);
  EXPECT_EQ(answer->error().error.kind, ErrorKind::kUnavailable);
  EXPECT_EQ(sessions_->size(), 0U);
  EXPECT_TRUE(sign_in("ann", "demo-agent"));
  ASSERT_TRUE(sessions_->load(kNow));
  EXPECT_EQ(sessions_->size(), 1U) << "only the second";
}

TEST_P(SigningIn, what_is_changed_of_a_person_is_read_back_in_their_company_only) {
  ASSERT_TRUE(db_->write([&](DbSession& db) {
    auto ann = user_by_id(db, "t1", "u1").value();
    EXPECT_EQ(ann.max_chats, 4);
    ann.name = "Anna";
    ann.skills = {"loans"};
    ann.max_chats = 2;
    EXPECT_TRUE(update_user(db, ann, kNow));
    EXPECT_FALSE(user_by_id(db, "t2", "u1"));
    EXPECT_FALSE(user_by_id(db, "t1", "nobody"));
  }));
  const auto ann = db_->read([](DbSession& db) { return user_by_id(db, "t1", "u1"); }).value().value();
  EXPECT_EQ(ann.name, "Anna");
  EXPECT_EQ(ann.skills, std::vector<std::string>{"loans"});
  EXPECT_EQ(ann.max_chats, 2);
  EXPECT_EQ(ann.login, "ann");
}

TEST_P(SigningIn, two_changes_of_a_person_at_once_are_both_kept) {
  platform::testkit::change_at_once(*db_, [](DbSession& db, const std::string& name) {
    auto ann = user_to_change(db, "t1", "u1").value();
    ann.skills.push_back(name);
    update_user(db, ann, kNow);
  });
  const auto ann = db_->read([](DbSession& db) { return user_by_id(db, "t1", "u1"); }).value().value();
  EXPECT_EQ(ann.skills, (std::vector<std::string>{"cards", "first", "second"}));
}

TEST(Users, logins_have_one_spelling) {
  EXPECT_EQ(normalize_login("Ann.B@x").value(), "ann.b@x");
  for (const std::string& bad :
       std::vector<std::string>{"", " ann", "ann\n", "a/b", "面", std::string(65, 'a'), std::string("a\0b", 3)}) {
    EXPECT_FALSE(normalize_login(bad)) << bad;
  }
}

TEST(Users, roles_are_known_ones) {
  EXPECT_TRUE(check_roles({"agent", "supervisor"}));
  EXPECT_FALSE(check_roles({}));
  EXPECT_FALSE(check_roles({"root"}));
  EXPECT_FALSE(check_roles({"agent", "agent"}));
}

TEST(ContactTokens, opens_its_contact_only_until_revoked) {
  ContactTokens tokens;
  const auto one = tokens.issue({.tenant_id = "t1", .contact_id = "c1", .participant_id = "p1"});
  const auto two = tokens.issue({.tenant_id = "t1", .contact_id = "c2", .participant_id = "p2"});
  ASSERT_NE(tokens.find(one.token), nullptr);
  EXPECT_EQ(tokens.find(one.token)->contact_id, "c1");
  EXPECT_EQ(tokens.find(one.hash), nullptr);  // whoever reads the database cannot get in
  EXPECT_EQ(tokens.find(""), nullptr);
  tokens.revoke_contact("c1");
  EXPECT_EQ(tokens.find(one.token), nullptr);
  EXPECT_NE(tokens.find(two.token), nullptr);
}

}  // namespace
}  // namespace visavis::center
