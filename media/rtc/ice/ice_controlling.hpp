// SPDX-License-Identifier: Apache-2.0
// The agent of our own clients (bot, load tests, tests): controlling, against a lite server whose candidates are given.
// Regular nomination (RFC 8445 section 8.1.1), consent checks about every 2.5 s (RFC 7675 section 5.1).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "media/rtc/ice/ice.hpp"
#include "media/rtc/ice/reachability.hpp"
#include "media/rtc/wire/stun.hpp"

namespace visavis::rtc {

class IceControlling {
 public:
  /// `seed` feeds transaction ids, tie-breaker and the jitter of the consent checks: give entropy, or a number in
  /// tests.
  IceControlling(IceCredentials local, IceCredentials remote, std::uint64_t seed);

  /// A candidate of the server and the socket of ours to reach it from; more priority is tried first.
  void add_candidate(const Path& path, std::uint32_t priority, Instant now);
  void handle(const Path& path, Bytes message, Instant now, IceSink& sink);
  void handle_deadline(Instant now, IceSink& sink);
  Instant deadline() const;
  void heard(Instant now, bool media, IceSink& sink);
  /// Checks start anew on every path; media goes on over the selected one until another is nominated.
  void restart(IceCredentials local, IceCredentials remote, Instant now);
  /// A TCP connection closed: its path is gone.
  void forget(const Path& path, Instant now);

  bool knows(const Path& path, Instant now) const;
  const std::optional<Path>& selected() const { return selected_; }
  const IceCredentials& local() const { return local_; }
  const IceCounters& counters() const { return counters_; }

 private:
  struct Check {
    StunTransactionId transaction{};
    bool nominating = false;
  };
  struct Pair {
    Path path;
    std::uint32_t priority = 0;
    std::array<Check, 4> recent;  // the latest checks, any of which may still be answered
    std::size_t sent = 0;
    std::size_t unanswered = 0;
    Instant next_check;
    std::optional<Instant> last_success;  // in any generation of credentials
    bool valid = false;                   // answered under the present ones
  };

  void send_check(Pair& pair, Instant now, IceSink& sink);
  void schedule(Pair& pair, Instant now);
  void succeed(Pair& pair, bool nominating, Instant now, IceSink& sink);
  void choose(Instant now, IceSink& sink);
  void replace_dead(Instant now, IceSink& sink);
  bool settled() const;
  std::uint64_t random();
  Pair* find(const Path& path);
  const Pair* find(const Path& path) const;

  IceCredentials local_;
  IceCredentials remote_;
  std::string username_;
  std::uint64_t random_state_;
  std::uint64_t tie_breaker_;
  std::vector<Pair> pairs_;
  std::optional<Path> selected_;
  std::optional<Path> nominee_;
  Instant choose_at_ = kNever;  // when the best pair that answered is nominated
  Instant consent_ends_ = kNever;
  Reachability reachability_;
  IceCounters counters_;
};

}  // namespace visavis::rtc
