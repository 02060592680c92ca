// SPDX-License-Identifier: Apache-2.0
// One WebSocket of a customer or an agent: ticket, hello, then commands (api/asyncapi.yaml).
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <optional>
#include <string>

#include "center/api/client_message.hpp"
#include "center/api/service.hpp"
#include "platform/http/router.hpp"

namespace visavis::center {

/// Adds GET /v1/ws.
void add_websocket(http::Router& router, Service& service);

class WsSession : public std::enable_shared_from_this<WsSession> {
 public:
  WsSession(Service& service, std::shared_ptr<http::WebSocket> socket);
  /// Who the ticket belongs to; closes with 4401 where it is not valid.
  void open(std::string_view ticket);
  void on_message(const std::string& text);
  void on_close();

 private:
  void read_again();
  bool identify(const TicketHolder& holder);
  void refuse_message(const std::string& code, const std::string& message, std::string_view re);
  void hello(const ClientMessage& message);
  void attach(const std::string& resume, std::uint64_t last_seq, const std::string& snapshot);
  void command(ClientMessage message);
  bool api_command(const ClientMessage& message);
  void domain_command(ClientMessage message);
  void media_offer(const ClientMessage& message);
  void media_view(const ClientMessage& message);
  void typing(const ClientMessage& message);
  void wall(const ClientMessage& message, bool on);
  std::optional<Error> prepare(ClientMessage& message) const;
  void reply_ok(const std::string& re, const std::string& data);
  void reply_error(const std::string& re, const Error& error);

  Service& service_;
  std::shared_ptr<http::WebSocket> socket_;
  std::shared_ptr<Wire> wire_;
  std::optional<Speaker> speaker_;
  http::Loop::TimerId hello_timer_ = 0;
  bool greeted_ = false;   // hello was taken
  bool attached_ = false;  // welcome was sent
  unsigned bad_messages_ = 0;
};

}  // namespace visavis::center
