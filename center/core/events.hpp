// SPDX-License-Identifier: Apache-2.0
// Every event of the contact centre. The log of these is the truth: Center::apply over the stored events of all
// contacts that are open or closed less than a day ago, and of each agent's last agent.state_set, gives the state back.
#pragma once

#include <string_view>
#include <variant>

#include "center/call/events.hpp"
#include "center/chat/events.hpp"
#include "center/consent/events.hpp"
#include "center/queue/events.hpp"
#include "center/routing/events.hpp"

namespace visavis::center {

using EventData =
    std::variant<call::Opened, call::AgentJoined, call::AgentLeft, call::Held, call::RaiseAsked, call::RaiseAnswered,
                 call::MediaSet, call::ParticipantGone, call::ParticipantBack, call::Ended, call::Closed,
                 call::WrapupExtended, call::WrapupDone, call::Rated, call::Checked, queue::Entered, queue::Left,
                 routing::StateSet, routing::Offered, routing::Accepted, routing::Refused, routing::Withdrawn,
                 consent::Recorded, chat::Posted>;

struct Event {
  Meta meta;
  EventData data;
};

/// "contact.opened", "queue.entered" …: stable, stored and sent.
inline std::string_view type_of(const EventData& data) {
  return std::visit([](const auto& e) { return std::remove_cvref_t<decltype(e)>::kType; }, data);
}

}  // namespace visavis::center
