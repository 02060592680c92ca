// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "center/types/types.hpp"

namespace visavis::center::chat {

enum class Kind { kText, kFile, kSystem };

struct File {
  std::string id;
  std::string name;  // personal
  std::int64_t size = 0;
  std::string type;
  static void fields(auto& self, auto&& f) {
    f("id", self.id);
    f("name", self.name);
    f("size", self.size);
    f("type", self.type);
  }
};

/// One line of the conversation. Lines of one contact are in the order of their events.
struct Posted {
  static constexpr std::string_view kType = "chat.posted";
  std::string message_id;
  std::string from;  // participant id, or "system"
  std::string name;  // display name of the sender; of a system line: of the person it speaks of (may be empty)
  Kind kind = Kind::kText;
  std::string text;  // personal
  std::optional<File> file;
  std::string system;  // code: agent_joined | agent_left | hold_on | hold_off | raised | requeued | transferred
  static void fields(auto& self, auto&& f) {
    f("message_id", self.message_id);
    f("from", self.from);
    f("name", self.name);
    f("kind", self.kind);
    f("text", self.text);
    f("file", self.file);
    f("system", self.system);
  }
};

}  // namespace visavis::center::chat

namespace visavis::center {
template <>
struct EnumNames<chat::Kind> {
  static constexpr Names<3> names{"text", "file", "system"};
};
}  // namespace visavis::center
