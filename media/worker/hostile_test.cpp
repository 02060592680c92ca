// SPDX-License-Identifier: Apache-2.0
// A live call over real sockets while strangers, and people who can write the caller's address on their envelopes,
// throw everything at it. Nothing is lost, nothing forged is forwarded, nobody is answered.
#include <gtest/gtest.h>

#include <random>

#include "media/rtc/wire/stun.hpp"
#include "media/worker/socket_client.hpp"
#include "media/worker/start.hpp"

namespace visavis::media {
namespace {

using testing::Control;
using testing::SocketClient;
using Packet = rtc::testkit::Packet;

constexpr int kRounds = 1'000;
constexpr int kSpoofed = 70;  // per round, from the caller's own address
constexpr int kStrange = 60;  // from a stranger's
constexpr int kForgedSrtp = 20;

class Attacker {
 public:
  explicit Attacker(SocketClient& victim) : victim_(victim) {
    const auto& n = victim.client.negotiated();
    username_ = n.remote_ice.ufrag + ":" + n.local_ice.ufrag;
    password_ = n.remote_ice.pwd;
  }

  Packet garbage() {
    Packet p(1 + random_() % 200);
    for (auto& byte : p) byte = static_cast<std::uint8_t>(random_());
    return p;
  }
  /// No STUN: a stranger's is counted the moment it is read.
  Packet fence() {
    Packet p = garbage();
    p[0] = 0x80;
    return p;
  }

  /// A check that is right but for one bit, or for its password.
  Packet stun() {
    rtc::StunBindingRequest request;
    for (auto& byte : request.transaction) byte = static_cast<std::uint8_t>(random_());
    const bool wrong_password = random_() % 2 == 0;
    request.username = username_;
    request.password = wrong_password ? "a password of somebody else" : std::string_view(password_);
    request.priority = 0xFFFFFFFF;
    request.use_candidate = true;
    Packet p(rtc::kStunMaxBuilt);
    p.resize(rtc::build_binding_request(request, p).size());
    // Not in what follows MESSAGE-INTEGRITY, of which only a wrong FINGERPRINT counts (RFC 8489, section 14.5).
    constexpr std::size_t kFingerprint = 8;
    if (!wrong_password) p[random_() % (p.size() - kFingerprint)] ^= static_cast<std::uint8_t>(1U << random_() % 8U);
    return p;
  }

  /// Records of every type and epoch: alerts that end a connection, handshakes that begin one, broken lengths.
  Packet dtls() {
    constexpr std::array<std::uint8_t, 6> kTypes{20, 21, 22, 23, 24, 25};
    Packet p{kTypes[random_() % kTypes.size()], 0xFE, 0xFD, 0, static_cast<std::uint8_t>(random_() % 3)};
    p.resize(13);
    for (std::size_t i = 5; i < 11; ++i) p[i] = static_cast<std::uint8_t>(i < 9 ? 0 : random_());
    Packet body = garbage();
    if (p[0] == 21) body = {2, 0};  // fatal close_notify
    if (p[0] == 22) body[0] = static_cast<std::uint8_t>(random_() % 21);
    store_be16(&p[11], static_cast<std::uint16_t>(random_() % 8 == 0 ? random_() : body.size()));
    p.insert(p.end(), body.begin(), body.end());
    return p;
  }

  Packet rtcp() {
    Packet p = garbage();
    p.resize(std::max<std::size_t>(p.size(), 12));
    p[0] = static_cast<std::uint8_t>(0x80U | (random_() & 0x1FU));
    p[1] = static_cast<std::uint8_t>(200 + random_() % 8);
    store_be32(&p[4], victim_.client.video_ssrc());
    return p;
  }

  /// A packet of the caller's with something changed: any bit, or the number it claims.
  Packet forged(const Packet& genuine) {
    Packet p = genuine;
    if (random_() % 2 == 0)
      store_be16(&p[2], static_cast<std::uint16_t>(load_be16(&p[2]) + 1 + random_() % 1'000));
    else
      p[random_() % p.size()] ^= static_cast<std::uint8_t>(1U << random_() % 8U);
    return p;
  }

  Packet anything() {
    switch (random_() % 4) {
      case 0:
        return garbage();
      case 1:
        return stun();
      case 2:
        return dtls();
      default:
        return rtcp();
    }
  }

 private:
  SocketClient& victim_;
  std::string username_;
  std::string password_;
  std::mt19937 random_{2'026};
};

TEST(WorkerHostile, a_call_goes_on_under_a_spray_of_malformed_and_forged_packets) {
  gateway::MediaConfig config;
  config.advertised_ips = {"127.0.0.1"};
  config.port = 0;
  auto started = start_media(config);
  ASSERT_TRUE(started) << started.error().message;
  Control control(std::move(*started));
  SocketClient a({.id = 1});
  SocketClient b({.id = 2});
  ASSERT_TRUE(control.join(a, 1, 7));
  ASSERT_TRUE(control.join(b, 2, 7, {&a}));
  SocketClient stranger({.id = 3});
  stranger.connect_to(a.server());
  Attacker attacker(a);
  const auto dropped = [&] {
    const auto c = control.service().counters().at(0);
    return c.dropped_malformed + c.dropped_unknown_path + c.dropped_unauthenticated;
  };
  const auto strange = [&] { return control.service().counters().at(0).dropped_unknown_path; };
  const std::uint64_t dropped_before = dropped();
  int sprayed = 0;
  for (int round = 0; round < kRounds; ++round) {
    const Packet genuine = a.client.next_video(round == 0);
    for (int i = 0; i < kForgedSrtp; ++i) a.transmit(attacker.forged(genuine));
    for (int i = kForgedSrtp; i < kSpoofed; ++i) a.transmit(attacker.anything());
    a.transmit(genuine);
    b.client.send_video(round == 0);
    const std::uint64_t fence = strange() + kStrange / 2;
    for (int i = 0; i < kStrange / 2; ++i) {
      stranger.transmit(attacker.stun());
      stranger.transmit(attacker.fence());
    }
    sprayed += kSpoofed + kStrange;
    // All of it has been read before the next round, so that no socket overflows.
    ASSERT_TRUE(control.run_until({&a, &b}, [&] { return strange() >= fence; })) << "round " << round;
  }
  ASSERT_TRUE(control.run_until(
      {&a, &b}, [&] { return a.client.received("v").size() == kRounds && b.client.received("v").size() == kRounds; }))
      << a.client.received("v").size() << " and " << b.client.received("v").size();
  for (SocketClient* client : {&a, &b}) {
    const auto pictures = client->client.received("v");
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      ASSERT_EQ(pictures[i].stamp.from, client == &a ? 2U : 1U);
      ASSERT_EQ(pictures[i].stamp.count, i) << "each genuine packet once, in order, and nothing else";
    }
  }
  EXPECT_GE(sprayed, 100'000);
  EXPECT_TRUE(control.run_until({&a, &b}, [&] { return dropped() - dropped_before >= 100'000; })) << dropped();
  std::uint8_t byte = 0;
  EXPECT_LT(recv(stranger.socket(), &byte, 1, MSG_DONTWAIT), 0) << "a stranger was answered";
  EXPECT_EQ(control.find<gateway::SessionClosed>(), nullptr);
  EXPECT_TRUE(a.client.connected());
  EXPECT_TRUE(b.client.connected());
}

}  // namespace
}  // namespace visavis::media
