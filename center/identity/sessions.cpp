// SPDX-License-Identifier: Apache-2.0
#include "center/identity/sessions.hpp"

#include <utility>

#include "base/ids.hpp"
#include "center/identity/password.hpp"
#include "platform/crypto/crypto.hpp"

namespace visavis::center {
namespace {

using platform::DbSession;

constexpr Millis kStoreSeenEvery = std::chrono::minutes{5};

bool holds(const Session& session, UtcMillis now) {
  return now < session.last_seen_at + Sessions::kIdle && now < session.created_at + Sessions::kLongest;
}

SignInRefused wrong() {
  return {{ErrorKind::kUnauthenticated, "sign_in_wrong", "Login or password is wrong. Check both and try again."},
          Seconds{0}};
}

SignInRefused busy() {
  return {{ErrorKind::kUnavailable, "busy", "Too many people are signing in. Try again in a few seconds."}, Seconds{3}};
}

/// Of a person who was signed out everywhere while they signed in; they may have used the new password.
SignInRefused overtaken() {
  return {{ErrorKind::kUnavailable, "busy", "Your account was changed just now. Sign in again."}, Seconds{1}};
}

/// False where the account is no longer as it was when `password` was verified. The row stays as it is, but is locked:
/// whoever changes it at the same time, and deletes the sessions, sees this one.
bool insert_session(DbSession& db, const Session& s, const std::string& password) {
  const auto same = db.run(
      "UPDATE app_user SET password = password WHERE id = :user AND password = :password AND disabled_at IS NULL",
      {{"user", s.user_id}, {"password", password}});
  if (same != 1) return false;
  db.run(
      "INSERT INTO login_session (token_hash, user_id, csrf_token, created_at, last_seen_at) "
      "VALUES (:hash, :user, :csrf, :created, :seen)",
      {{"hash", s.hash},
       {"user", s.user_id},
       {"csrf", s.csrf_token},
       {"created", s.created_at},
       {"seen", s.last_seen_at}});
  return true;
}

}  // namespace

struct Sessions::Attempt {
  SignInRequest request;
  Session session;                         // prepared
  std::string cookie;                      // prepared
  std::set<std::string> signed_out_users;  // meanwhile; control thread only
};

namespace {

/// On the task thread.
std::expected<SignedIn, SignInRefused> check(platform::Database& database, const SignInRequest& request,
                                             const std::string& cookie, Session& session) {
  const auto login = normalize_login(request.login);
  const auto found =
      database.read([&](DbSession& db) { return login ? find_user(db, request.tenant_id, *login) : std::nullopt; });
  if (!found) return std::unexpected(SignInRefused{found.error(), Seconds{3}});
  const bool usable = found->has_value() && !(*found)->user.disabled;
  const auto matches = verify_password(request.password, usable ? (*found)->password : decoy_password());
  if (!matches) return std::unexpected(SignInRefused{matches.error(), Seconds{3}});
  if (!usable || !*matches) return std::unexpected(wrong());
  session.user_id = (*found)->user.id;
  const auto stored = database.write([&](DbSession& db) { return insert_session(db, session, (*found)->password); });
  if (!stored) return std::unexpected(SignInRefused{stored.error(), Seconds{3}});
  if (!*stored) return std::unexpected(wrong());
  return SignedIn{(*found)->user, cookie, session.csrf_token};
}

}  // namespace

struct Sessions::Alive {
  Sessions* self;
};

Sessions::Sessions(platform::Database& database, platform::TaskThread& tasks, platform::Post home)
    : database_(database), tasks_(tasks), home_(std::move(home)), alive_(std::make_shared<Alive>(this)) {}

Sessions::~Sessions() { alive_->self = nullptr; }

Result<void> Sessions::load(UtcMillis now) {
  const auto rows = database_.write([&](DbSession& db) {
    db.run("DELETE FROM login_session WHERE last_seen_at <= :idle OR created_at <= :longest",
           {{"idle", now - kIdle}, {"longest", now - kLongest}});
    return db.query(
        "SELECT s.token_hash, s.user_id, u.tenant_id, s.csrf_token, s.created_at, s.last_seen_at "
        "FROM login_session s JOIN app_user u ON u.id = s.user_id WHERE u.disabled_at IS NULL");
  });
  if (!rows) return std::unexpected(rows.error());
  sessions_.clear();
  for (const auto& row : *rows) {
    Session session{row.text("token_hash"), row.text("user_id"),    row.text("tenant_id"),
                    row.text("csrf_token"), row.time("created_at"), row.time("last_seen_at")};
    sessions_.emplace(session.hash, std::move(session));
  }
  return {};
}

void Sessions::sign_in(SignInRequest request, UtcMillis now,
                       const std::function<void(std::expected<SignedIn, SignInRefused>)>& done) {
  // The account is named as it was typed, but in one spelling; what no account can be named counts for the address
  // alone.
  const auto account = request.tenant_id + "/" + normalize_login(request.login).value_or("");
  const auto pause = throttle_.admit(account, request.address, now);
  if (pause > Seconds{0}) {
    done(std::unexpected(
        SignInRefused{{ErrorKind::kThrottled, "sign_in_throttled",
                       "Too many wrong attempts. Wait " + std::to_string(pause.count()) + " s, then try again."},
                      pause}));
    return;
  }
  auto attempt = std::make_shared<Attempt>(Attempt{std::move(request), {}, random_token(32), {}});
  attempt->session = {.hash = platform::sha256_hex(attempt->cookie),
                      .tenant_id = attempt->request.tenant_id,
                      .csrf_token = random_token(32),
                      .created_at = now,
                      .last_seen_at = now};
  const bool queued = tasks_.post([&database = database_, home = home_, alive = alive_, attempt, account, done] {
    auto checked = check(database, attempt->request, attempt->cookie, attempt->session);
    home([alive, attempt, account, checked = std::move(checked), done] {
      if (alive->self == nullptr) return;
      alive->self->under_way_.erase(attempt);
      done(checked ? alive->self->come_home(*attempt, account, *checked) : checked);
    });
  });
  if (queued) {
    under_way_.insert(std::move(attempt));
  } else {
    done(std::unexpected(busy()));
  }
}

std::expected<SignedIn, SignInRefused> Sessions::come_home(const Attempt& attempt, const std::string& account,
                                                           const SignedIn& in) {
  throttle_.succeeded(account, attempt.request.address);
  if (attempt.signed_out_users.contains(in.user.id)) {
    forget({attempt.session.hash}, [](const Result<void>&) {});
    return std::unexpected(overtaken());
  }
  sessions_.emplace(attempt.session.hash, attempt.session);
  return in;
}

const Session* Sessions::find(std::string_view cookie, UtcMillis now) {
  const auto found = sessions_.find(platform::sha256_hex(cookie));
  if (found == sessions_.end()) return nullptr;
  auto& session = found->second;
  if (!center::holds(session, now)) {
    forget({session.hash}, [](const Result<void>&) {});
    return nullptr;
  }
  if (now - session.last_seen_at >= kStoreSeenEvery) {
    session.last_seen_at = now;
    store_seen(session);
  }
  return &session;
}

bool Sessions::holds(const std::string& hash, UtcMillis now) const {
  const auto found = sessions_.find(hash);
  return found != sessions_.end() && center::holds(found->second, now);
}

void Sessions::store_seen(const Session& session) {
  // Best effort: a session that is seen again is written again.
  (void)tasks_.post([&database = database_, hash = session.hash, at = session.last_seen_at] {
    [[maybe_unused]] const auto stored = database.write([&](DbSession& db) {
      db.run("UPDATE login_session SET last_seen_at = :at WHERE token_hash = :hash", {{"at", at}, {"hash", hash}});
    });
  });
}

void Sessions::sign_out(std::string_view cookie, const std::function<void(Result<void>)>& done) {
  forget({platform::sha256_hex(cookie)}, done);
}

void Sessions::end_all_of(const std::string& user_id, const std::function<void(Result<void>)>& done) {
  for (const auto& attempt : under_way_) attempt->signed_out_users.insert(user_id);
  std::vector<std::string> hashes;
  for (const auto& [hash, session] : sessions_) {
    if (session.user_id == user_id) hashes.push_back(hash);
  }
  forget(std::move(hashes), done);
}

void Sessions::forget(std::vector<std::string> hashes, const std::function<void(Result<void>)>& done) {
  for (const auto& hash : hashes) sessions_.erase(hash);
  const bool queued = tasks_.post([&database = database_, home = home_, hashes = std::move(hashes), done] {
    const auto gone = database.write([&](DbSession& db) {
      for (const auto& hash : hashes) db.run("DELETE FROM login_session WHERE token_hash = :hash", {{"hash", hash}});
    });
    home([gone, done] { done(gone); });
  });
  if (!queued) done(fail(ErrorKind::kUnavailable, "busy", "The service is busy. Try again in a few seconds."));
}

}  // namespace visavis::center
