// SPDX-License-Identifier: Apache-2.0
#include "platform/http/ws_connection.hpp"

#include <algorithm>
#include <array>

namespace visavis::http {
namespace asio = boost::asio;

namespace {

constexpr Millis kCloseWait{2'000};

/// Scheme and path aside, is the page from the host that was asked?
bool is_same_host(const Request& request, std::string_view origin) {
  const auto at = origin.find("://");
  return at != std::string_view::npos && !request.host.empty() &&
         equals_ignoring_case(origin.substr(at + 3), request.host);
}

/// For whoever debugs a client; at most 123 bytes (RFC 6455 §5.5).
std::string reason_of(std::uint16_t code, const WsLimits& limits) {
  switch (static_cast<WsClose>(code)) {
    case WsClose::kTooLarge:
      return "Send messages of at most " + std::to_string(limits.message_bytes / 1024) + " KiB.";
    case WsClose::kTooMany:
      return "Send fewer messages, fragments and control frames.";
    case WsClose::kUnsupportedData:
      return "Send text messages only.";
    case WsClose::kInvalidPayload:
      return "Send UTF-8.";
    default:
      return "The frame breaks RFC 6455.";
  }
}

/// 16 bytes in base64: 24 characters, the last two "==".
bool is_ws_key(std::string_view key) {
  return key.size() == 24 && key.ends_with("==") && std::ranges::all_of(key.substr(0, 22), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
         });
}

}  // namespace

std::optional<Response> check_ws_upgrade(const Request& request, const WsOptions& options) {
  const bool upgrade =
      has_token(request.header("Connection"), "upgrade") && has_token(request.header("Upgrade"), "websocket");
  if (!upgrade || request.header("Sec-WebSocket-Version") != "13") {
    auto response = problem(426, "websocket_needed", "This address speaks WebSocket version 13 only.");
    response.set("Upgrade", "websocket").set("Sec-WebSocket-Version", "13");
    return response;
  }
  if (!is_ws_key(request.header("Sec-WebSocket-Key"))) {
    return problem(400, "bad_websocket_key", "Sec-WebSocket-Key must be 16 bytes in base64.");
  }
  const auto origin = request.header("Origin");
  if (!origin.empty()) {
    const bool allowed = options.allow_origin ? options.allow_origin(request, origin) : is_same_host(request, origin);
    if (!allowed)
      return problem(403, "origin_not_allowed", "Pages of this origin may not connect. Ask the operator to allow it.");
  }
  if (!options.subprotocol.empty() && !has_token(request.header("Sec-WebSocket-Protocol"), options.subprotocol)) {
    return problem(400, "subprotocol_needed", "Offer the subprotocol " + options.subprotocol + ".");
  }
  return std::nullopt;
}

std::string ws_upgrade_reply(const Request& request, const WsOptions& options) {
  std::string reply =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
      ws_accept_key(request.header("Sec-WebSocket-Key")) + "\r\n";
  if (!options.subprotocol.empty()) reply += "Sec-WebSocket-Protocol: " + options.subprotocol + "\r\n";
  return reply + "\r\n";
}

WsConnection::WsConnection(std::shared_ptr<Stream> stream, const WsOptions& options, Millis write_timeout)
    : stream_(std::move(stream)),
      options_(options),
      write_timeout_(write_timeout),
      decoder_(options.limits),
      allowance_({options.burst, options.messages_per_s}, std::chrono::steady_clock::now()),
      ping_timer_(stream_->executor()),
      written_(stream_->executor(), std::chrono::steady_clock::time_point::max()) {}

void WsConnection::send(std::string_view text) {
  if (!closing_ && !over_) enqueue(ws_frame(kWsText, text));
}

void WsConnection::close(std::uint16_t code, std::string_view reason) {
  if (closing_ || over_) return;
  enqueue(ws_close_frame(code, reason));
  closing_ = true;
  end_after_close();
}

/// The peer has a moment to answer our close frame; then the connection ends anyway.
void WsConnection::end_after_close() {
  ping_timer_.expires_after(kCloseWait);
  ping_timer_.async_wait([self = shared_from_this()](boost::system::error_code ec) {
    if (!ec) self->stream_->close();
  });
}

void WsConnection::enqueue(std::string frame) {
  if (queued_ + frame.size() > options_.queue_bytes) {
    stream_->close();  // a reader so slow that even a close frame would wait behind what it does not read
    return;
  }
  queued_ += frame.size();
  queue_.push_back(std::move(frame));
  if (!writing_) {
    writing_ = true;
    asio::co_spawn(stream_->executor(), write_queue(shared_from_this()), asio::detached);
  }
}

asio::awaitable<void> WsConnection::write_queue(std::shared_ptr<WsConnection> self) {
  while (!self->queue_.empty()) {
    std::string batch;
    while (!self->queue_.empty() && batch.size() < 64 * 1024) {
      batch += self->queue_.front();
      self->queue_.pop_front();
    }
    const bool sent = co_await self->stream_->write(batch, self->write_timeout_);
    self->queued_ -= batch.size();
    if (!sent) {
      self->stream_->close();
      self->queue_.clear();
      self->queued_ = 0;
    }
  }
  self->writing_ = false;
  self->written_.cancel();
}

asio::awaitable<void> WsConnection::keep_alive(std::shared_ptr<WsConnection> self) {
  while (!self->over_ && !self->closing_) {
    self->ping_timer_.expires_after(self->options_.ping_every);
    const auto [ec] = co_await self->ping_timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (ec || self->over_ || self->closing_) co_return;
    self->enqueue(ws_frame(kWsPing, {}));
  }
}

void WsConnection::on_text(std::string text) {
  if (closing_) return;
  if (!allowance_.take_at(std::chrono::steady_clock::now())) {
    close(static_cast<std::uint16_t>(WsClose::kTooMany), "Send fewer messages a second.");
    return;
  }
  callbacks_.on_message(std::move(text));
}

asio::awaitable<void> WsConnection::run(WsCallbacks callbacks, std::string early) {
  const auto self = shared_from_this();
  callbacks_ = std::move(callbacks);
  asio::co_spawn(stream_->executor(), keep_alive(self), asio::detached);
  bool peer_closed = false;
  const WsSink sink{.on_text = [this](std::string text) { on_text(std::move(text)); },
                    .on_ping =
                        [this](const std::string& payload) {
                          if (!closing_) enqueue(ws_frame(kWsPong, payload));
                        },
                    .on_pong = [] {},
                    .on_close =
                        [&](std::uint16_t) {
                          peer_closed = true;
                          close(static_cast<std::uint16_t>(WsClose::kNormal), "");
                        }};
  std::array<char, 8192> chunk{};
  std::string_view bytes = early;
  while (!peer_closed) {
    if (const auto code = decoder_.feed(bytes, sink)) {
      close(code, reason_of(code, options_.limits));
      break;
    }
    if (peer_closed) break;
    const auto n = co_await stream_->read_some(chunk, options_.silence);
    if (n == 0) break;
    bytes = std::string_view(chunk.data(), n);
  }
  // on_close comes before the last bytes are written: whoever uses the socket learns at once that it is over.
  auto on_close = std::exchange(callbacks_.on_close, {});
  if (on_close) on_close();
  callbacks_ = {};
  if (writing_) co_await written_.async_wait(asio::as_tuple(asio::use_awaitable));
  over_ = true;
  ping_timer_.cancel();
  co_await stream_->linger();
}

}  // namespace visavis::http
