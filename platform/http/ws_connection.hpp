// SPDX-License-Identifier: Apache-2.0
// A WebSocket on a connection's stream. Inside of this module only.
#pragma once

#include <boost/asio.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "base/allowance.hpp"
#include "platform/http/stream.hpp"
#include "platform/http/websocket.hpp"

namespace visavis::http {

/// Why an upgrade is refused (RFC 6455 §4.2.1, origin, subprotocol); nothing if it is fine.
std::optional<Response> check_ws_upgrade(const Request& request, const WsOptions& options);
std::string ws_upgrade_reply(const Request& request, const WsOptions& options);

class WsConnection : public WebSocket, public std::enable_shared_from_this<WsConnection> {
 public:
  WsConnection(std::shared_ptr<Stream> stream, const WsOptions& options, Millis write_timeout);

  void send(std::string_view text) override;
  void close(std::uint16_t code, std::string_view reason) override;

  /// Until the connection is over; `early` are bytes that came with the upgrade.
  boost::asio::awaitable<void> run(WsCallbacks callbacks, std::string early);

 private:
  static boost::asio::awaitable<void> write_queue(std::shared_ptr<WsConnection> self);
  static boost::asio::awaitable<void> keep_alive(std::shared_ptr<WsConnection> self);
  void enqueue(std::string frame);
  void on_text(std::string text);
  void end_after_close();

  std::shared_ptr<Stream> stream_;
  WsOptions options_;
  Millis write_timeout_;
  WsCallbacks callbacks_;
  WsDecoder decoder_;
  std::deque<std::string> queue_;
  std::size_t queued_ = 0;
  bool writing_ = false;
  bool closing_ = false;  // our close frame is queued or sent
  bool over_ = false;
  Allowance<std::chrono::steady_clock::time_point> allowance_;  // of messages
  boost::asio::steady_timer ping_timer_;
  boost::asio::steady_timer written_;  // never expires; cancelled when the queue is empty
};

}  // namespace visavis::http
