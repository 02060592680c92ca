// SPDX-License-Identifier: Apache-2.0
// Which commands were applied already, so that a client that heard no answer can send the same command again, also
// after the server was killed in between. Control thread; the durable half is Batch::command.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/db/database.hpp"

namespace visavis::center {

class CommandBook {
 public:
  enum class State {
    kNew,      // apply it; finish() or forget() must follow
    kPending,  // being committed: its answer comes by itself
    kDone      // send `reply` again
  };
  struct Found {
    State state = State::kNew;
    std::string reply{};
  };
  Found begin(std::string_view scope, std::string_view id);
  void finish(std::string_view scope, std::string_view id, std::string reply);
  /// It was refused or not committed: it may be tried again.
  void forget(std::string_view scope, std::string_view id);

  /// Replaces everything by what was committed since `since`. Blocks.
  Result<void> load(platform::Database& database, UtcMillis since);

  /// Answers kept over all scopes, and what they may hold together; the oldest go first.
  static constexpr std::size_t kMost = 100'000;
  static constexpr std::size_t kMostBytes = 64 * 1024 * 1024;
  std::size_t scopes() const { return scopes_.size(); }
  std::size_t bytes() const { return bytes_; }
  /// The contact is over or the user has gone; the store still knows.
  void drop_scope(std::string_view scope);

 private:
  /// Per scope, oldest answers go first: an honest client repeats only its newest few.
  static constexpr std::size_t kMostPerScope = 512;
  struct Scope {
    std::unordered_map<std::string, std::optional<std::string>> replies;  // no value: pending
    std::deque<std::string> order;                                        // of those that are done
  };
  void drop_oldest_of(const std::string& scope);
  static std::size_t bytes_of(std::string_view id, std::string_view reply) {
    return 2 * id.size() + reply.size() + 160;
  }
  std::size_t bytes_ = 0;  // of answers
  std::unordered_map<std::string, Scope> scopes_;
  std::deque<std::string> newest_;  // the scope of each answer, oldest first; may name answers that are gone already
};

}  // namespace visavis::center
