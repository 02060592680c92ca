// SPDX-License-Identifier: Apache-2.0
#include "app/bot/signalling.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/json.hpp>
#include <boost/url.hpp>
#include <chrono>
#include <deque>
#include <stdexcept>
#include <utility>

#include "base/ids.hpp"

namespace visavis::bot {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace json = boost::json;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;
using Plain = beast::tcp_stream;
using Tls = beast::ssl_stream<beast::tcp_stream>;

namespace {

constexpr auto kDeadline = std::chrono::seconds(10);

UtcMillis wall_clock() {
  return {std::chrono::duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

asio::awaitable<void> handshake(Plain&) { co_return; }
asio::awaitable<void> handshake(Tls& stream) {
  co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
}

}  // namespace

struct Signalling::Impl : std::enable_shared_from_this<Signalling::Impl> {
  Impl(asio::io_context& context, std::string url, std::string bearer, OnMessage message, OnEnd end)
      : io(context), token(std::move(bearer)), on_message(std::move(message)), on_end(std::move(end)) {
    const auto parsed = boost::urls::parse_uri(url);
    if (!parsed) throw std::runtime_error("not a URL: " + url);
    host = parsed->host_address();
    tls_wanted = parsed->scheme() == "https";
    port = parsed->has_port() ? std::string(parsed->port()) : (tls_wanted ? "443" : "80");
    tls.set_verify_mode(asio::ssl::verify_none);
  }

  void make(std::unique_ptr<Plain>& out) { out = std::make_unique<Plain>(io); }
  void make(std::unique_ptr<Tls>& out) { out = std::make_unique<Tls>(io, tls); }

  template <class Stream>
  asio::awaitable<std::unique_ptr<Stream>> connect() {
    std::unique_ptr<Stream> stream;
    make(stream);
    tcp::resolver resolver(io);
    auto addresses = co_await resolver.async_resolve(host, port, asio::use_awaitable);
    beast::get_lowest_layer(*stream).expires_after(kDeadline);
    co_await beast::get_lowest_layer(*stream).async_connect(addresses, asio::use_awaitable);
    co_await handshake(*stream);
    co_return stream;
  }

  template <class Stream>
  asio::awaitable<std::string> fetch_ticket() {
    auto stream = co_await connect<Stream>();
    http::request<http::string_body> request{http::verb::post, "/v1/ws-tickets", 11};
    request.set(http::field::host, host);
    request.set(http::field::authorization, "Bearer " + token);
    request.set(http::field::content_type, "application/json");
    request.body() = "{}";
    request.prepare_payload();
    co_await http::async_write(*stream, request, asio::use_awaitable);
    beast::flat_buffer buffer;
    http::response<http::string_body> response;
    co_await http::async_read(*stream, buffer, response, asio::use_awaitable);
    if (response.result_int() / 100 != 2) throw std::runtime_error("no ticket: " + response.body());
    co_return std::string(json::parse(response.body()).as_object().at("ticket").as_string());
  }

  template <class Stream>
  asio::awaitable<void> run() {
    const auto ticket = co_await fetch_ticket<Stream>();
    auto stream = co_await connect<Stream>();
    beast::get_lowest_layer(*stream).expires_never();
    // Shared with the writer, which wakes once more after the reader has ended.
    const auto ws = std::make_shared<websocket::stream<Stream>>(std::move(*stream));
    ws->set_option(websocket::stream_base::timeout::suggested(beast::role_type::client));
    ws->set_option(websocket::stream_base::decorator(
        [](websocket::request_type& request) { request.set(http::field::sec_websocket_protocol, "visavis.v1"); }));
    co_await ws->async_handshake(host + ":" + port, "/v1/ws?ticket=" + ticket, asio::use_awaitable);
    asio::co_spawn(io, write_loop(ws, shared_from_this()), asio::detached);
    push("hello", {{"client", {{"kind", "customer"}, {"lang", "en"}}}});
    beast::flat_buffer buffer;
    for (;;) {
      co_await ws->async_read(buffer, asio::use_awaitable);
      const auto message = json::parse(beast::buffers_to_string(buffer.data())).as_object();
      buffer.consume(buffer.size());
      last_seq = message.contains("seq") ? message.at("seq").to_number<std::int64_t>() : last_seq;
      on_message(std::string(message.at("type").as_string()), message);
    }
  }

  /// One writer at a time; ends with the socket.
  template <class Stream>
  static asio::awaitable<void> write_loop(std::shared_ptr<websocket::stream<Stream>> ws, std::shared_ptr<Impl> self) {
    while (!self->closing || !self->outgoing.empty()) {
      if (self->outgoing.empty()) {
        self->wake.expires_at(asio::steady_timer::time_point::max());
        beast::error_code woken;
        co_await self->wake.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        continue;
      }
      const auto text = std::move(self->outgoing.front());
      self->outgoing.pop_front();
      beast::error_code failed;
      co_await ws->async_write(asio::buffer(text), asio::redirect_error(asio::use_awaitable, failed));
      if (failed) co_return;
    }
    beast::error_code ignored;
    co_await ws->async_close(websocket::close_code::normal, asio::redirect_error(asio::use_awaitable, ignored));
  }

  std::string push(const std::string& type, json::object data) {
    const auto now = wall_clock();
    auto id = new_uuid(now);
    json::object message{{"type", type}, {"id", id}, {"ts", now.value}, {"seq", last_seq}, {"data", std::move(data)}};
    outgoing.push_back(json::serialize(message));
    wake.cancel();
    return id;
  }

  asio::io_context& io;
  std::string host, port, token;
  OnMessage on_message;
  OnEnd on_end;
  bool tls_wanted = false;
  bool closing = false;
  asio::ssl::context tls{asio::ssl::context::tls_client};
  asio::steady_timer wake{io};
  std::deque<std::string> outgoing;
  std::int64_t last_seq = 0;
};

Signalling::Signalling(asio::io_context& io, std::string url, std::string token, OnMessage on_message, OnEnd on_end)
    : impl_(std::make_shared<Impl>(io, std::move(url), std::move(token), std::move(on_message), std::move(on_end))) {}

Signalling::~Signalling() = default;

void Signalling::start() {
  auto ended = [impl = impl_](std::exception_ptr error) {
    std::string why = "closed";
    try {
      if (error) std::rethrow_exception(error);
    } catch (const std::exception& e) {
      why = e.what();
    }
    impl->closing = true;
    impl->wake.cancel();
    impl->on_end(why);
  };
  if (impl_->tls_wanted) {
    asio::co_spawn(impl_->io, impl_->run<Tls>(), std::move(ended));
  } else {
    asio::co_spawn(impl_->io, impl_->run<Plain>(), std::move(ended));
  }
}

std::string Signalling::command(const std::string& type, json::object data) {
  return impl_->push(type, std::move(data));
}

void Signalling::close() {
  impl_->closing = true;
  impl_->wake.cancel();
}

}  // namespace visavis::bot
