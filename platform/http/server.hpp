// SPDX-License-Identifier: Apache-2.0
// The web door: HTTP/1.1 and WebSockets on one port, TLS or not, hostile clients expected.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/http/forwarded.hpp"
#include "platform/http/loop.hpp"
#include "platform/http/router.hpp"
#include "platform/http/tls.hpp"

namespace visavis::http {

struct ServerConfig {
  std::string address = "127.0.0.1";  // literal
  std::uint16_t port = 8080;          // 0: any free one, see Server::port()
  std::optional<TlsFiles> tls;
  bool hsts = false;  // only where the certificate is one that browsers trust

  std::size_t max_connections = 10'000;
  std::size_t max_per_address = 512;  // an office behind one address is many people; IPv6: a /64
  TrustedProxies trusted_proxies;     // their connections are many people's, and what they say of them is believed
  std::size_t header_bytes = 16 * 1024;
  std::size_t bodies_bytes = 256 * 1024 * 1024;  // of all being read or answered, large ones 3/4; beyond: 503
  unsigned requests_per_connection = 10'000;
  Millis header_timeout{10'000};  // from the first byte of a request to the last of its header
  Millis idle_timeout{60'000};    // between requests
  Millis body_timeout{15'000};    // without a byte
  Millis body_total{300'000};
  Millis write_timeout{30'000};  // without progress

  std::function<UtcMillis()> now;  // required
  /// Whether pages of this origin may call the routes marked `cors`; unset: no.
  std::function<bool(std::string_view origin)> cors_origin;
  /// For a person's browser (one that asks for text/html) where nothing is; unset: a problem, as for everybody else.
  std::function<Response(const Request&)> nothing_here;
  /// Takes over a connection whose first byte is neither TLS nor HTTP (ICE-TCP, RFC 4571): the descriptor, nothing of
  /// it read yet, is the callee's from then on. Unset: such connections are closed.
  std::function<void(int fd)> on_other_protocol;
  /// How many bytes must have come before on_other_protocol can tell what they are, told what has come so far: TCP may
  /// bring a beginning in pieces. Unset: whatever came first is enough.
  std::function<std::size_t(std::span<const std::uint8_t> start)> other_protocol_wants;
  Millis other_protocol_patience{1'000};  // what has not come by then never will: closed
};

struct ServerCounters {
  std::uint64_t connections = 0;  // now
  std::uint64_t websockets = 0;   // now
  std::uint64_t accepted = 0, refused = 0;
  std::uint64_t requests = 0;
  std::uint64_t responses_2xx = 0, responses_3xx = 0, responses_4xx = 0, responses_5xx = 0;
};

class Server {
 public:
  /// Binds and listens; errors say what to do (port taken, not allowed). The router must not change afterwards.
  static Result<std::unique_ptr<Server>> start(Loop& loop, ServerConfig config, Router router);
  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
  virtual ServerCounters counters() const = 0;
  /// Accepts nothing more, closes idle connections, lets running requests end, closes WebSockets with 1012.
  virtual void drain() = 0;
};

}  // namespace visavis::http
