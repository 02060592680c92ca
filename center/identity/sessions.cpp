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

struct Attempt {
  SignInRequest request;
  Session session;     // prepared
  std::string cookie;  // prepared
};

/// On the task thread.
std::expected<SignedIn, SignInRefused> check(platform::Database& database, Attempt& attempt) {
  const auto login = normalize_login(attempt.request.login);
  const auto found = database.read(
      [&](DbSession& db) { return login ? find_user(db, attempt.request.tenant_id, *login) : std::nullopt; });
  if (!found) return std::unexpected(SignInRefused{found.error(), Seconds{3}});
  const bool usable = found->has_value() && !(*found)->user.disabled;
  const auto matches = verify_password(attempt.request.password, usable ? (*found)->password : decoy_password());
  if (!matches) return std::unexpected(SignInRefused{matches.error(), Seconds{3}});
  if (!usable || !*matches) return std::unexpected(wrong());
  attempt.session.user_id = (*found)->user.id;
  const auto stored = database.write([&](DbSession& db) {
    const auto& s = attempt.session;
    db.run(
        "INSERT INTO login_session (token_hash, user_id, csrf_token, created_at, last_seen_at) "
        "VALUES (:hash, :user, :csrf, :created, :seen)",
        {{"hash", s.hash},
         {"user", s.user_id},
         {"csrf", s.csrf_token},
         {"created", s.created_at},
         {"seen", s.last_seen_at}});
  });
  if (!stored) return std::unexpected(SignInRefused{stored.error(), Seconds{3}});
  return SignedIn{(*found)->user, attempt.cookie, attempt.session.csrf_token};
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
  auto attempt = std::make_shared<Attempt>(Attempt{std::move(request), {}, random_token(32)});
  attempt->session = {.hash = platform::sha256_hex(attempt->cookie),
                      .tenant_id = attempt->request.tenant_id,
                      .csrf_token = random_token(32),
                      .created_at = now,
                      .last_seen_at = now};
  const bool queued = tasks_.post([&database = database_, home = home_, alive = alive_, attempt, account, done] {
    auto checked = std::make_shared<std::expected<SignedIn, SignInRefused>>(check(database, *attempt));
    home([alive, attempt, account, checked, done] {
      if (alive->self == nullptr) return;
      if (*checked) {
        alive->self->throttle_.succeeded(account, attempt->request.address);
        alive->self->sessions_.emplace(attempt->session.hash, attempt->session);
      }
      done(std::move(*checked));
    });
  });
  if (!queued) done(std::unexpected(busy()));
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
