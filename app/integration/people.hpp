// SPDX-License-Identifier: Apache-2.0
// An agent and a customer of the demo company, as tests drive them.
#pragma once

#include <memory>
#include <string>

#include "app/integration/client.hpp"

namespace visavis::app::testkit {

/// Signed in by cookie.
struct Account {
  std::uint16_t port = 0;
  std::string cookie;
  std::string csrf;
  std::string user_id;
  Headers headers() const { return {{"Cookie", cookie}, {"X-CSRF-Token", csrf}}; }
  std::string ticket() const;
  /// A WebSocket that has been welcomed.
  std::unique_ptr<WsClient> connect(const std::string& resume = {}, std::uint64_t last_seq = 0) const;
};
Account sign_in(std::uint16_t port, const std::string& login, const std::string& password);

struct Visitor {
  std::uint16_t port = 0;
  std::string contact_id;
  std::string participant_id;
  std::string token;
  Headers headers() const { return {{"Authorization", "Bearer " + token}}; }
  std::string ticket() const;
  std::unique_ptr<WsClient> connect(const std::string& resume = {}, std::uint64_t last_seq = 0) const;
};
/// Ids of the demo company's topics: accounts, support.
std::vector<std::string> topics(std::uint16_t port);
boost::json::object opening(std::uint16_t port, std::string_view channel, std::size_t topic = 0);
Visitor visit(std::uint16_t port, std::string_view channel, std::size_t topic = 0);
Visitor visitor_of(std::uint16_t port, const Answer& created);

/// What a browser with a microphone offers, ICE credentials included; `ufrag` of 4 to 256 characters.
std::string sdp_offer(const std::string& ufrag = "abcd");

/// What a wrap-up needs.
boost::json::object done_with(const std::string& contact_id);

}  // namespace visavis::app::testkit
