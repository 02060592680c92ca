// SPDX-License-Identifier: Apache-2.0
// What the practice customer says and does: a pure state machine over what the server tells it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace visavis::bot {

class Behaviour {
 public:
  /// "zh-CN" or "en".
  explicit Behaviour(std::string language);

  /// The contact's state as the server names it ("waiting", "offered", "active", "wrapup", "closed") and whether it is
  /// held.
  void on_contact(std::string_view state, bool held);
  void on_agent_message();

  /// Sound and picture are sent.
  bool in_call() const { return active_ && !held_; }
  bool over() const { return over_; }
  /// What to say aloud now, if anything; told to begin with the call and again `pause` after the last sentence ended.
  std::optional<std::string> sentence_due(Instant now);
  void sentence_ends_at(Instant end) { silent_until_ = end + kPause; }
  /// What to write into the chat, if the agent wrote.
  std::optional<std::string> reply_due();
  /// True once, after the call: time to leave a rating.
  bool take_rating_due();

  const std::string& language() const { return language_; }

 private:
  static constexpr Micros kPause = Millis{2'500};
  const std::vector<std::string>& lines() const;
  std::string language_;
  std::size_t next_line_ = 0;
  std::size_t replies_owed_ = 0;
  std::size_t replies_sent_ = 0;
  bool active_ = false;
  bool held_ = false;
  bool over_ = false;
  bool rating_owed_ = false;
  Instant silent_until_{};
};

}  // namespace visavis::bot
