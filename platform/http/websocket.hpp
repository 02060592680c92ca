// SPDX-License-Identifier: Apache-2.0
// A WebSocket as its user sees it. Everything happens on the control thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "platform/http/message.hpp"
#include "platform/http/ws_frame.hpp"

namespace visavis::http {

class WebSocket {
 public:
  virtual ~WebSocket() = default;
  /// Queues a text message. Dropped once the socket is closing. A peer that reads so slowly that the queue passes
  /// WsOptions::queue_bytes is cut off.
  virtual void send(std::string_view text) = 0;
  /// Sends what is queued, then a close frame. on_close follows once.
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
};

struct WsCallbacks {
  /// A whole, valid UTF-8 text message.
  std::function<void(std::string)> on_message;
  /// The connection is over, whoever ended it. The last call; both callbacks are freed after it.
  std::function<void()> on_close;
};

/// Called once the handshake is done. The socket may be kept; it does nothing after on_close.
using WsAccept = std::function<WsCallbacks(std::shared_ptr<WebSocket>, const Request&)>;

struct WsOptions {
  std::string subprotocol{};  // must be offered by the client; empty = none is asked for
  WsLimits limits{};
  double messages_per_s = 50;  // sustained, see burst
  double burst = 200;
  std::size_t queue_bytes = 4 * 1024 * 1024;
  Millis ping_every{5'000};
  Millis silence{12'000};  // nothing heard, pongs included, for so long: gone
  /// Whether a page of `origin` may open it; unset: only pages from the address that was asked (same host).
  std::function<bool(const Request&, std::string_view origin)> allow_origin{};
};

}  // namespace visavis::http
