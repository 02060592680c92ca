// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/peer/transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "media/rtc/testkit/two_peers.hpp"
#include "media/rtc/wire/stun.hpp"

namespace visavis::rtc {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testkit::address;
using testkit::Packet;
using testkit::rtcp_packet;
using testkit::rtp_packet;
using testkit::TwoPeers;

const NetAddress kStranger = address("203.0.113.66", 6'666);

Packet random_packet(std::mt19937_64& random, std::size_t size, std::uint8_t first) {
  Packet packet(size);
  for (auto& byte : packet) byte = static_cast<std::uint8_t>(random());
  packet[0] = first;
  return packet;
}

/// Every kind of datagram there is, with random contents.
void spray(TwoPeers& peers, const NetAddress& from, std::mt19937_64& random, int rounds) {
  constexpr std::array<std::uint8_t, 10> kFirst{0, 1, 20, 21, 22, 23, 64, 0x80, 0x90, 255};
  for (int i = 0; i < rounds; ++i) {
    const Packet packet =
        random_packet(random, 1 + random() % 1'500, kFirst[static_cast<std::size_t>(i) % kFirst.size()]);
    peers.inject_to_server(from, packet);
    peers.inject_to_client(from, packet);
  }
}

/// A check as the client sends it, with a right or wrong password.
Packet check(const TwoPeers& peers, std::string_view password, bool use_candidate = true, std::string username = {}) {
  if (username.empty()) username = peers.server_credentials.ufrag + ":" + peers.client_credentials.ufrag;
  std::array<std::uint8_t, kStunMaxBuilt> buffer;
  const Bytes built = build_binding_request({.transaction = {1, 2, 3},
                                             .username = username,
                                             .password = password,
                                             .priority = 0x6E'FF'FF'FF,
                                             .tie_breaker = 7,
                                             .controlling = true,
                                             .use_candidate = use_candidate},
                                            buffer);
  return {built.begin(), built.end()};
}

TEST(Transport, connects_and_carries_media_both_ways) {
  TwoPeers peers;
  ASSERT_TRUE(peers.connect());
  EXPECT_EQ(peers.server.profile, SrtpProfile::kAeadAes128Gcm);
  EXPECT_THAT(peers.server.paths, ElementsAre(peers.client_path()));
  const Packet audio = rtp_packet(1, 1);
  const Packet report = rtcp_packet(1);
  EXPECT_TRUE(peers.client.send_rtp(audio));
  EXPECT_TRUE(peers.server.send_rtp(audio));
  EXPECT_TRUE(peers.client.send_rtcp(report));
  EXPECT_TRUE(peers.server.send_rtcp(report));
  peers.run_for(Millis{50});
  for (const auto* end : {&peers.client, &peers.server}) {
    EXPECT_THAT(end->rtp, ElementsAre(audio));
    EXPECT_THAT(end->rtcp, ElementsAre(report));
    EXPECT_FALSE(end->closed);
  }
}

TEST(Transport, connects_within_three_round_trips_after_ice) {
  TwoPeers peers({.link = {.delay = Millis{50}}});
  ASSERT_TRUE(peers.connect());
  // Check, nominating check after the wait for better pairs, two flights each way.
  EXPECT_LE(peers.now - Instant{Seconds{1'000}}, Micros{Millis{500}});
}

TEST(Transport, connects_under_30_percent_loss_reordering_and_duplication) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    TwoPeers peers({.link = {.loss = 0.3, .duplicate = 0.1, .reorder = 0.2, .delay = Millis{40}, .jitter = Millis{20}},
                    .seed = seed});
    EXPECT_TRUE(peers.connect(Seconds{15})) << "seed " << seed;
  }
}

TEST(Transport, stays_connected_for_an_hour_over_a_lossy_path) {
  TwoPeers peers({.link = {.loss = 0.2}});
  ASSERT_TRUE(peers.connect());
  peers.run_for(Seconds{3'600});
  EXPECT_TRUE(peers.server.transport.selected_path() && peers.client.transport.selected_path());
  EXPECT_FALSE(peers.server.closed || peers.client.closed);
}

TEST(Transport, nothing_protects_before_there_are_keys) {
  TwoPeers peers;
  Packet out(200);
  const Packet packet = rtp_packet(1, 1);
  EXPECT_EQ(peers.server.transport.protect_rtp({packet, {}, {}}, out).error(), SrtpError::kNotConnected);
  EXPECT_EQ(peers.server.transport.protect_rtcp(packet, out).error(), SrtpError::kNotConnected);
  EXPECT_FALSE(peers.server.transport.selected_path());
}

// ---- the order of trust
// -------------------------------------------------------------------------------------------------

TEST(Transport, forged_srtp_is_neither_forwarded_nor_learnt_from) {
  TwoPeers peers;
  ASSERT_TRUE(peers.connect());
  const auto path = peers.server.transport.selected_path();
  const auto sent = peers.server.transmitted;
  std::mt19937_64 random(3);
  for (int i = 0; i < 100'000; ++i) {
    Packet forged = rtp_packet(1, static_cast<std::uint16_t>(i), 40);
    for (std::size_t at = 12; at < forged.size(); ++at) forged[at] = static_cast<std::uint8_t>(random());
    peers.inject_to_server(i % 2 == 0 ? kStranger : peers.client_path().remote, forged);
  }
  EXPECT_THAT(peers.server.rtp, IsEmpty());
  EXPECT_EQ(peers.server.transport.selected_path(), path);
  EXPECT_EQ(peers.server.transmitted, sent) << "nothing is answered";
  const TransportCounters counters = peers.server.transport.counters();
  EXPECT_EQ(counters.unknown_path, 50'000U);
  EXPECT_EQ(counters.srtp_unauthenticated, 50'000U);
  ASSERT_TRUE(peers.client.send_rtp(rtp_packet(1, 500)));
  peers.run_for(Millis{50});
  EXPECT_EQ(peers.server.rtp.size(), 1U) << "the real stream is not disturbed";
}

TEST(Transport, authentic_srtp_from_an_address_that_ice_never_saw_is_dropped) {  // RTP bleed, CVE-2025-53399
  TwoPeers peers;
  ASSERT_TRUE(peers.connect());
  const auto packet = peers.client.protect_rtp(rtp_packet(1, 1));
  ASSERT_TRUE(packet);
  peers.inject_to_server(kStranger, *packet);
  EXPECT_THAT(peers.server.rtp, IsEmpty());
  EXPECT_EQ(peers.server.transport.selected_path(), peers.client_path());
  peers.inject_to_server(peers.client_path().remote, *packet);
  EXPECT_EQ(peers.server.rtp.size(), 1U) << "and is still good from the right one";
}

TEST(Transport, replayed_srtp_is_delivered_once) {
  TwoPeers peers;
  ASSERT_TRUE(peers.connect());
  const auto packet = peers.client.protect_rtp(rtp_packet(1, 1));
  for (int i = 0; i < 100; ++i) peers.inject_to_server(peers.client_path().remote, *packet);
  EXPECT_EQ(peers.server.rtp.size(), 1U);
  EXPECT_EQ(peers.server.transport.counters().srtp_replayed, 99U);
}

TEST(Transport, dtls_before_ice_is_not_answered) {  // CVE-2023-49786
  TwoPeers peers;
  peers.cut(true);
  DtlsSession attacker(testkit::client_identity(), DtlsRole::kClient, testkit::server_identity()->fingerprint(),
                       peers.now);
  struct Collector final : DtlsSink {
    void on_dtls_transmit(Bytes datagram) override { hello.assign(datagram.begin(), datagram.end()); }
    void on_dtls_connected(const SrtpKeys&) override {}
    void on_dtls_closed(DtlsFailure) override {}
    Packet hello;
  } collector;
  attacker.start(peers.now, collector);
  ASSERT_FALSE(collector.hello.empty());
  for (int i = 0; i < 10; ++i) peers.inject_to_server(kStranger, collector.hello);
  EXPECT_EQ(peers.server.transmitted, 0U);
  EXPECT_EQ(peers.server.transport.counters().unknown_path, 10U);
  peers.cut(false);
  EXPECT_TRUE(peers.connect()) << "the race is lost by the attacker";
}

TEST(Transport, unauthenticated_checks_are_neither_answered_nor_learnt_from) {
  TwoPeers peers;
  ASSERT_TRUE(peers.connect());
  const auto sent = peers.server.transmitted;
  peers.inject_to_server(kStranger, check(peers, "wrong-password-0123456789"));
  peers.inject_to_server(kStranger, check(peers, peers.server_credentials.pwd, true, "srvr:other"));
  peers.inject_to_server(kStranger, check(peers, peers.server_credentials.pwd, true, "other:clnt"));
  Packet bit_flip = check(peers, peers.server_credentials.pwd);
  bit_flip[bit_flip.size() / 2] ^= 1;
  peers.inject_to_server(kStranger, bit_flip);
  EXPECT_EQ(peers.server.transmitted, sent);
  EXPECT_EQ(peers.server.transport.selected_path(), peers.client_path());
  EXPECT_FALSE(peers.server.transport.knows({2, PathProtocol::kUdp, kStranger}, peers.now));
  const auto counters = peers.server.transport.counters();
  EXPECT_EQ(counters.stun_unauthenticated + counters.stun_malformed, 4U);
}

TEST(Transport, garbage_before_during_and_after_the_handshake_does_no_harm) {
  TwoPeers peers({.link = {.delay = Millis{5}}});
  std::mt19937_64 random(11);
  const auto connected = [&] { return peers.client.transport.connected() && peers.server.transport.connected(); };
  for (int i = 0; i < 400 && !connected(); ++i) {
    spray(peers, kStranger, random, 20);
    peers.run_for(Millis{1});
  }
  ASSERT_TRUE(connected());
  for (const NetAddress& from : {kStranger, peers.client_path().remote, peers.server_path().remote}) {
    spray(peers, from, random, 5'000);
  }
  const auto sent = peers.client.transmitted;
  EXPECT_TRUE(peers.client.send_rtp(rtp_packet(1, 1)));
  EXPECT_EQ(peers.client.transmitted, sent + 1);
  peers.run_for(Seconds{60});
  EXPECT_EQ(peers.server.rtp.size(), 1U);
  EXPECT_FALSE(peers.server.closed || peers.client.closed);
}

TEST(Transport, a_wrong_fingerprint_ends_both_sides_and_gives_no_keys) {
  TwoPeers server_refuses({.server_expects = Fingerprint{}});
  EXPECT_FALSE(server_refuses.connect(Seconds{5}));
  EXPECT_EQ(server_refuses.server.closed, TransportClosed::kFingerprintMismatch);
  EXPECT_FALSE(server_refuses.server.profile || server_refuses.client.profile);

  TwoPeers client_refuses({.client_expects = Fingerprint{}});
  EXPECT_FALSE(client_refuses.connect(Seconds{5}));
  EXPECT_EQ(client_refuses.client.closed, TransportClosed::kFingerprintMismatch);
  EXPECT_FALSE(client_refuses.server.profile || client_refuses.client.profile);
}

// ---- paths
// --------------------------------------------------------------------------------------------------------------

TEST(Transport, a_nat_rebinding_is_followed_by_the_next_authenticated_check) {
  TwoPeers peers;
  ASSERT_TRUE(peers.connect());
  const NetAddress fresh = address("198.51.100.7", 61'000);
  peers.rebind(fresh);
  ASSERT_TRUE(peers.client.send_rtp(rtp_packet(1, 1)));
  peers.run_for(Millis{20});
  EXPECT_THAT(peers.server.rtp, IsEmpty()) << "not before ICE knows the address";
  EXPECT_TRUE(peers.run_until([&] { return peers.server.transport.selected_path()->remote == fresh; }, Seconds{4}));
  EXPECT_EQ(peers.server.paths.size(), 2U);
  ASSERT_TRUE(peers.client.send_rtp(rtp_packet(1, 2)));
  ASSERT_TRUE(peers.server.send_rtp(rtp_packet(2, 1)));
  peers.run_for(Millis{50});
  EXPECT_EQ(peers.server.rtp.size(), 1U);
  EXPECT_EQ(peers.client.rtp.size(), 1U);
}

TEST(Transport, media_ends_30_s_after_the_last_authenticated_check) {
  TwoPeers peers;
  ASSERT_TRUE(peers.connect());
  peers.run_for(Seconds{10});
  const auto packet = peers.client.protect_rtp(rtp_packet(1, 1));
  peers.cut(true);
  const Instant cut = peers.now;
  ASSERT_TRUE(peers.run_until([&] { return !peers.server.transport.selected_path(); }, Seconds{60}));
  EXPECT_GE(peers.now - cut, Micros{Seconds{26}});
  EXPECT_LE(peers.now - cut, Micros{Seconds{30}});
  EXPECT_EQ(peers.server.closed, TransportClosed::kConsentLost);
  EXPECT_FALSE(peers.server.send_rtp(rtp_packet(2, 1)));
  peers.inject_to_server(peers.client_path().remote, *packet);
  EXPECT_THAT(peers.server.rtp, IsEmpty());
  peers.run_for(Seconds{5});
  EXPECT_EQ(peers.client.closed, TransportClosed::kConsentLost);
}

TEST(Transport, received_media_does_not_extend_consent) {
  TwoPeers peers;
  ASSERT_TRUE(peers.connect());
  peers.cut(true);
  for (std::uint16_t i = 0; i < 35; ++i) {
    const auto packet = peers.client.protect_rtp(rtp_packet(1, i));
    if (!packet) break;
    peers.inject_to_server(peers.client_path().remote, *packet);
    peers.run_for(Seconds{1});
  }
  EXPECT_EQ(peers.server.closed, TransportClosed::kConsentLost);
}

TEST(Transport, silence_while_media_flowed_is_told_after_3_s_and_its_end_at_once) {
  TwoPeers peers;
  ASSERT_TRUE(peers.connect());
  for (std::uint16_t i = 0; i < 200; ++i) {
    peers.client.send_rtp(rtp_packet(1, i));
    peers.run_for(Millis{20});
  }
  EXPECT_THAT(peers.server.reachable, IsEmpty());
  peers.cut(true);
  peers.run_for(Millis{2'900});
  EXPECT_THAT(peers.server.reachable, IsEmpty());
  peers.run_for(Millis{200});
  EXPECT_THAT(peers.server.reachable, ElementsAre(false));
  peers.cut(false);
  peers.client.send_rtp(rtp_packet(1, 201));
  peers.run_for(Millis{30});
  EXPECT_THAT(peers.server.reachable, ElementsAre(false, true));
}

TEST(Transport, a_quiet_peer_that_checks_every_6_s_counts_as_reachable) {
  TwoPeers peers;
  ASSERT_TRUE(peers.connect());
  peers.cut(true);  // the checks below stand for another client's slower ones
  for (int i = 0; i < 10; ++i) {
    peers.run_for(Seconds{6});
    peers.inject_to_server(peers.client_path().remote, check(peers, peers.server_credentials.pwd));
  }
  EXPECT_THAT(peers.server.reachable, IsEmpty());
}

TEST(Transport, an_ice_restart_keeps_keys_and_accepts_the_old_credentials_until_the_new_ones_nominate) {
  TwoPeers peers;
  ASSERT_TRUE(peers.connect());
  const IceCredentials client{.ufrag = "new-c", .pwd = "new-client-password-01234"};
  const IceCredentials server{.ufrag = "new-s", .pwd = "new-server-password-01234"};
  peers.server.transport.restart_ice(server, client, peers.now);
  const Packet old_check = check(peers, peers.server_credentials.pwd);
  auto sent = peers.server.transmitted;
  peers.inject_to_server(peers.client_path().remote, check(peers, peers.server_credentials.pwd, false));
  EXPECT_EQ(peers.server.transmitted, sent + 1) << "the answer with the new ones may still be on its way";

  peers.client.transport.restart_ice(client, server, peers.now);
  peers.rebind(address("198.51.100.99", 4'444));
  ASSERT_TRUE(
      peers.run_until([&] { return peers.server.transport.selected_path() == peers.client_path(); }, Seconds{2}));
  EXPECT_TRUE(peers.client.send_rtp(rtp_packet(1, 1)));
  peers.run_for(Millis{50});
  EXPECT_EQ(peers.server.rtp.size(), 1U) << "same SRTP keys";

  sent = peers.server.transmitted;
  peers.inject_to_server(kStranger, old_check);
  EXPECT_EQ(peers.server.transmitted, sent);
  EXPECT_EQ(peers.server.transport.selected_path(), peers.client_path());
}

TEST(Transport, a_lost_tcp_path_gives_way_to_the_one_checked_last) {
  TwoPeers peers;
  ASSERT_TRUE(peers.connect());
  const Path tcp{.socket = 9, .protocol = PathProtocol::kTcp, .remote = address("198.51.100.8", 443)};
  Packet nominate = check(peers, peers.server_credentials.pwd);
  peers.server.transport.handle_datagram(tcp, nominate, peers.now, peers.server);
  ASSERT_EQ(peers.server.transport.selected_path(), tcp);
  peers.server.transport.forget_path(tcp, peers.now, peers.server);
  EXPECT_EQ(peers.server.transport.selected_path(), peers.client_path());
  EXPECT_FALSE(peers.server.transport.knows(tcp, peers.now));
}

// ---- ends
// ---------------------------------------------------------------------------------------------------------------

TEST(Transport, closing_is_told_to_the_other_side_at_once) {
  TwoPeers peers;
  ASSERT_TRUE(peers.connect());
  peers.client.transport.close(peers.now, peers.client);
  peers.run_for(Millis{20});
  EXPECT_EQ(peers.server.closed, TransportClosed::kByPeer);
  EXPECT_FALSE(peers.client.closed);
  EXPECT_EQ(peers.client.transport.deadline(), kNever);
  EXPECT_EQ(peers.server.transport.deadline(), kNever);
}

TEST(Transport, a_peer_that_never_comes_ends_after_30_s) {
  TwoPeers peers;
  peers.cut(true);
  EXPECT_FALSE(peers.connect(Seconds{31}));
  EXPECT_EQ(peers.server.closed, TransportClosed::kNeverConnected);
  EXPECT_EQ(peers.client.closed, TransportClosed::kNeverConnected);
}

TEST(Transport, ice_without_dtls_ends_after_30_s) {
  TwoPeers peers;
  peers.cut(true);
  for (int i = 0; i < 31; ++i) {
    peers.inject_to_server(peers.client_path().remote, check(peers, peers.server_credentials.pwd));
    peers.run_for(Seconds{1});
  }
  EXPECT_EQ(peers.server.closed, TransportClosed::kNeverConnected);
}

}  // namespace
}  // namespace visavis::rtc
