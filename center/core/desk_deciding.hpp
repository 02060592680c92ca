// SPDX-License-Identifier: Apache-2.0
// Inside of Desk, for desk_*.cpp only.
#pragma once

#include <utility>

#include "center/core/desk.hpp"

namespace visavis::center {

struct Desk::Deciding {
  UtcMillis now;
  Actor actor;
  IdSource& ids;
  std::vector<Event> events;
};

/// Applies at once, so that whatever is decided next sees it.
template <class E>
void Desk::emit(Deciding& d, const std::string& contact_id, E data) {
  d.events.push_back({{tenant_id_, contact_id, d.now, d.actor}, std::move(data)});
  apply(d.events.back());
}

}  // namespace visavis::center
