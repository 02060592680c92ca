// SPDX-License-Identifier: Apache-2.0
// Over real sockets on loopback, mostly as a client that means harm.
#include "platform/http/server.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <future>
#include <semaphore>
#include <thread>

#include "base/ids.hpp"

namespace visavis::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class Client {
 public:
  explicit Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  ~Client() { ::close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Client& send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) break;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return *this;
  }
  /// Until `what` was read, or the connection ended.
  std::string read_until(std::string_view what) {
    while (read_.find(what) == std::string::npos && read_more()) {
    }
    return read_;
  }
  std::string read_all() {
    while (read_more()) {
    }
    return read_;
  }
  void forget() { read_.clear(); }
  /// Whether the server closes, without a word, before the time limit.
  bool ended() {
    char byte;
    return ::recv(fd_, &byte, 1, 0) == 0 || errno == ECONNRESET;
  }
  int fd() const { return fd_; }
  bool connected() const { return connected_; }

 private:
  bool read_more() {
    char chunk[4096];
    const auto n = ::recv(fd_, chunk, sizeof chunk, 0);
    if (n <= 0) return false;
    read_.append(chunk, static_cast<std::size_t>(n));
    return true;
  }
  int fd_;
  bool connected_ = false;
  std::string read_;
};

Task<Response> echo(Request request) {
  co_return text_response(200, "text/plain", request.method + ":" + request.body);
}
Task<Response> hello(Request request) {
  co_return text_response(200, "text/plain",
                          "hello " + std::string(request.param("name")) + " " + request.query_value("q").value_or("-"));
}
Task<Response> fails(Request) {
  throw std::runtime_error("secret detail");
  co_return no_content();
}
Task<Response> hangs(Request) {
  co_await completion<int>([](auto) {});
  co_return no_content();
}
Task<Response> helped(Loop* loop, Request) {
  const int n = co_await offloaded<int>(*loop, [] { return 42; });
  co_return text_response(200, "text/plain", std::to_string(n));
}

std::expected<Admission, Response> knows_the_word(const Request& request, std::optional<std::uint64_t> length) {
  if (request.header("X-Word") != "sesame") return std::unexpected(problem(401, "word_wrong", "Say the word."));
  if (length > 500'000) return std::unexpected(problem(409, "too_much", "Say less."));
  return Admission{.body_bytes = 1'000};
}

/// Lets in one request at a time.
class OneAtATime {
 public:
  std::expected<Admission, Response> operator()(const Request&, std::optional<std::uint64_t>) {
    if (!place_.expired()) return std::unexpected(problem(503, "taken", "Somebody else is at it."));
    auto place = std::make_shared<int>();
    place_ = place;
    return Admission{.place = std::move(place)};
  }

 private:
  std::weak_ptr<void> place_;
};

WsCallbacks echo_socket(std::shared_ptr<WebSocket> ws, const Request&) {
  return {.on_message = [ws](std::string text) { text == "close" ? ws->close(4401, "bye") : ws->send("echo " + text); },
          .on_close = [] {}};
}

class HttpServer : public ::testing::Test {
 protected:
  void SetUp() override {
    config_.port = 0;
    config_.now = [] { return UtcMillis{784'111'777'000}; };
    config_.header_timeout = Millis{300};
    config_.body_timeout = Millis{300};
    config_.cors_origin = [](std::string_view origin) { return origin == "https://shop.example"; };
  }
  void TearDown() override {
    if (!thread_.joinable()) return;
    loop_.post([this] {
      server_.reset();
      loop_.stop();
    });
    thread_.join();
  }
  void start() {
    Router router;
    router.add("POST", "/echo", echo, {.body_bytes = 100});
    router.add("POST", "/big", echo, {.body_bytes = 1'000'000});
    router.add("POST", "/kept", [this](Request) { return kept(&arrived_); }, {.body_bytes = 1'000'000});
    router.add("POST", "/guarded", echo, {.body_bytes = 1'000'000, .admit = knows_the_word});
    router.add("POST", "/token", echo, {.admit = knows_the_word, .cors = Cors::kAll});
    router.add("POST", "/alone", echo, {.admit = OneAtATime()});
    router.add("POST", "/hurried", echo, {.admit = [](const Request&, std::optional<std::uint64_t>) {
                 return std::expected<Admission, Response>(Admission{.body_total = Millis{50}});
               }});
    router.add("GET", "/hello/{name}", hello);
    router.add("GET", "/hello/exact", [](Request) { return fixed("exact"); });
    router.add("GET", "/fails", fails);
    router.add("GET", "/hangs", hangs, {.body_bytes = 0, .deadline = Millis{100}});
    router.add("GET", "/helped", [this](Request r) { return helped(&loop_, std::move(r)); });
    router.add("POST", "/public", echo, {.cors = Cors::kSites});
    router.add("POST", "/open", echo, {.cors = Cors::kAll, .accepts = "text/plain"});
    router.add_websocket("/ws", echo_socket, {.subprotocol = "test.v1", .burst = 5});
    router.mount("/", StaticFiles::of({{"index.html", "<script nonce=\"__CSP_NONCE__\"></script>"},
                                       {"assets/app-0123abcd.js", "plain"},
                                       {"assets/app-0123abcd.js.gz", "zipped"}},
                                      {.spa = true}));
    auto server = Server::start(loop_, config_, std::move(router));
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
    port_ = server_->port();
    thread_ = std::thread([this] { loop_.run(); });
  }
  /// Tells that the body is here, whole, and does not answer.
  static Task<Response> kept(std::binary_semaphore* arrived) {
    arrived->release();
    co_await completion<int>([](auto) {});
    co_return no_content();
  }
  static Task<Response> fixed(std::string text) { co_return text_response(200, "text/plain", text); }
  std::string ask(std::string_view request) { return Client(port_).send(request).read_all(); }
  std::string get(const std::string& path, const std::string& headers = {}) {
    return ask("GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + headers + "\r\n");
  }

  ServerConfig config_;
  Loop loop_;
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
  std::binary_semaphore arrived_{0};
};

constexpr std::string_view kUpgrade =
    "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// Masked with zeros: legal, and readable here.
std::string frame(int b0, std::string_view payload) {
  return std::string{static_cast<char>(b0), static_cast<char>(0x80 | payload.size()), 0, 0, 0, 0} +
         std::string(payload);
}

}  // namespace

TEST_F(HttpServer, answers_and_keeps_the_connection) {
  start();
  Client client(port_);
  client.send("GET /hello/you?q=a%20b HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(client.read_until("hello you a b"), HasSubstr("hello you a b"));
  client.send(
      "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET /hello/exact HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto text = client.read_until("exact");
  EXPECT_THAT(text, HasSubstr("POST:abc"));
  EXPECT_THAT(text, HasSubstr("Date: Sun, 06 Nov 1994 08:49:37 GMT"));
  EXPECT_THAT(text, HasSubstr("X-Content-Type-Options: nosniff"));
}

TEST_F(HttpServer, resumes_handlers_after_work_on_helper_threads) {
  start();
  EXPECT_THAT(get("/helped"), HasSubstr("\r\n\r\n42"));
}

TEST_F(HttpServer, tells_what_is_wrong_as_problem_details) {
  start();
  EXPECT_THAT(get("/nothing.js"), HasSubstr("404 Not Found"));
  const auto wrong = ask("DELETE /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(wrong, StartsWith("HTTP/1.1 405"));
  EXPECT_THAT(wrong, HasSubstr("Allow: POST"));
  EXPECT_THAT(wrong, HasSubstr("application/problem+json"));
  const auto failed = get("/fails");
  EXPECT_THAT(failed, StartsWith("HTTP/1.1 500"));
  EXPECT_THAT(failed, Not(HasSubstr("secret")));
  EXPECT_THAT(get("/hangs"), StartsWith("HTTP/1.1 503"));
}

TEST_F(HttpServer, hears_out_whoever_sends_on_although_it_is_too_large) {
  start();
  const std::string much(8 * 1024 * 1024, 'x');
  Client client(port_);
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(much.size()) + "\r\n\r\n" + much);
  EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpServer, refuses_what_is_too_large) {
  start();
  EXPECT_THAT(ask("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n"), StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(ask("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + std::string(101, 'x') +
                  "\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(ask("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"),
              StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(ask("GET /" + std::string(5'000, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n"), StartsWith("HTTP/1.1 414"));
}

TEST_F(HttpServer, takes_large_bodies_where_the_route_allows) {
  start();
  const std::string body(500'000, 'y');
  EXPECT_THAT(ask("POST /big HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 500000\r\n\r\n" + body),
              HasSubstr("POST:" + body));
  std::string chunked = "POST /big HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 100; ++i) chunked += "1388\r\n" + body.substr(0, 5000) + "\r\n";
  EXPECT_THAT(ask(chunked + "0\r\n\r\n"), HasSubstr("POST:" + body));
}

TEST_F(HttpServer, takes_no_body_of_who_is_not_admitted) {
  start();
  const std::string head = "POST /guarded HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 3\r\n";
  EXPECT_THAT(ask(head + "\r\n"), StartsWith("HTTP/1.1 401"));
  EXPECT_THAT(ask(head + "Expect: 100-continue\r\n\r\n"), StartsWith("HTTP/1.1 401"));
  EXPECT_THAT(ask(head + "X-Word: sesame\r\n\r\nabc"), HasSubstr("POST:abc"));
}

TEST_F(HttpServer, takes_no_more_of_a_body_than_it_was_admitted_with) {
  start();
  const std::string head = "POST /guarded HTTP/1.1\r\nHost: h\r\nX-Word: sesame\r\n";
  EXPECT_THAT(ask(head + "Content-Length: 500001\r\n\r\n"), StartsWith("HTTP/1.1 409")) << "it knows the length";
  EXPECT_THAT(ask(head + "Content-Length: 1001\r\n\r\n"), StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(ask(head + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
}

TEST_F(HttpServer, keeps_the_place_of_whoever_was_admitted_until_they_are_answered_or_given_up) {
  start();
  const std::string head = "POST /alone HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n";
  Client first(port_);
  first.send(head).read_until("100 Continue");
  EXPECT_THAT(ask(head), StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(first.send("body").read_until("POST:body"), HasSubstr("POST:body"));
  Client second(port_);
  EXPECT_THAT(second.send(head).read_until("100 Continue"), HasSubstr("100 Continue")) << "answered, and kept open";
  EXPECT_THAT(second.send("ha").read_all(), HasSubstr("HTTP/1.1 408"));
  EXPECT_THAT(Client(port_).send(head).read_until("100 Continue"), StartsWith("HTTP/1.1 100")) << "given up";
}

TEST_F(HttpServer, waits_no_longer_for_a_body_than_it_was_admitted_for) {
  config_.body_timeout = Millis{60'000};
  start();
  EXPECT_THAT(Client(port_).send("POST /hurried HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf").read_all(),
              StartsWith("HTTP/1.1 408"));
}

TEST_F(HttpServer, large_bodies_leave_room_for_small_ones) {
  config_.bodies_bytes = 100'000;
  start();
  Client large(port_);
  large.send("POST /kept HTTP/1.1\r\nHost: h\r\nContent-Length: 75000\r\n\r\n" + std::string(75'000, 'x'));
  ASSERT_TRUE(arrived_.try_acquire_for(std::chrono::seconds{30}));
  const auto post = [&](const std::string& where) {
    return ask("POST " + where + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc");
  };
  EXPECT_THAT(post("/big"), StartsWith("HTTP/1.1 503"));
  EXPECT_THAT(post("/echo"), HasSubstr("POST:abc"));
}

TEST_F(HttpServer, holds_no_more_of_all_bodies_than_it_may) {
  config_.bodies_bytes = 120'000;
  start();
  const auto post = [&](std::size_t size) {
    return ask("POST /big HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: " + std::to_string(size) +
               "\r\n\r\n" + std::string(size, 'x'));
  };
  EXPECT_THAT(post(90'001), StartsWith("HTTP/1.1 503"));
  // What was held is free again, whether it was refused or answered.
  for (int i = 0; i < 3; ++i) EXPECT_THAT(post(90'000), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServer, invites_bodies_that_ask_first) {
  start();
  Client client(port_);
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 100 Continue"));
  EXPECT_THAT(client.send("ok").read_until("POST:ok"), HasSubstr("POST:ok"));
}

TEST_F(HttpServer, refuses_what_could_be_read_in_two_ways) {
  start();
  EXPECT_THAT(ask("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(ask("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
              StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(ask("GET /hello/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(ask("GET /hello/x HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(ask("GET /%2e%2e/etc/passwd HTTP/1.1\r\nHost: h\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(ask("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"),
              StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(ask("GARBAGE\r\n\r\n"), StartsWith("HTTP/1.1 400"));
}

TEST_F(HttpServer, does_not_wait_for_slow_or_half_requests) {
  start();
  EXPECT_EQ(Client(port_).send("GET /hello/x HTTP/1.1\r\nHost").read_all(), "");
  EXPECT_EQ(Client(port_).read_all(), "");
  EXPECT_THAT(Client(port_).send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf").read_all(),
              StartsWith("HTTP/1.1 408"));
}

TEST_F(HttpServer, caps_connections_per_address) {
  config_.max_per_address = 2;
  start();
  Client one(port_);
  Client two(port_);
  one.send("GET /hello/x HTTP/1.1\r\nHost: h\r\n\r\n").read_until("hello");
  two.send("GET /hello/x HTTP/1.1\r\nHost: h\r\n\r\n").read_until("hello");
  EXPECT_EQ(Client(port_).read_all(), "");
  EXPECT_THAT(one.send("GET /hello/y HTTP/1.1\r\nHost: h\r\n\r\n").read_until("hello y"), HasSubstr("hello y"));
}

TEST_F(HttpServer, serves_pages_with_a_fresh_nonce_and_files_by_encoding) {
  start();
  const auto page = get("/some/client/route");
  const auto nonce_at = page.find("<script nonce=\"") + 15;
  const auto nonce = page.substr(nonce_at, 24);
  EXPECT_THAT(page, HasSubstr("script-src 'nonce-" + nonce + "' 'strict-dynamic'"));
  EXPECT_THAT(page, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(page, HasSubstr("Permissions-Policy: camera=(self)"));
  EXPECT_THAT(get("/"), Not(HasSubstr(nonce)));
  const auto zipped = get("/assets/app-0123abcd.js", "Accept-Encoding: gzip, br\r\n");
  EXPECT_THAT(zipped, HasSubstr("Content-Encoding: gzip"));
  EXPECT_THAT(zipped, HasSubstr("immutable"));
  const auto plain = get("/assets/app-0123abcd.js");
  EXPECT_THAT(plain, HasSubstr("\r\n\r\nplain"));
  const auto etag_at = plain.find("ETag: ") + 6;
  const auto etag = plain.substr(etag_at, plain.find('\r', etag_at) - etag_at);
  EXPECT_THAT(get("/assets/app-0123abcd.js", "If-None-Match: " + etag + "\r\n"), StartsWith("HTTP/1.1 304"));
}

TEST_F(HttpServer, lets_only_allowed_sites_call_public_routes) {
  start();
  const std::string tail = "Host: h\r\nConnection: close\r\nAccess-Control-Request-Method: POST\r\n";
  const auto good = ask("OPTIONS /public HTTP/1.1\r\nOrigin: https://shop.example\r\n" + tail + "\r\n");
  EXPECT_THAT(good, StartsWith("HTTP/1.1 204"));
  EXPECT_THAT(good, HasSubstr("Access-Control-Allow-Origin: https://shop.example"));
  EXPECT_THAT(ask("OPTIONS /public HTTP/1.1\r\nOrigin: https://evil.example\r\n" + tail + "\r\n"),
              Not(HasSubstr("Allow-Origin")));
  EXPECT_THAT(ask("OPTIONS /echo HTTP/1.1\r\nOrigin: https://shop.example\r\n" + tail + "\r\n"),
              StartsWith("HTTP/1.1 405"));
}

TEST_F(HttpServer, lets_any_site_call_what_a_token_opens_and_read_where_the_answer_lies) {
  start();
  const std::string from = "Origin: https://evil.example\r\nHost: h\r\nConnection: close\r\n";
  const auto asked = ask("OPTIONS /open HTTP/1.1\r\nAccess-Control-Request-Method: POST\r\n" + from + "\r\n");
  EXPECT_THAT(asked, StartsWith("HTTP/1.1 204"));
  EXPECT_THAT(asked, HasSubstr("Access-Control-Allow-Origin: *\r\n"));
  EXPECT_THAT(asked, HasSubstr("If-Match"));
  EXPECT_THAT(asked, HasSubstr("Accept-Post: text/plain\r\n"));
  const auto answered = ask("POST /open HTTP/1.1\r\nContent-Length: 0\r\n" + from + "\r\n");
  EXPECT_THAT(answered, HasSubstr("Access-Control-Allow-Origin: *\r\n"));
  EXPECT_THAT(answered, HasSubstr("Access-Control-Expose-Headers: ETag, Location"));
  EXPECT_THAT(answered, Not(HasSubstr("Allow-Credentials")));
  const auto refused = ask("POST /token HTTP/1.1\r\nContent-Length: 3\r\n" + from + "\r\n");
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 401"));
  EXPECT_THAT(refused, HasSubstr("Access-Control-Allow-Origin: *\r\n"));
}

TEST_F(HttpServer, speaks_websocket) {
  start();
  Client client(port_);
  client.send(std::string(kUpgrade) + "Sec-WebSocket-Protocol: other, test.v1\r\n\r\n" + frame(0x81, "early"));
  const auto reply = client.read_until("echo early");
  EXPECT_THAT(reply, HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
  EXPECT_THAT(reply, HasSubstr("Sec-WebSocket-Protocol: test.v1"));
  client.forget();
  client.send(frame(0x89, "p"));
  EXPECT_EQ(client.read_until("p"), "\x8a\x01p");
  client.forget();
  client.send(frame(0x81, "close"));
  EXPECT_EQ(client.read_until("bye"), std::string("\x88\x05\x11\x31") + "bye");
  EXPECT_EQ(client.send(frame(0x88, "\x11\x31")).read_all(), std::string("\x88\x05\x11\x31") + "bye");
}

TEST_F(HttpServer, refuses_websockets_of_foreign_pages_and_wrong_protocols) {
  start();
  const std::string upgrade(kUpgrade);
  EXPECT_THAT(ask(upgrade + "Sec-WebSocket-Protocol: test.v1\r\nOrigin: https://evil.example\r\n\r\n"),
              StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(ask(upgrade + "\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(get("/ws"), StartsWith("HTTP/1.1 426"));
}

TEST_F(HttpServer, ends_websockets_that_flood_or_talk_nonsense) {
  start();
  const std::string upgrade = std::string(kUpgrade) + "Sec-WebSocket-Protocol: test.v1\r\n\r\n";
  std::string flood = upgrade;
  for (int i = 0; i < 20; ++i) flood += frame(0x81, "x");
  EXPECT_THAT(Client(port_).send(flood).read_until("second."),
              HasSubstr("\x11\x4dSend fewer messages a second."));  // 4429
  std::string fragments = upgrade + frame(0x01, "x");
  for (int i = 0; i < 100; ++i) fragments += frame(0x00, "x");
  EXPECT_THAT(Client(port_).send(fragments).read_until("control frames."),
              HasSubstr("\x11\x4dSend fewer messages, fragments"));
  EXPECT_THAT(Client(port_).send(upgrade + frame(0x81, "\xff")).read_until("UTF-8."),
              HasSubstr("\x03\xefSend UTF-8."));  // 1007
  EXPECT_THAT(Client(port_).send(upgrade + "\x81\x01x").read_until("6455."),
              HasSubstr("\x03\xeaThe frame breaks RFC 6455."));  // 1002
}

TEST_F(HttpServer, hands_other_protocols_over_untouched) {
  std::promise<int> taken;
  config_.on_other_protocol = [&](int fd) { taken.set_value(fd); };
  start();
  Client client(port_);
  client.send(std::string("\0\x14\0\x01", 4));
  const int fd = taken.get_future().get();
  char bytes[4];
  ASSERT_EQ(::recv(fd, bytes, 4, MSG_DONTWAIT), 4);
  EXPECT_EQ(std::string(bytes, 4), std::string("\0\x14\0\x01", 4));
  ::close(fd);
}

TEST_F(HttpServer, waits_for_the_rest_of_another_protocols_beginning) {
  std::promise<int> taken;
  std::promise<void> looked;
  unsigned looks = 0;
  config_.on_other_protocol = [&](int fd) { taken.set_value(fd); };
  config_.other_protocol_patience = Millis{30'000};
  config_.other_protocol_wants = [&](std::span<const std::uint8_t> start) -> std::size_t {
    if (++looks == 1) looked.set_value();
    return start.size() < 2 ? 2 : 5;
  };
  start();
  Client client(port_);
  client.send(std::string("\0", 1));
  looked.get_future().get();
  client.send("\x03");
  client.send("a");
  client.send("b");
  client.send("c");
  const int fd = taken.get_future().get();
  char bytes[8];
  ASSERT_EQ(::recv(fd, bytes, 8, MSG_DONTWAIT), 5);
  EXPECT_EQ(std::string(bytes, 5), std::string("\0\x03"
                                               "abc",
                                               5));
  EXPECT_LE(looks, 3U) << "once for each time that enough had come, not for every segment";
  client.send("d");
  pollfd more{fd, POLLIN, 0};
  EXPECT_EQ(::poll(&more, 1, 5'000), 1) << "the next owner hears of every byte";
  ::close(fd);
}

TEST_F(HttpServer, closes_what_begins_another_protocol_and_never_goes_on) {
  std::atomic<bool> taken = false;
  config_.on_other_protocol = [&](int) { taken = true; };
  config_.other_protocol_patience = Millis{50};
  config_.other_protocol_wants = [](std::span<const std::uint8_t>) { return std::size_t{4}; };
  start();
  Client silent(port_);
  silent.send(std::string("\0\x14", 2));
  EXPECT_TRUE(silent.ended());
  EXPECT_FALSE(taken);
}

TEST_F(HttpServer, does_not_wait_for_more_of_a_peer_that_has_ended) {
  std::atomic<bool> taken = false;
  config_.on_other_protocol = [&](int) { taken = true; };
  config_.other_protocol_patience = Millis{60'000};
  config_.other_protocol_wants = [](std::span<const std::uint8_t>) { return std::size_t{4}; };
  start();
  Client ended(port_);
  ended.send(std::string("\0\x14", 2));
  ::shutdown(ended.fd(), SHUT_WR);
  EXPECT_TRUE(ended.ended());
  EXPECT_FALSE(taken);
}

TEST_F(HttpServer, drains) {
  start();
  Client idle(port_);
  idle.send("GET /hello/x HTTP/1.1\r\nHost: h\r\n\r\n").read_until("hello x");
  Client ws(port_);
  ws.send(std::string(kUpgrade) + "Sec-WebSocket-Protocol: test.v1\r\n\r\n").read_until("test.v1\r\n\r\n");
  ws.forget();
  loop_.post([this] { server_->drain(); });
  idle.forget();
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_THAT(ws.read_until("restarting"), HasSubstr("\x03\xf4server restarting"));  // 1012
  EXPECT_FALSE(Client(port_).connected());
}

TEST_F(HttpServer, says_which_port_is_taken) {
  start();
  Loop other;
  ServerConfig second = config_;
  second.port = port_;
  const auto failed = Server::start(other, second, Router{});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, "port_taken");
}

class HttpsServer : public HttpServer {
 protected:
  void SetUp() override {
    HttpServer::SetUp();
    dir_ = std::filesystem::temp_directory_path() / ("visavis-tls-" + random_token(6));
    auto files = ensure_self_signed(dir_, {"localhost", "127.0.0.1", "::1"}, UtcMillis{now_ms()});
    ASSERT_TRUE(files) << files.error().message;
    config_.tls = *files;
  }
  void TearDown() override {
    HttpServer::TearDown();
    std::filesystem::remove_all(dir_);
  }
  static std::int64_t now_ms() {
    return std::chrono::duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
  std::filesystem::path dir_;
};

TEST_F(HttpsServer, speaks_tls_and_sends_plain_http_there) {
  start();
  Client client(port_);
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_load_verify_file(context, (dir_ / "tls.crt").c_str());
  SSL* ssl = SSL_new(context);
  SSL_set_fd(ssl, client.fd());
  SSL_set1_host(ssl, "127.0.0.1");
  SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
  ASSERT_EQ(SSL_connect(ssl), 1);
  const std::string request = "GET /hello/tls HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
  SSL_write(ssl, request.data(), static_cast<int>(request.size()));
  std::string reply;
  char chunk[4096];
  for (int n = 0; (n = SSL_read(ssl, chunk, sizeof chunk)) > 0;) reply.append(chunk, static_cast<std::size_t>(n));
  EXPECT_THAT(reply, HasSubstr("hello tls"));
  SSL_free(ssl);
  SSL_CTX_free(context);
  EXPECT_THAT(get("/hello/x"), HasSubstr("Location: https://h/hello/x"));
  EXPECT_EQ(Client(port_).send("\x16\x03\x01\x00\x05hello").read_until("HTTP").find("HTTP"), std::string::npos);
}

TEST_F(HttpsServer, keeps_its_certificate_until_it_no_longer_fits) {
  const auto read = [this] { return std::filesystem::last_write_time(dir_ / "tls.crt"); };
  const auto first = read();
  ASSERT_TRUE(ensure_self_signed(dir_, {"127.0.0.1"}, UtcMillis{now_ms()}));
  EXPECT_EQ(read(), first);
  ASSERT_TRUE(ensure_self_signed(dir_, {"192.0.2.7"}, UtcMillis{now_ms()}));
  EXPECT_NE(read(), first);
  const auto second = read();
  ASSERT_TRUE(ensure_self_signed(dir_, {"192.0.2.7"}, UtcMillis{now_ms() + 340LL * 24 * 3600 * 1000}));
  EXPECT_NE(read(), second);
}

}  // namespace visavis::http
