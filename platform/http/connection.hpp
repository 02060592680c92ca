// SPDX-License-Identifier: Apache-2.0
// One connection of the web door: requests in, responses out, or a WebSocket. Inside of this module only.
#pragma once

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <expected>
#include <functional>
#include <list>
#include <memory>
#include <string>

#include "platform/http/server.hpp"
#include "platform/http/stream.hpp"

namespace visavis::http {

/// What all connections of a server share; they keep it alive.
struct ServerContext {
  ServerConfig config;
  Router router;
  std::optional<boost::asio::ssl::context> tls;
  ServerCounters counters;
  std::size_t bodies_bytes = 0;  // held by all requests
  bool draining = false;
  std::list<std::function<void()>> on_drain;  // one per connection: what it does when the server drains
};

/// A request's share of what all bodies may hold.
class BodyShare {
 public:
  explicit BodyShare(std::shared_ptr<ServerContext> server)
      : server_(std::move(server)), most_(server_->config.bodies_bytes) {}
  BodyShare(BodyShare&&) = default;
  BodyShare& operator=(BodyShare&&) = delete;
  ~BodyShare() {
    if (server_) server_->bodies_bytes -= held_;
  }
  /// Large bodies leave a quarter to small ones: uploads never keep anybody from signing in.
  void leave_room() { most_ = server_->config.bodies_bytes / 4 * 3; }
  /// False, and nothing changes, where all together would hold too much.
  bool grow_to(std::size_t bytes);

 private:
  std::shared_ptr<ServerContext> server_;
  std::size_t most_;
  std::size_t held_ = 0;
};

class Connection {
 public:
  Connection(std::shared_ptr<ServerContext> server, std::shared_ptr<Stream> stream);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Until the connection is over. Never throws.
  boost::asio::awaitable<void> run();

 private:
  struct Incoming {
    Request request;
    BodyShare share;
    Router::Found found;
    bool keep_alive = false;
    bool wants_websocket = false;
  };
  /// A request, or how to refuse it; neither where the connection is simply over.
  struct Refused {
    std::optional<Response> response;
  };
  using ReadResult = std::expected<Incoming, Refused>;

  boost::asio::awaitable<bool> open();
  boost::asio::awaitable<void> hand_over();
  boost::asio::awaitable<bool> fill(Millis timeout);
  boost::asio::awaitable<ReadResult> read_request();
  template <class Parser>
  boost::asio::awaitable<bool> read_header(Parser& parser, boost::system::error_code& ec);
  template <class Parser>
  boost::asio::awaitable<std::optional<Response>> read_body(Parser& parser, Incoming& in);
  template <class Parser>
  std::expected<Incoming, Response> take_header(const Parser& parser);
  boost::asio::awaitable<Response> answer(Incoming& in);
  boost::asio::awaitable<Response> run_handler(const Router::Route& route, Request request);
  /// `said`, or a page for a person's browser.
  Response nothing_here(const Request& request, Response said) const;
  void finish_headers(const Incoming* in, Response& response) const;
  void allow_origin(const Incoming& in, Response& response) const;
  boost::asio::awaitable<bool> send(const Incoming* in, Response response, bool keep_alive);
  boost::asio::awaitable<void> websocket(Incoming in);

  std::shared_ptr<ServerContext> server_;
  std::shared_ptr<Stream> stream_;
  std::list<std::function<void()>>::iterator drain_slot_;
  std::string buffer_;  // read and not yet taken
  bool idle_ = true;    // between requests: draining may close it at once
};

}  // namespace visavis::http
