// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/ice/ice_lite.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/hmac.h>

#include <random>

namespace visavis::rtc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Packet = std::vector<std::uint8_t>;

const IceCredentials kServer{.ufrag = "srvr", .pwd = "server-password-0123456789"};
constexpr std::string_view kUsername = "srvr:clnt";

Path path_of(std::uint16_t port, PathProtocol protocol = PathProtocol::kUdp) {
  return {.socket = 1, .protocol = protocol, .remote = NetAddress::v4({198, 51, 100, 7}, port)};
}

struct Events final : IceSink {
  void on_ice_transmit(const Path& path, Bytes message) override {
    sent.emplace_back(path, Packet(message.begin(), message.end()));
  }
  void on_ice_selected(const Path& path) override { selected.push_back(path); }
  void on_ice_reachable(bool is_reachable) override { reachable.push_back(is_reachable); }
  void on_ice_consent_lost() override { ++consent_lost; }

  std::vector<std::pair<Path, Packet>> sent;
  std::vector<Path> selected;
  std::vector<bool> reachable;
  int consent_lost = 0;
};

struct Fields {
  std::string_view username = kUsername;
  std::string_view password = kServer.pwd;
  std::uint32_t priority = 100;
  bool controlling = true;
  bool use_candidate = false;
};
Packet request(const Fields& fields = {}) {
  std::array<std::uint8_t, kStunMaxBuilt> buffer;
  const Bytes built = build_binding_request({.transaction = {7, 7, 7},
                                             .username = fields.username,
                                             .password = fields.password,
                                             .priority = fields.priority,
                                             .tie_breaker = 99,
                                             .controlling = fields.controlling,
                                             .use_candidate = fields.use_candidate},
                                            buffer);
  return {built.begin(), built.end()};
}
Packet nominating(std::uint32_t priority = 100) { return request({.priority = priority, .use_candidate = true}); }

class Lite : public testing::Test {
 protected:
  void receive(const Path& path, const Packet& packet) { agent_.handle(path, packet, now_, events_); }
  void advance(Micros by) {
    const Instant end = now_ + by;
    while (agent_.deadline() <= end) {
      now_ = std::max(now_, agent_.deadline());
      agent_.handle_deadline(now_, events_);
    }
    now_ = end;
  }
  Instant now_{Seconds{100}};
  IceLite agent_{kServer, "clnt"};
  Events events_;
};

TEST_F(Lite, answers_an_authenticated_check_with_the_address_it_came_from) {
  receive(path_of(5'000), request());
  ASSERT_EQ(events_.sent.size(), 1U);
  EXPECT_EQ(events_.sent[0].first, path_of(5'000));
  const auto answer = StunView::parse(events_.sent[0].second);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->is_binding(StunClass::kSuccess));
  EXPECT_TRUE(answer->integrity_ok(kServer.pwd));
  EXPECT_EQ(answer->mapped, path_of(5'000).remote);
  EXPECT_EQ(answer->transaction, (StunTransactionId{7, 7, 7}));
  EXPECT_TRUE(agent_.knows(path_of(5'000), now_));
}

TEST_F(Lite, an_answer_is_at_most_one_and_a_half_times_its_request) {
  const Packet asked = request();
  receive({.socket = 1, .protocol = PathProtocol::kUdp, .remote = NetAddress::v6({0x20, 1, 0xd, 0xb8}, 9)}, asked);
  ASSERT_EQ(events_.sent.size(), 1U);
  EXPECT_LE(events_.sent[0].second.size(), asked.size() * 3 / 2);
}

TEST_F(Lite, selects_the_nominated_path_and_says_so_once) {
  receive(path_of(5'000), nominating());
  receive(path_of(5'000), nominating());
  EXPECT_EQ(agent_.selected(), path_of(5'000));
  EXPECT_THAT(events_.selected, ElementsAre(path_of(5'000)));
}

TEST_F(Lite, the_first_path_serves_until_one_is_nominated) {
  receive(path_of(1), request({.priority = 900}));
  EXPECT_EQ(agent_.selected(), path_of(1));
  receive(path_of(2), request({.priority = 901}));
  EXPECT_EQ(agent_.selected(), path_of(1)) << "checks alone do not move media";
  receive(path_of(3), nominating(1));
  EXPECT_EQ(agent_.selected(), path_of(3)) << "nomination beats priority";
  receive(path_of(1), request({.priority = 900}));
  EXPECT_THAT(events_.selected, ElementsAre(path_of(1), path_of(3)));
}

TEST_F(Lite, a_peer_in_the_wrong_role_is_answered_but_chooses_nothing) {
  receive(path_of(5'000), request({.priority = 100, .controlling = false, .use_candidate = true}));
  EXPECT_EQ(events_.sent.size(), 1U);
  EXPECT_FALSE(agent_.selected());
}

TEST_F(Lite, what_is_not_authenticated_is_counted_and_not_answered) {
  receive(path_of(1), request({.password = "another-password-0123456789"}));
  receive(path_of(1), request({.username = "srvr:else"}));
  receive(path_of(1), request({.username = "else:clnt"}));
  receive(path_of(1), request({.username = "srvr"}));
  EXPECT_EQ(agent_.counters().unauthenticated, 4U);
  receive(path_of(1), Packet(20));
  receive(path_of(1), {});
  EXPECT_EQ(agent_.counters().malformed, 2U);
  EXPECT_THAT(events_.sent, IsEmpty());
  EXPECT_FALSE(agent_.knows(path_of(1), now_));
  EXPECT_EQ(agent_.deadline(), kNever) << "strangers cost no timer";
}

TEST_F(Lite, responses_and_indications_are_not_answered) {
  receive(path_of(1), request());
  Packet answer = events_.sent.at(0).second;
  receive(path_of(2), answer);
  std::array<std::uint8_t, kStunMaxBuilt> buffer;
  const Bytes indication = build_binding_indication({}, buffer);
  receive(path_of(2), {indication.begin(), indication.end()});
  EXPECT_EQ(events_.sent.size(), 1U);
  EXPECT_EQ(agent_.counters().malformed, 1U);
}

TEST_F(Lite, a_lower_priority_pair_of_an_aggressive_peer_does_not_take_over_at_once) {
  receive(path_of(1), nominating(200));
  now_ += Millis{50};
  receive(path_of(2), nominating(100));
  EXPECT_EQ(agent_.selected(), path_of(1));
  receive(path_of(3), nominating(300));
  EXPECT_EQ(agent_.selected(), path_of(3)) << "a better one does";
  now_ += Millis{600};
  receive(path_of(2), nominating(100));
  EXPECT_EQ(agent_.selected(), path_of(2)) << "and a worse one once the better is no longer nominated";
}

TEST_F(Lite, consent_lasts_30_s_from_the_last_check_on_the_selected_path) {
  receive(path_of(1), nominating());
  advance(Seconds{20});
  receive(path_of(1), request());
  advance(Millis{29'999});
  EXPECT_EQ(agent_.selected(), path_of(1));
  receive(path_of(2), request());  // another path's checks are no consent for this one
  advance(Millis{1});
  EXPECT_FALSE(agent_.selected());
  EXPECT_EQ(events_.consent_lost, 1);
  advance(Seconds{100});
  EXPECT_EQ(events_.consent_lost, 1);
}

TEST_F(Lite, a_peer_can_come_back_after_consent_was_lost) {
  receive(path_of(1), nominating());
  advance(Seconds{40});
  EXPECT_EQ(events_.consent_lost, 1);
  receive(path_of(1), nominating());
  EXPECT_EQ(agent_.selected(), path_of(1));
}

TEST_F(Lite, knows_a_path_for_30_s) {
  receive(path_of(1), request());
  EXPECT_TRUE(agent_.knows(path_of(1), now_ + Millis{29'999}));
  EXPECT_FALSE(agent_.knows(path_of(1), now_ + Seconds{30}));
  EXPECT_FALSE(agent_.knows(path_of(1, PathProtocol::kTcp), now_));
  Path other_socket = path_of(1);
  other_socket.socket = 2;
  EXPECT_FALSE(agent_.knows(other_socket, now_));
}

TEST_F(Lite, paths_are_bounded_and_the_selected_one_stays) {
  receive(path_of(1), nominating());
  for (std::uint16_t port = 2; port < 200; ++port) {
    now_ += Millis{1};
    receive(path_of(port), request());
  }
  EXPECT_TRUE(agent_.knows(path_of(1), now_));
  EXPECT_TRUE(agent_.knows(path_of(199), now_));
  EXPECT_FALSE(agent_.knows(path_of(2), now_));
  int known = 0;
  for (std::uint16_t port = 1; port < 200; ++port) known += agent_.knows(path_of(port), now_) ? 1 : 0;
  EXPECT_EQ(known, static_cast<int>(kMaxIcePaths));
}

TEST_F(Lite, old_credentials_end_30_s_after_a_restart_that_nobody_followed) {
  receive(path_of(1), nominating());
  agent_.restart({.ufrag = "next", .pwd = "next-server-password-0123"}, "nxtc", now_);
  receive(path_of(1), request());
  EXPECT_EQ(events_.sent.size(), 2U);
  advance(Seconds{29});
  receive(path_of(1), request());
  EXPECT_EQ(events_.sent.size(), 3U);
  advance(Seconds{1});
  receive(path_of(1), request());
  EXPECT_EQ(events_.sent.size(), 3U);
  EXPECT_EQ(agent_.counters().unauthenticated, 1U);
}

TEST_F(Lite, an_unknown_required_attribute_is_answered_with_420_and_teaches_nothing) {
  Packet packet = request();
  packet.resize(20 + 4 + 12);                                                        // the header and USERNAME
  packet.insert(packet.end(), {0, 2, 0, 4, 1, 2, 3, 4, 0, 0x24, 0, 4, 0, 0, 0, 1});  // 0x0002: required, unassigned
  packet.resize(packet.size() + 24);
  store_be16(&packet[2], static_cast<std::uint16_t>(packet.size() - 20));
  std::uint8_t* const integrity = &packet[packet.size() - 24];
  store_be16(integrity, 8);
  store_be16(integrity + 2, 20);
  HMAC(EVP_sha1(), kServer.pwd.data(), static_cast<int>(kServer.pwd.size()), packet.data(), packet.size() - 24,
       integrity + 4, nullptr);
  receive(path_of(1), packet);
  ASSERT_EQ(events_.sent.size(), 1U);
  const auto answer = StunView::parse(events_.sent[0].second);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error_code, 420);
  EXPECT_FALSE(agent_.knows(path_of(1), now_));
}

TEST_F(Lite, random_bytes_and_damaged_checks_change_nothing) {
  std::mt19937 random(5);
  const Packet good = nominating();
  const std::size_t covered = good.size() - 8;  // FINGERPRINT comes after the part that MESSAGE-INTEGRITY vouches for
  for (int i = 0; i < 20'000; ++i) {
    Packet packet = good;
    const auto changes = 1 + random() % 4;
    for (unsigned c = 0; c < changes; ++c) packet[random() % covered] ^= static_cast<std::uint8_t>(1 + random() % 255);
    if (random() % 3 == 0) packet.resize(random() % covered);
    if (packet == good) continue;
    receive(path_of(1), packet);
  }
  EXPECT_EQ(events_.sent.size(), 0U);
  EXPECT_FALSE(agent_.selected());
}

TEST(IceCredentials, are_long_enough_and_differ) {
  const auto a = IceCredentials::random();
  const auto b = IceCredentials::random();
  EXPECT_GE(a.ufrag.size(), 4U);
  EXPECT_GE(a.pwd.size(), 22U);
  EXPECT_NE(a.ufrag, b.ufrag);
  EXPECT_NE(a.pwd, b.pwd);
  for (const char c : a.ufrag + a.pwd)
    EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '/') << c;
}

}  // namespace
}  // namespace visavis::rtc
