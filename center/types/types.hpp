// SPDX-License-Identifier: Apache-2.0
// The words that all slices of the contact centre share. Ids are UUID strings, times UTC milliseconds.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "center/types/fields.hpp"

namespace visavis::center {

enum class Channel { kChat, kAudio, kVideo };
template <>
struct EnumNames<Channel> {
  static constexpr Names<3> names{"chat", "audio", "video"};
};

/// A sound or video contact takes the agent's one call slot; a chat takes one of the chat slots.
constexpr bool is_call(Channel channel) { return channel != Channel::kChat; }

enum class Purpose { kRecording, kTranscript, kFaceAnalysis, kScreenView, kBiometrics };
inline constexpr std::size_t kPurposes = 5;
template <>
struct EnumNames<Purpose> {
  static constexpr Names<kPurposes> names{"recording", "transcript", "face_analysis", "screen_view", "biometrics"};
};

enum class ActorKind { kSystem, kCustomer, kAgent };
template <>
struct EnumNames<ActorKind> {
  static constexpr Names<3> names{"system", "customer", "agent"};
};

/// Who did it. A customer is known by the contact their token opens, an agent by the user.
struct Actor {
  ActorKind kind = ActorKind::kSystem;
  std::string user_id;     // agents
  std::string contact_id;  // customers: the only contact they may touch

  static Actor system() { return {}; }
  static Actor customer(std::string contact) { return {ActorKind::kCustomer, {}, std::move(contact)}; }
  static Actor agent(std::string user) { return {ActorKind::kAgent, std::move(user), {}}; }
  static void fields(auto& self, auto&& f) {
    f("kind", self.kind);
    f("user_id", self.user_id);
    f("contact_id", self.contact_id);
  }
  friend bool operator==(const Actor&, const Actor&) = default;
};

/// What surrounds every event. `contact_id` is empty for events about an agent alone.
struct Meta {
  std::string tenant_id;
  std::string contact_id;
  UtcMillis at;
  Actor actor;
  friend bool operator==(const Meta&, const Meta&) = default;
};

/// New ids (UUIDv7) come from outside, so that tests repeat.
class IdSource {
 public:
  virtual ~IdSource() = default;
  virtual std::string next(UtcMillis now) = 0;
};

using Attributes = std::map<std::string, std::string>;

/// Roughly what a name and attributes take in memory.
inline std::size_t bytes_of(std::string_view name, const Attributes& attributes) {
  constexpr std::size_t kPerEntry = 112;  // a map's node with its two strings
  std::size_t bytes = name.size();
  for (const auto& [key, value] : attributes) bytes += kPerEntry + key.size() + value.size();
  return bytes;
}

/// The primary subtag of a language tag ("zh" of "zh-CN"): what decides whether two people understand each other.
constexpr std::string_view primary_language(std::string_view tag) { return tag.substr(0, tag.find_first_of("-_")); }

}  // namespace visavis::center
