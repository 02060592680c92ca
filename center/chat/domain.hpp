// SPDX-License-Identifier: Apache-2.0
// The conversation in writing: messages of one contact in the order of their events.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "center/chat/events.hpp"

namespace visavis::center::chat {

inline constexpr std::size_t kMaxText = 4'000;      // Unicode code points
inline constexpr std::size_t kMaxMessages = 5'000;  // of one contact

struct Message {
  Posted what;
  UtcMillis at;
  static void fields(auto& self, auto&& f) {
    f("what", self.what);
    f("at", self.at);
  }
};

class Log {
 public:
  void apply(const Meta& meta, const Posted& event);
  void forget(const std::string& contact_id) {
    messages_.erase(contact_id);
    bytes_.erase(contact_id);
  }
  /// Of all texts of the contact.
  std::size_t bytes(const std::string& contact_id) const;
  std::span<const Message> messages(const std::string& contact_id) const;

 private:
  std::map<std::string, std::vector<Message>> messages_;
  std::map<std::string, std::size_t> bytes_;
};

/// Is this a message a person may send as the next of a contact that has `count` of `bytes` already? Exactly one of
/// text and file.
Result<void> check(const Posted& message, std::size_t count, std::size_t bytes);

}  // namespace visavis::center::chat
