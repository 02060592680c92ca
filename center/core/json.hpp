// SPDX-License-Identifier: Apache-2.0
// Events and commands as JSON. The stored form of an event is its type and an object {"v":1, …fields}: fields that are
// not known are skipped, fields that are missing keep their default, a wrong type or a higher v is an error.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "base/result.hpp"
#include "center/core/commands.hpp"
#include "center/core/events.hpp"

namespace visavis::center {

boost::json::object to_json(const EventData& data);
Result<EventData> event_data_from_json(std::string_view type, const boost::json::object& data);

/// The whole event: {"type","tenant_id","contact_id","at","actor":{…},"data":{…}}.
boost::json::object to_json(const Event& event);
Result<Event> event_from_json(const boost::json::object& event);

/// A WebSocket command by its type. `unknown_command` for a type that is not one; `bad_command` says which field is
/// wrong. Media and typing commands are not the domain's and are unknown here.
Result<Command> command_from_json(std::string_view type, const boost::json::object& data);

}  // namespace visavis::center
