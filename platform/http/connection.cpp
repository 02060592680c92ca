// SPDX-License-Identifier: Apache-2.0
#include "platform/http/connection.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http.hpp>
#include <ctime>

#include "platform/http/request_head.hpp"
#include "platform/http/ws_connection.hpp"
#include "platform/log/log.hpp"

namespace visavis::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

namespace {

constexpr std::size_t kReadChunk = 16 * 1024;
constexpr std::size_t kSmallBody = 64 * 1024;  // what most routes take at most

/// Preflight of a route that other sites may call (Fetch §3.2.2).
Response preflight(const Router::Found& found) {
  std::string methods;
  for (const auto& m : found.allowed) methods += (methods.empty() ? "" : ", ") + m;
  Response response = no_content();
  response.set("Access-Control-Allow-Methods", methods);
  response.set("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, If-Match");
  response.set("Access-Control-Max-Age", "600");
  if (const auto& accepts = found.sibling->options.accepts; !accepts.empty()) response.set("Accept-Post", accepts);
  return response;
}

void count_status(ServerCounters& counters, unsigned status) {
  if (status < 300) {
    ++counters.responses_2xx;
  } else if (status < 400) {
    ++counters.responses_3xx;
  } else if (status < 500) {
    ++counters.responses_4xx;
  } else {
    ++counters.responses_5xx;
  }
}

/// IMF-fixdate, RFC 9110 §5.6.7.
std::string http_date(UtcMillis now) {
  const std::time_t seconds = now.value / 1000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const auto n = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), n};
}

bool has_header(const Response& response, std::string_view name) {
  return std::ranges::any_of(response.headers, [&](const auto& h) { return equals_ignoring_case(h.first, name); });
}

Response busy() {
  auto response = problem(503, "busy", "The server is taking too many uploads right now. Try again in a moment.");
  response.set("Retry-After", "5");
  return response;
}

}  // namespace

bool BodyShare::grow_to(std::size_t bytes) {
  if (bytes <= held_) return true;
  if (server_->bodies_bytes + (bytes - held_) > most_) return false;
  server_->bodies_bytes += bytes - held_;
  held_ = bytes;
  return true;
}

Connection::Connection(std::shared_ptr<ServerContext> server, std::shared_ptr<Stream> stream)
    : server_(std::move(server)), stream_(std::move(stream)) {
  drain_slot_ = server_->on_drain.insert(server_->on_drain.end(), [this] {
    if (idle_) stream_->close();
  });
  ++server_->counters.connections;
}

Connection::~Connection() {
  server_->on_drain.erase(drain_slot_);
  --server_->counters.connections;
}

asio::awaitable<void> Connection::run() {
  if (!co_await open()) co_return;
  for (unsigned n = 1; n <= server_->config.requests_per_connection; ++n) {
    auto in = co_await read_request();
    if (!in) {
      if (in.error().response) {
        co_await send(nullptr, std::move(*in.error().response), false);
        co_await stream_->linger();
      }
      co_return;
    }
    ++server_->counters.requests;
    if (in->wants_websocket) {
      co_await websocket(std::move(*in));
      co_return;
    }
    auto response = co_await answer(*in);
    const bool keep = in->keep_alive && !server_->draining && n < server_->config.requests_per_connection;
    if (!co_await send(&*in, std::move(response), keep)) co_return;
    if (!keep) break;
  }
  co_await stream_->linger();
}

asio::awaitable<bool> Connection::open() {
  const auto& config = server_->config;
  switch (co_await stream_->first_byte(config.header_timeout)) {
    case FirstByte::kGone:
      co_return false;
    case FirstByte::kTls:
      co_return server_->tls&& co_await stream_->handshake(*server_->tls, config.header_timeout);
    case FirstByte::kHttp:
      co_return true;
    case FirstByte::kOther:
      co_await hand_over();
      co_return false;
  }
  co_return false;
}

asio::awaitable<void> Connection::hand_over() {
  const auto& config = server_->config;
  if (!config.on_other_protocol) co_return;
  if (config.other_protocol_wants &&
      !co_await stream_->gather(config.other_protocol_wants, config.other_protocol_patience)) {
    co_return;
  }
  const int fd = stream_->release();
  if (fd >= 0) config.on_other_protocol(fd);
}

asio::awaitable<bool> Connection::fill(Millis timeout) {
  const auto old = buffer_.size();
  buffer_.resize(old + kReadChunk);
  const auto n = co_await stream_->read_some(std::span(buffer_).subspan(old), timeout);
  buffer_.resize(old + n);
  co_return n > 0;
}

template <class P>
asio::awaitable<bool> Connection::read_header(P& parser, error_code& ec) {
  // One deadline for the whole header, however slowly its bytes drip in.
  const auto end = std::chrono::steady_clock::now() + server_->config.header_timeout;
  while (!parser.is_header_done()) {
    const auto used = parser.put(asio::buffer(buffer_), ec);
    buffer_.erase(0, used);
    if (parser.is_header_done() || (ec && ec != beast::http::error::need_more)) break;
    ec = {};
    const auto left = std::chrono::duration_cast<Millis>(end - std::chrono::steady_clock::now());
    if (left <= Millis::zero() || !co_await fill(left)) co_return false;
  }
  co_return true;
}

template <class P>
asio::awaitable<std::optional<Response>> Connection::read_body(P& parser, Incoming& in) {
  std::size_t limit = in.found.route ? in.found.route->options.body_bytes : 0;
  auto patience = server_->config.body_total;
  const auto length = parser.content_length() ? std::optional<std::uint64_t>(*parser.content_length()) : std::nullopt;
  if (length && *length > limit) co_return refuse_parse(beast::http::error::body_limit);
  if (in.found.route && in.found.route->options.admit) {
    auto admitted = in.found.route->options.admit(in.request, length);
    if (!admitted) co_return std::move(admitted.error());
    limit = std::min(limit, admitted->body_bytes);
    patience = std::min(patience, admitted->body_total);
    in.request.place = std::move(admitted->place);
  }
  if (length && *length > limit) co_return refuse_parse(beast::http::error::body_limit);
  if (limit > kSmallBody) in.share.leave_room();
  parser.body_limit(limit);
  parser.eager(true);
  if (!parser.is_done() && equals_ignoring_case(in.request.header("Expect"), "100-continue")) {
    if (!co_await stream_->write("HTTP/1.1 100 Continue\r\n\r\n", server_->config.write_timeout))
      co_return std::nullopt;
  }
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!parser.is_done()) {
    error_code ec;
    const auto used = parser.put(asio::buffer(buffer_), ec);
    buffer_.erase(0, used);
    if (!in.share.grow_to(parser.get().body().size())) co_return busy();
    if (parser.is_done()) break;
    if (ec && ec != beast::http::error::need_more) co_return refuse_parse(ec);
    // A chunk header may not grow without end: what the parser cannot take yet stays below a chunk of ours.
    if (buffer_.size() > kReadChunk) co_return refuse_parse(beast::http::error::bad_chunk);
    if (used > 0 && !buffer_.empty()) continue;
    const auto left = std::chrono::duration_cast<Millis>(end - std::chrono::steady_clock::now());
    if (left <= Millis::zero() || !co_await fill(std::min(left, server_->config.body_timeout))) {
      co_return problem(408, "body_too_slow", "The body did not arrive in time. Try again on a better connection.");
    }
  }
  co_return std::nullopt;
}

template <class P>
std::expected<Connection::Incoming, Response> Connection::take_header(const P& parser) {
  auto head = read_head(parser.get());
  if (!head) return std::unexpected(std::move(head.error()));
  Incoming in{.request = std::move(head->request), .share = BodyShare(server_), .found = {}};
  auto asker = client_behind(server_->config.trusted_proxies, {stream_->peer(), stream_->tls()}, in.request.headers);
  in.request.peer = std::move(asker.address);
  in.request.peer_exact = asker.exact;
  in.request.tls = asker.tls;
  in.found = server_->router.find(in.request.method, head->target);
  in.request.params = std::move(in.found.params);
  in.keep_alive = parser.get().keep_alive();
  in.wants_websocket = in.found.route && in.found.route->accept;
  return in;
}

asio::awaitable<Connection::ReadResult> Connection::read_request() {
  if (buffer_.empty()) {
    idle_ = true;
    if (server_->draining || !co_await fill(server_->config.idle_timeout)) co_return std::unexpected(Refused{});
  }
  idle_ = false;
  RequestParser parser;
  prepare(parser, server_->config.header_bytes);
  error_code ec;
  if (!co_await read_header(parser, ec)) co_return std::unexpected(Refused{});
  if (ec) co_return std::unexpected(Refused{refuse_parse(ec)});
  auto in = take_header(parser);
  if (!in) co_return std::unexpected(Refused{std::move(in.error())});
  if (auto refused = co_await read_body(parser, *in)) {
    allow_origin(*in, *refused);  // or a page of another site would not learn why
    co_return std::unexpected(Refused{std::move(refused)});
  }
  if (!parser.is_done()) co_return std::unexpected(Refused{});
  in->request.body = std::move(parser.get().body());
  co_return std::move(*in);
}

asio::awaitable<Response> Connection::answer(Incoming& in) {
  const auto& found = in.found;
  if (server_->tls && !stream_->tls()) {
    Response redirect{.status = 308, .headers = {}, .body = {}, .shared_body = {}};
    if (in.request.host.empty()) co_return problem(400, "bad_host", "Send a plain Host header field, or use https.");
    redirect.set("Location", "https://" + in.request.host + in.request.path);
    co_return redirect;
  }
  if (found.route) {
    // The handler gets the only copy of the body and of its place; the rest is asked for again when the answer is sent.
    auto body = std::exchange(in.request.body, {});
    auto place = std::exchange(in.request.place, {});
    Request request = in.request;
    request.body = std::move(body);
    request.place = std::move(place);
    co_return co_await run_handler(*found.route, std::move(request));
  }
  if (found.files) {
    auto response = found.files->serve(found.file_path, in.request);
    co_return response.status == 404 ? nothing_here(in.request, std::move(response)) : std::move(response);
  }
  if (in.request.method == "OPTIONS" && found.sibling && found.sibling->options.cors != Cors::kNone)
    co_return preflight(found);
  if (!found.allowed.empty()) {
    auto response = problem(405, "method_not_allowed", "This address does not take that method. See the Allow header.");
    std::string allow;
    for (const auto& m : found.allowed) allow += (allow.empty() ? "" : ", ") + m;
    response.set("Allow", allow);
    co_return response;
  }
  co_return nothing_here(in.request,
                         problem(404, "not_found", "There is nothing at this address. Check its spelling."));
}

Response Connection::nothing_here(const Request& request, Response said) const {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  const auto& page = server_->config.nothing_here;
  if (page && reads && has_token(request.header("Accept"), "text/html")) said = page(request);
  said.set("Vary", "Accept, Accept-Language");
  return said;
}

asio::awaitable<Response> Connection::run_handler(const Router::Route& route, Request request) {
  struct State {
    explicit State(asio::any_io_executor executor) : wake(std::move(executor)) {}
    asio::steady_timer wake;
    std::optional<Response> response;
    bool failed = false;
  };
  auto state = std::make_shared<State>(stream_->executor());
  state->wake.expires_after(route.options.deadline);
  const std::string method = request.method;
  spawn<Response>(route.handler(std::move(request)),
                  [state, method](std::optional<Response> r, std::exception_ptr error) {
                    state->response = std::move(r);
                    state->failed = error != nullptr;
                    if (error) {
                      try {
                        std::rethrow_exception(error);
                      } catch (const std::exception& e) {
                        log_error("handler_failed", {{"what", e.what()}, {"method", method}});
                      }
                    }
                    state->wake.cancel();
                  });
  if (!state->response && !state->failed) co_await state->wake.async_wait(asio::as_tuple(asio::use_awaitable));
  if (state->response) co_return std::move(*state->response);
  if (state->failed)
    co_return problem(500, "internal", "Something went wrong on our side. Try again; if it stays, tell the operator.");
  co_return problem(503, "too_slow", "The server could not answer in time. Try again in a moment.");
}

void Connection::finish_headers(const Incoming* in, Response& response) const {
  response.set("Date", http_date(server_->config.now()));
  response.set("X-Content-Type-Options", "nosniff");
  response.set("Referrer-Policy", "strict-origin-when-cross-origin");
  if (!has_header(response, "Content-Security-Policy")) {
    response.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  } else {
    response.set("Permissions-Policy",
                 "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()");
  }
  if (!has_header(response, "Cross-Origin-Resource-Policy"))
    response.set("Cross-Origin-Resource-Policy", "same-origin");
  if (server_->config.hsts && stream_->tls()) response.set("Strict-Transport-Security", "max-age=31536000");
  if (in) allow_origin(*in, response);
}

void Connection::allow_origin(const Incoming& in, Response& response) const {
  const auto* route = in.found.route ? in.found.route : in.found.sibling;
  if (!route) return;
  const auto origin = in.request.header("Origin");
  const auto& listed = server_->config.cors_origin;
  switch (route->options.cors) {
    case Cors::kNone:
      return;
    case Cors::kSites:
      response.set("Vary", "Origin");
      if (origin.empty() || !listed || !listed(origin)) return;
      response.set("Access-Control-Allow-Origin", std::string(origin));
      break;
    case Cors::kAll:
      response.set("Access-Control-Allow-Origin", "*");
      break;
  }
  response.set("Access-Control-Expose-Headers", "ETag, Location, Retry-After");
}

asio::awaitable<bool> Connection::send(const Incoming* in, Response response, bool keep_alive) {
  count_status(server_->counters, response.status);
  if (!response.cause.empty())
    log_error("request_failed", {{"method", in ? in->request.method : ""}, {"cause", response.cause}});
  finish_headers(in, response);
  const bool bodiless = response.status == 204 || response.status == 304;
  std::string head =
      "HTTP/1.1 " + std::to_string(response.status) + ' ' + std::string(reason_phrase(response.status)) + "\r\n";
  for (const auto& [name, value] : response.headers) head += name + ": " + value + "\r\n";
  if (!bodiless) head += "Content-Length: " + std::to_string(response.content().size()) + "\r\n";
  head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  const bool with_body = !bodiless && !(in && in->request.method == "HEAD");
  constexpr std::size_t kJoined = 16 * 1024;
  const auto& body = response.content();
  if (with_body && body.size() <= kJoined) head += body;
  if (!co_await stream_->write(head, server_->config.write_timeout)) co_return false;
  if (with_body && body.size() > kJoined) co_return co_await stream_->write(body, server_->config.write_timeout);
  co_return true;
}

asio::awaitable<void> Connection::websocket(Incoming in) {
  const auto& route = *in.found.route;
  auto refusal = check_ws_upgrade(in.request, route.ws);
  if (server_->tls && !stream_->tls()) refusal = problem(400, "tls_needed", "Open this WebSocket with wss.");
  if (!refusal && server_->draining)
    refusal = problem(503, "restarting", "The server is restarting. Try again in a moment.");
  if (refusal) {
    co_await send(&in, std::move(*refusal), false);
    co_await stream_->linger();
    co_return;
  }
  const std::string reply = ws_upgrade_reply(in.request, route.ws);
  if (!co_await stream_->write(reply, server_->config.write_timeout)) co_return;
  auto ws = std::make_shared<WsConnection>(stream_, route.ws, server_->config.write_timeout);
  auto& on_drain = *drain_slot_;
  on_drain = [weak = std::weak_ptr(ws)] {
    if (const auto alive = weak.lock())
      alive->close(static_cast<std::uint16_t>(WsClose::kServiceRestart), "server restarting");
  };
  // The drain may have passed while the upgrade was being written.
  if (server_->draining) on_drain();
  ++server_->counters.websockets;
  co_await ws->run(route.accept(ws, in.request), std::move(buffer_));
  --server_->counters.websockets;
}

}  // namespace visavis::http
