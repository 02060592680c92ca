// SPDX-License-Identifier: Apache-2.0
#include "center/chat/domain.hpp"

#include <algorithm>

#include "center/types/limits.hpp"
#include "center/types/text.hpp"

namespace visavis::center::chat {

void Log::apply(const Meta& meta, const Posted& event) {
  messages_[meta.contact_id].push_back({event, meta.at});
  bytes_[meta.contact_id] += event.text.size();
}

std::size_t Log::bytes(const std::string& contact_id) const {
  const auto it = bytes_.find(contact_id);
  return it == bytes_.end() ? 0 : it->second;
}

std::span<const Message> Log::messages(const std::string& contact_id) const {
  const auto it = messages_.find(contact_id);
  return it == messages_.end() ? std::span<const Message>{} : std::span<const Message>{it->second};
}

Result<void> check(const Posted& message, std::size_t count, std::size_t bytes) {
  if (message.text.empty() == !message.file.has_value()) {
    return fail(ErrorKind::kInvalid, "chat_empty", "A message has either a text or a file. Send one of them.");
  }
  const std::optional<std::size_t> length = code_points(message.text);
  if (!length) return fail(ErrorKind::kInvalid, "chat_not_utf8", "The text is not valid UTF-8. Send it as UTF-8.");
  if (*length > kMaxText) {
    return fail(ErrorKind::kTooLarge, "chat_too_long", "A message may have 4,000 characters. Send it in parts.");
  }
  if (count >= kMaxMessages || bytes + message.text.size() > kMostChatBytes) {
    return fail(ErrorKind::kTooLarge, "chat_full", "This conversation is full. Go on by voice or in a new contact.");
  }
  return {};
}

}  // namespace visavis::center::chat
