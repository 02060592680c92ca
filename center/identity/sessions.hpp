// SPDX-License-Identifier: Apache-2.0
// Signing in and the sessions it makes. Lives on the control thread: looking a cookie up is immediate; passwords and
// statements run on the task thread given.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "center/identity/throttle.hpp"
#include "center/identity/users.hpp"
#include "platform/tasks/task_thread.hpp"

namespace visavis::center {

struct Session {
  std::string hash{};  // SHA-256 of the cookie; names the session inside the server
  std::string user_id{};
  std::string tenant_id{};
  std::string csrf_token{};
  UtcMillis created_at{};
  UtcMillis last_seen_at{};
};

struct SignedIn {
  UserRecord user;
  std::string cookie;  // 32 random bytes, base64url; stored nowhere
  std::string csrf_token;
};

struct SignInRefused {
  Error error;             // sign_in_wrong (401), sign_in_throttled (429), storage_… (503), busy (503)
  Seconds retry_after{0};  // with 429 and 503
};

struct SignInRequest {
  std::string tenant_id;  // found by the caller; an unknown tenant is refused like a wrong password
  std::string login;
  std::string password;
  std::string address;  // of the client: an IPv4 address, or the /64 of an IPv6 one
};

class Sessions {
 public:
  static constexpr std::chrono::hours kIdle{12};
  static constexpr std::chrono::hours kLongest{7 * 24};

  /// All three outlive this object. Results arrive through `home`, on the control thread.
  Sessions(platform::Database& database, platform::TaskThread& tasks, platform::Post home);
  ~Sessions();

  /// At the start, before anything else: the sessions that still hold. Blocks.
  Result<void> load(UtcMillis now);

  void sign_in(SignInRequest request, UtcMillis now,
               const std::function<void(std::expected<SignedIn, SignInRefused>)>& done);

  /// The session of a cookie, which counts as seen; null where there is none or it has run out.
  const Session* find(std::string_view cookie, UtcMillis now);

  /// Whether a session (by Session::hash) still holds; does not count as seen.
  bool holds(const std::string& hash, UtcMillis now) const;

  /// `done` when nothing of it is left, also on the disk. Unknown cookies are fine.
  void sign_out(std::string_view cookie, const std::function<void(Result<void>)>& done);
  /// After a change of password or a disabled account has been stored; sign-ins under way do not outlive it either.
  void end_all_of(const std::string& user_id, const std::function<void(Result<void>)>& done);

  std::size_t size() const { return sessions_.size(); }

 private:
  struct Alive;
  struct Attempt;
  /// A sign-in whose session is stored.
  std::expected<SignedIn, SignInRefused> come_home(const Attempt& attempt, const std::string& account,
                                                   const SignedIn& in);
  void store_seen(const Session& session);
  void forget(std::vector<std::string> hashes, const std::function<void(Result<void>)>& done);

  platform::Database& database_;
  platform::TaskThread& tasks_;
  platform::Post home_;
  SignInThrottle throttle_;
  std::unordered_map<std::string, Session> sessions_;  // by hash
  std::set<std::shared_ptr<Attempt>> under_way_;       // sign-ins
  std::shared_ptr<Alive> alive_;                       // callbacks that come home after our end do nothing
};

}  // namespace visavis::center
