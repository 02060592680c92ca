// SPDX-License-Identifier: Apache-2.0
// What pages are shown, as JSON (api/asyncapi.yaml, components). Built from the domain's state; never stored.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "center/core/desk.hpp"
#include "center/identity/users.hpp"

namespace visavis::center::views {

/// Empty user: as the customer sees it. "*": as a supervisor sees it on the wall.
boost::json::object contact(const Desk& desk, const call::Contact& contact, std::string_view user_id = {});
boost::json::object message(const std::string& contact_id, const chat::Posted& what, UtcMillis at);
boost::json::array messages(const Desk& desk, const std::string& contact_id);
boost::json::array consents(const Desk& desk, const std::string& contact_id);
boost::json::object offer(const Desk& desk, const call::Contact& contact, const routing::Offer& offer);
boost::json::object agent(const routing::Agent& agent);
boost::json::array agents(const Desk& desk);
/// Those who wait and whom this agent may serve; everybody where no user is named (supervisors).
boost::json::array queue(const Desk& desk, const std::string& user_id = {});
/// The same for many agents at once: each row is written once, and each agent's message picks theirs.
struct QueueLine {
  const queue::Waiting* waiting;
  std::string row;  // JSON
};
std::vector<QueueLine> queue_lines(const Desk& desk);
/// Data of the message `queue`.
std::string queue_message(const Desk& desk, std::span<const QueueLine> lines, const std::string& user_id);
boost::json::object wall(const Desk& desk, UtcMillis now);
boost::json::object user(const UserRecord& user);
boost::json::object local_text(const std::map<std::string, std::string>& text);
boost::json::array strings(const auto& list) {
  boost::json::array out;
  for (const auto& item : list) out.emplace_back(item);
  return out;
}

}  // namespace visavis::center::views
