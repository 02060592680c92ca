// SPDX-License-Identifier: Apache-2.0
// The media service with its real threads and sockets on the loopback.
#include "media/worker/worker.hpp"

#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>

#include "media/worker/socket_client.hpp"
#include "media/worker/start.hpp"
#include "media/worker/tcp_listener.hpp"
#include "media/worker/udp_receiver.hpp"

namespace visavis::media {
namespace {

using testing::Control;
using testing::SocketClient;

std::unique_ptr<gateway::MediaService> service(unsigned workers = 1, std::vector<std::string> ips = {"127.0.0.1"},
                                               std::uint16_t web_port = 0) {
  gateway::MediaConfig config;
  config.advertised_ips = std::move(ips);
  config.port = 0;
  config.workers = workers;
  config.web_port = web_port;
  auto started = start_media(config);
  EXPECT_TRUE(started) << (started ? "" : started.error().message);
  return std::move(*started);
}

bool has_ipv6() {
  const FileDescriptor socket(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 loopback{};
  loopback.sin6_family = AF_INET6;
  loopback.sin6_addr = in6addr_loopback;
  return socket && bind(socket.get(), reinterpret_cast<const sockaddr*>(&loopback), sizeof loopback) == 0;
}

/// Both send a few packets; true once each has some of the other's.
bool talk(Control& control, SocketClient& a, SocketClient& b, std::size_t packets = 20) {
  a.client.forget_received();
  b.client.forget_received();
  int sent = 0;
  return control.run_until({&a, &b}, [&] {
    for (SocketClient* c : {&a, &b}) {
      c->client.send_audio();
      c->client.send_video(sent % 10 == 0);
    }
    ++sent;
    return a.client.received("v").size() >= packets && b.client.received("v").size() >= packets &&
           a.client.received("a").size() >= packets && b.client.received("a").size() >= packets;
  });
}

TEST(Worker, carries_a_call_over_udp) {
  Control control(service());
  SocketClient a({.id = 1});
  SocketClient b({.id = 2});
  ASSERT_TRUE(control.join(a, 1, 7));
  ASSERT_TRUE(control.join(b, 2, 7, {&a}));
  EXPECT_TRUE(talk(control, a, b));
  const auto* connected = control.find<gateway::SessionConnected>();
  ASSERT_NE(connected, nullptr);
  EXPECT_EQ(connected->srtp_profile, "SRTP_AEAD_AES_128_GCM");
  EXPECT_EQ(connected->path, "udp");
}

TEST(Worker, carries_a_call_over_tcp_and_udp) {
  Control control(service());
  SocketClient a({.id = 1}, true);
  SocketClient b({.id = 2});
  ASSERT_TRUE(control.join(a, 1, 7));
  ASSERT_TRUE(control.join(b, 2, 7, {&a}));
  EXPECT_TRUE(talk(control, a, b));
  EXPECT_NE(control.find<gateway::SessionConnected>([](const auto& e) { return e.path == "tcp"; }), nullptr);
}

TEST(Worker, carries_a_call_over_ipv6) {
  if (!has_ipv6()) GTEST_SKIP() << "this machine has no IPv6";
  Control control(service(1, {"::1"}));
  SocketClient a({.id = 1});
  SocketClient b({.id = 2}, true);
  ASSERT_TRUE(control.join(a, 1, 7));
  ASSERT_TRUE(control.join(b, 2, 7, {&a}));
  EXPECT_EQ(a.server().ip_string(), "::1");
  EXPECT_EQ(b.server().ip_string(), "::1");
  EXPECT_TRUE(talk(control, a, b));
}

TEST(Worker, carries_a_call_between_ipv4_and_ipv6) {
  if (!has_ipv6()) GTEST_SKIP() << "this machine has no IPv6";
  Control control(service(1, {"127.0.0.1", "::1"}));
  SocketClient a({.id = 1});
  SocketClient b({.id = 2}, false, 0, "::1");
  ASSERT_TRUE(control.join(a, 1, 7));
  ASSERT_TRUE(control.join(b, 2, 7, {&a}));
  EXPECT_EQ(a.server().ip_string(), "127.0.0.1");
  EXPECT_EQ(b.server().ip_string(), "::1");
  EXPECT_TRUE(talk(control, a, b));
}

TEST(Worker, answers_from_the_address_that_was_asked) {
  // The sockets are bound to the wildcard; a connected client hears nothing that comes from another address.
  Control control(service(1, {"127.0.0.77"}));
  SocketClient a({.id = 1});
  SocketClient b({.id = 2});
  ASSERT_TRUE(control.join(a, 1, 7));
  ASSERT_TRUE(control.join(b, 2, 7, {&a}));
  EXPECT_EQ(a.server().ip_string(), "127.0.0.77");
  EXPECT_TRUE(talk(control, a, b));
}

TEST(Worker, finds_a_port_that_is_free_for_udp_and_tcp) {
  // The system picks the UDP port; with a part of the TCP ports taken, some of its choices serve only half.
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  std::vector<FileDescriptor> taken;
  while (taken.size() < 1'500) {
    FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in any{};
    any.sin_family = AF_INET;
    if (!socket || bind(socket.get(), reinterpret_cast<sockaddr*>(&any), sizeof any) != 0) break;
    taken.push_back(std::move(socket));
  }
  for (int i = 0; i < 60; ++i) EXPECT_NE(service(), nullptr);
}

TEST(Worker, refuses_an_offer_with_a_reason) {
  Control control(service());
  gateway::OpenSession open;
  open.session = {1};
  open.room = {7};
  open.participant = {1};
  open.offer = "v=0\r\nnonsense";
  control.service().post(std::move(open));
  const gateway::SessionRefused* refused = nullptr;
  ASSERT_TRUE(control.run_until({}, [&] { return (refused = control.find<gateway::SessionRefused>()) != nullptr; }));
  EXPECT_FALSE(refused->reason.empty());
}

TEST(Worker, ends_a_session_by_command_and_tells_both_sides) {
  Control control(service());
  SocketClient a({.id = 1});
  ASSERT_TRUE(control.join(a, 1, 7));
  control.service().post(gateway::CloseSession{{1}});
  ASSERT_TRUE(control.run_until({&a}, [&] { return a.client.peer().closed.has_value(); }));
  EXPECT_EQ(*a.client.peer().closed, rtc::TransportClosed::kByPeer);
  const gateway::SessionClosed* closed = nullptr;
  ASSERT_TRUE(control.run_until({&a}, [&] { return (closed = control.find<gateway::SessionClosed>()) != nullptr; }));
  EXPECT_EQ(closed->cause, gateway::CloseCause::kByCommand);
}

TEST(Worker, a_taken_port_is_said_in_a_sentence) {
  const auto first = service();
  gateway::MediaConfig config;
  config.advertised_ips = {"127.0.0.1"};
  Control control(service());
  SocketClient a({.id = 1});
  ASSERT_TRUE(control.join(a, 1, 7));
  config.port = a.server().port();
  const auto second = start_media(config);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, ::testing::HasSubstr("--media-port"));
}

TEST(Worker, spreads_rooms_over_its_threads) {
  Control control(service(3));
  std::vector<std::unique_ptr<SocketClient>> clients;
  for (std::uint32_t i = 1; i <= 3; ++i) {
    clients.push_back(std::make_unique<SocketClient>(sfu::testkit::ClientConfig{.id = i}));
    ASSERT_TRUE(control.join(*clients.back(), i, i));
  }
  ASSERT_TRUE(control.run_until({}, [&] {
    const auto counters = control.service().counters();
    return std::ranges::all_of(counters, [](const auto& c) { return c.sessions == 1 && c.rooms == 1; });
  }));
}

TEST(Worker, a_tcp_client_that_reads_no_more_costs_the_others_nothing) {
  Control control(service());
  SocketClient slow({.id = 1}, true);
  SocketClient a({.id = 2});
  SocketClient b({.id = 3, .extra_video_slots = 1});
  ASSERT_TRUE(control.join(slow, 1, 7));
  ASSERT_TRUE(control.join(a, 2, 7, {&slow}));
  ASSERT_TRUE(control.join(b, 3, 7, {&slow, &a}));
  // More than its socket buffers and ours hold; nobody reads.
  ASSERT_TRUE(control.run_until({&a, &b}, [&] {
    for (int i = 0; i < 50; ++i) a.client.send_video(i == 0, 0, 1'200);
    return control.service().counters().at(0).send_errors > 100;
  }));
  b.client.forget_received();
  EXPECT_TRUE(control.run_until({&a, &b}, [&] {
    a.client.send_video(true);
    return b.client.received("v").size() + b.client.received("x0").size() >= 20;
  }));
}

TEST(Worker, a_tcp_frame_that_no_client_of_ours_sends_closes_the_connection) {
  Control control(service());
  SocketClient a({.id = 1}, true);
  ASSERT_TRUE(control.join(a, 1, 7));
  SocketClient stranger({.id = 2}, true);
  stranger.connect_to(a.server());
  const std::vector<std::uint8_t> frame{0xFF, 0xFF, 0, 1, 2, 3};
  ASSERT_EQ(::send(stranger.socket(), frame.data(), frame.size(), MSG_NOSIGNAL), static_cast<ssize_t>(frame.size()));
  pollfd fd{stranger.socket(), POLLIN, 0};
  ASSERT_EQ(poll(&fd, 1, 5'000), 1);
  std::uint8_t byte = 0;
  EXPECT_LE(recv(stranger.socket(), &byte, 1, MSG_DONTWAIT), 0) << "closed without an answer";
  EXPECT_TRUE(control.run_until({&a}, [&] { return a.client.connected(); }));
}

TEST(Worker, strangers_on_tcp_take_no_place_from_people_in_a_call) {
  Control control(service());
  SocketClient first({.id = 1}, true);
  ASSERT_TRUE(control.join(first, 1, 7));
  // All but one of the places that strangers of this address may have: only who authenticates leaves room for the next.
  std::vector<std::unique_ptr<SocketClient>> strangers;
  for (std::uint32_t i = 1; i < TcpListener::kMaxStrangers; ++i) {
    strangers.push_back(std::make_unique<SocketClient>(sfu::testkit::ClientConfig{.id = 100 + i}, true));
    strangers.back()->connect_to(first.server());
    strangers.back()->transmit(std::array<std::uint8_t, 20>{0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42});
  }
  SocketClient second({.id = 2}, true);
  SocketClient third({.id = 3, .extra_video_slots = 1}, true);
  ASSERT_TRUE(control.join(second, 2, 7, {&first}));
  ASSERT_TRUE(control.join(third, 3, 7, {&first, &second}));
  EXPECT_TRUE(talk(control, first, second));
}

TEST(Worker, what_a_client_causes_again_and_again_waits_within_a_bound_and_ends_still_arrive) {
  WorkerConfig config;
  config.advertised_ips = {"127.0.0.1"};
  config.identity = rtc::DtlsIdentity::generate().value();
  const auto worker = Worker::create(config);
  ASSERT_TRUE(worker) << worker.error().message;
  constexpr int kFlood = 200'000;
  for (int i = 0; i < kFlood; ++i) (*worker)->on_codec_switch_needed(1, "v", "VP8");
  (*worker)->on_closed(1, sfu::CloseCause::kByPeer);
  (*worker)->start();
  int requests = 0;
  bool ended = false;
  for (const auto until = testing::clock_now() + Seconds{20}; !ended && testing::clock_now() < until;) {
    gateway::Event event;
    if (!(*worker)->take(event)) {
      std::this_thread::yield();
      continue;
    }
    if (std::holds_alternative<gateway::CodecSwitchNeeded>(event)) ++requests;
    ended = std::holds_alternative<gateway::SessionClosed>(event);
  }
  EXPECT_TRUE(ended);
  EXPECT_LT(requests, kFlood / 2);
}

/// A web server as far as media can tell: it accepts, and hands over once something waits to be read.
class WebPort {
 public:
  WebPort() : socket_(std::move(*open_tcp(rtc::NetAddress::Family::kV4, 0))), port_(bound_port(socket_)) {}
  std::uint16_t port() const { return port_; }
  void serve(gateway::MediaService& media) {
    const int fd = accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) waiting_.emplace_back(fd);
    for (auto& connection : waiting_) {
      std::uint8_t byte = 0;
      if (recv(connection.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0) continue;
      media.take_connection(dup(connection.get()));
      connection = FileDescriptor();
    }
    std::erase_if(waiting_, [](const auto& connection) { return !connection; });
  }

 private:
  FileDescriptor socket_;
  std::uint16_t port_;
  std::vector<FileDescriptor> waiting_;
};

TEST(Worker, carries_a_call_over_the_web_port_whichever_worker_has_it) {
  WebPort web;
  Control control(service(3, {"127.0.0.1"}, web.port()));
  for (std::uint32_t room = 1; room <= 3; ++room) {
    SocketClient a({.id = room * 2}, true, web.port());
    SocketClient b({.id = room * 2 + 1});
    control.while_waiting = [&] { web.serve(control.service()); };
    ASSERT_TRUE(control.join(a, room * 2, room));
    ASSERT_TRUE(control.join(b, room * 2 + 1, room, {&a}));
    EXPECT_EQ(a.server().port(), web.port());
    EXPECT_TRUE(talk(control, a, b));
  }
  control.while_waiting = nullptr;
}

TEST(Worker, says_how_much_of_a_beginning_it_must_see) {
  Control control(service());
  const gateway::MediaService& media = control.service();
  using Beginning = std::vector<std::uint8_t>;
  EXPECT_EQ(media.connection_wants(Beginning{0}), 2U) << "half a length";
  EXPECT_EQ(media.connection_wants(Beginning{0, 100}), 102U);
  EXPECT_EQ(media.connection_wants(Beginning{0, 100, 0, 1, 0}), 102U);
  EXPECT_EQ(media.connection_wants(Beginning{2, 100, 0}), 614U) << "a long name";
  EXPECT_EQ(media.connection_wants(Beginning{0, 100, 0x16}), 0U) << "no Binding request";
  EXPECT_EQ(media.connection_wants(Beginning{0, 100, 0, 2}), 0U);
  EXPECT_EQ(media.connection_wants(Beginning{0, 3}), 0U) << "shorter than any";
  EXPECT_EQ(media.connection_wants(Beginning{0xFF, 0xFF}), 0U) << "longer than any";
}

TEST(Worker, strangers_on_the_web_port_are_closed_at_once) {
  WebPort web;
  Control control(service(2, {"127.0.0.1"}, web.port()));
  const std::vector<std::vector<std::uint8_t>> openings{
      {0},                                                                                 // less than a length
      {0, 3, 1, 2, 3},                                                                     // no STUN
      {0xFF, 0xFF, 0, 1, 0, 0},                                                            // longer than what came
      {0, 20, 0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},  // a check of nobody
  };
  for (const auto& opening : openings) {
    SocketClient stranger({.id = 1}, true);
    stranger.connect_to(rtc::NetAddress::v4({127, 0, 0, 1}, web.port()));
    ASSERT_EQ(::send(stranger.socket(), opening.data(), opening.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(opening.size()));
    control.while_waiting = [&] { web.serve(control.service()); };
    std::uint8_t byte = 0;
    EXPECT_TRUE(control.run_until({}, [&] {
      const ssize_t n = recv(stranger.socket(), &byte, 1, MSG_DONTWAIT);
      return n == 0 || (n < 0 && errno != EAGAIN);
    })) << opening.size();
  }
  control.while_waiting = nullptr;
}

TEST(Worker, junk_from_strangers_is_counted_and_never_answered) {
  Control control(service());
  SocketClient a({.id = 1});
  SocketClient b({.id = 2});
  ASSERT_TRUE(control.join(a, 1, 7));
  ASSERT_TRUE(control.join(b, 2, 7, {&a}));
  SocketClient stranger({.id = 3});
  stranger.connect_to(a.server());
  const auto dropped = [&] {
    const auto c = control.service().counters().at(0);
    return c.dropped_malformed + c.dropped_unknown_path + c.dropped_unauthenticated;
  };
  const std::uint64_t before = dropped();
  std::uint8_t first = 0;
  ASSERT_TRUE(control.run_until({&a, &b}, [&] {
    for (int i = 0; i < 20; ++i, ++first) {
      const std::vector<std::uint8_t> junk(40 + first, first);
      stranger.transmit(junk);
    }
    return dropped() - before >= 1'000;
  }));
  std::uint8_t byte = 0;
  EXPECT_LT(recv(stranger.socket(), &byte, 1, MSG_DONTWAIT), 0) << "answered";
  EXPECT_TRUE(talk(control, a, b));
}

}  // namespace
}  // namespace visavis::media
