// SPDX-License-Identifier: Apache-2.0
// Who is told what after a change: from the domain's events to messages for people (api/asyncapi.yaml, events).
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "center/api/streams.hpp"
#include "center/core/desk.hpp"

namespace visavis::center {

struct Saying {
  Recipient to;
  std::string type;
  std::string data;  // JSON
};

/// What these events mean to those they concern, with the state as it is right after them. What concerns many (queue,
/// agents, places, wall) is not here: it is gathered and said a moment later.
std::vector<Saying> sayings(const Desk& desk, std::span<const Event> events);

/// Agents who see this contact: in it, with work after it, or rung by it (then only through the offer).
std::set<std::string> viewers_of(const call::Contact& contact);

/// Contacts among the events, in order, each once.
std::vector<std::string> contacts_in(std::span<const Event> events);

}  // namespace visavis::center
