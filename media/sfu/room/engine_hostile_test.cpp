// SPDX-License-Identifier: Apache-2.0
// What hostile, broken and vanishing peers may do to a call: nothing.
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "media/rtc/wire/stun.hpp"
#include "media/sfu/room/engine.hpp"
#include "media/sfu/testkit/lab.hpp"

namespace visavis::sfu {
namespace {

using testkit::Client;
using testkit::ClientConfig;
using testkit::Lab;
using testkit::Received;

TEST(EngineHostile, a_flood_of_nacks_is_not_amplified) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  lab.talk(Millis{500}, {&a});
  const std::uint16_t newest = b.received("v").back().header.sequence;
  b.forget_received();
  std::vector<std::uint16_t> all;
  for (int i = 0; i < 400; ++i) all.push_back(static_cast<std::uint16_t>(newest - 399 + i));
  for (int i = 0; i < 50; ++i) b.send_nack(b.slot_ssrc(1), all);
  lab.run_for(Millis{60});
  EXPECT_LE(b.received().size(), 30U) << "each cached packet at most once in a round trip";
}

TEST(EngineHostile, undoes_nothing_but_real_retransmissions) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  lab.talk(Millis{300}, {&a});
  b.forget_received();
  const auto& codec = a.negotiated().media[1].codecs.front();
  for (std::size_t size : {0U, 1U, 2U, 3U}) {
    rtc::testkit::Packet rtx(12 + size, 0);
    rtx[0] = 0x80;
    rtx[1] = codec.rtx_payload_type.value();
    store_be16(&rtx[2], static_cast<std::uint16_t>(size));
    store_be32(&rtx[8], 150);
    a.send_rtp(rtx);
  }
  lab.run_for(Millis{50});
  EXPECT_LE(b.received().size(), 1U);
}

TEST(EngineHostile, a_session_that_vanishes_is_told_unreachable_then_closed) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  lab.join({.id = 2});
  lab.cut(a, true);
  ASSERT_TRUE(lab.run_until(
      [&] { return !lab.reachable.empty() && lab.reachable.back() == std::pair<SessionKey, bool>{1, false}; },
      Seconds{12}));
  ASSERT_TRUE(lab.run_until([&] { return !lab.closed.empty(); }, Seconds{40}));
  EXPECT_EQ(lab.closed.front().session, 1U);
  EXPECT_EQ(lab.closed.front().cause, CloseCause::kConsentLost);
  EXPECT_EQ(lab.engine().sessions(), 1U);
}

TEST(EngineHostile, refuses_bad_offers_and_full_rooms_and_goes_on) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  OpenRequest request;
  request.session = {.key = 9, .participant = 9};
  request.room = 1;
  request.offer = "hello";
  EXPECT_FALSE(lab.engine().open_session(request, lab.now));
  EXPECT_EQ(lab.engine().sessions(), 1U);
  Client& again = lab.add({.id = 1});
  EXPECT_FALSE(lab.open(again, {.key = 1, .participant = 1})) << "the same session twice";
  for (std::uint64_t key = 100; key < 100 + Room::kMaxSessions - 1; ++key) {
    ASSERT_TRUE(lab.open(again, {.key = key, .participant = key}));
  }
  const auto full = lab.open(again, {.key = 999, .participant = 999});
  ASSERT_FALSE(full);
  EXPECT_THAT(full.error().message, ::testing::HasSubstr("64"));
  lab.talk(Millis{100}, {&a});
  EXPECT_TRUE(a.connected());
}

TEST(EngineHostile, a_session_that_never_connects_is_closed) {
  Lab lab;
  Client& a = lab.add({.id = 1});
  ASSERT_TRUE(lab.open(a, {.key = 1, .participant = 1}));
  lab.run_for(Seconds{35});
  ASSERT_EQ(lab.closed.size(), 1U);
  EXPECT_EQ(lab.closed[0].cause, CloseCause::kNeverConnected);
  EXPECT_EQ(lab.engine().sessions(), 0U);
}

TEST(EngineHostile, forged_and_replayed_packets_are_not_forwarded) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  lab.talk(Millis{300}, {&a});
  b.forget_received();
  const auto genuine = a.next_video(false);
  const rtc::NetAddress from = lab.address_of(a);
  const rtc::NetAddress stranger = rtc::testkit::address("203.0.113.9", 4'000);
  std::mt19937 random(1);
  for (int i = 0; i < 100'000; ++i) {
    auto forged = genuine;
    forged[2] = static_cast<std::uint8_t>(random());
    forged[12 + random() % (forged.size() - 12)] ^= static_cast<std::uint8_t>(1U + random() % 255U);
    lab.inject(i % 2 == 0 ? from : stranger, forged);
  }
  EXPECT_TRUE(b.received().empty());
  lab.inject(from, genuine);
  for (int i = 0; i < 1'000; ++i) lab.inject(from, genuine);
  lab.run_for(Millis{50});
  EXPECT_EQ(b.received().size(), 1U);
}

constexpr std::size_t kFingerprint = 8;  // the last attribute of a check

rtc::testkit::Packet check_of(const Client& client, std::string_view password) {
  const auto& n = client.negotiated();
  const std::string username = n.remote_ice.ufrag + ":" + n.local_ice.ufrag;
  rtc::StunBindingRequest request;
  request.transaction = {7, 7, 7};
  request.username = username;
  request.password = password;
  request.priority = 0xFFFFFFFF;
  request.use_candidate = true;
  rtc::testkit::Packet out(rtc::kStunMaxBuilt);
  out.resize(rtc::build_binding_request(request, out).size());
  return out;
}

TEST(EngineHostile, media_goes_only_to_addresses_that_an_authenticated_check_came_from) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  const rtc::NetAddress stranger = rtc::testkit::address("203.0.113.9", 4'000);
  std::size_t to_stranger = 0;
  std::size_t to_b = 0;
  lab.on_sent = [&](const rtc::NetAddress& to) {
    to_stranger += to == stranger ? 1 : 0;
    to_b += to == lab.address_of(b) ? 1 : 0;
  };
  // Both names are right, as one who listens on the way knows them; the password is not.
  const auto genuine = check_of(b, b.negotiated().remote_ice.pwd);
  std::mt19937 random(5);
  for (int i = 0; i < 5'000; ++i) {
    auto forged = i % 2 == 0 ? check_of(b, "guess" + std::to_string(i)) : genuine;
    // Of what follows MESSAGE-INTEGRITY only a wrong FINGERPRINT counts (RFC 8489, section 14.5).
    if (i % 2 != 0) forged[random() % (forged.size() - kFingerprint)] ^= static_cast<std::uint8_t>(1U << random() % 8U);
    lab.inject(stranger, forged);
    if (i % 100 == 0) lab.inject(stranger, b.next_video(true));  // authentic, but from where nobody was checked
  }
  a.forget_received();
  lab.talk(Millis{300}, {&a});
  EXPECT_EQ(to_stranger, 0U) << "neither an answer nor media";
  EXPECT_GT(to_b, 10U);
  EXPECT_TRUE(a.received().empty());

  // The one check that is authentic moves the call: so does a phone that changes its network.
  lab.inject(stranger, genuine);
  EXPECT_EQ(to_stranger, 1U) << "its answer";
  to_b = 0;
  lab.run_for(Millis{100});
  lab.talk(Millis{300}, {&a});
  EXPECT_GT(to_stranger, 10U);
}

TEST(EngineHostile, nothing_is_sent_30_s_after_the_last_authenticated_check) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& gone = lab.join({.id = 2});
  lab.talk(Seconds{1}, {&a, &gone});
  lab.cut(gone, true);
  const Instant cut = lab.now;
  Instant last{};
  lab.on_sent = [&](const rtc::NetAddress& to) {
    if (to == lab.address_of(gone)) last = lab.now;
  };
  lab.talk(Seconds{45}, {&a});
  EXPECT_LE(last - cut, Seconds{30});
  EXPECT_GE(last - cut, Seconds{20}) << "consent is asked for every few seconds";
}

TEST(EngineHostile, malformed_packets_sprayed_at_a_live_call_do_no_harm) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  std::mt19937 random(8);
  for (int round = 0; round < 50; ++round) {
    lab.talk(Millis{40}, {&a, &b});
    for (int i = 0; i < 200; ++i) {
      std::vector<std::uint8_t> junk(1 + random() % 1'500);
      for (auto& byte : junk) byte = static_cast<std::uint8_t>(random());
      constexpr std::array<std::uint8_t, 6> kFirst{0x00, 0x16, 0x17, 0x80, 0x90, 0xFF};
      junk[0] = kFirst[random() % kFirst.size()];
      lab.inject(i % 2 == 0 ? lab.address_of(a) : rtc::testkit::address("203.0.113.9", 4'000), junk);
    }
  }
  a.forget_received();
  lab.talk(Millis{500}, {&a, &b});
  EXPECT_GE(a.received("a").size(), 20U);
  EXPECT_TRUE(lab.closed.empty());
}

TEST(EngineHostile, hostile_media_of_an_authenticated_peer_does_no_harm) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  std::mt19937 random(21);
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::uint8_t> plain(12 + random() % 300);
    for (auto& byte : plain) byte = static_cast<std::uint8_t>(random());
    if (random() % 4 == 0) {  // RTCP of every kind, lengths right more often than not
      plain[0] = static_cast<std::uint8_t>(0x80U | (random() & 0x1FU));
      plain[1] = static_cast<std::uint8_t>(200 + random() % 8);
      plain.resize(plain.size() / 4 * 4);
      if (random() % 4 != 0) store_be16(&plain[2], static_cast<std::uint16_t>(plain.size() / 4 - 1));
      if (random() % 2 == 0) store_be32(&plain[8], a.slot_ssrc(random() % 2));
      a.send_rtcp(plain);
      continue;
    }
    plain[0] = static_cast<std::uint8_t>(0x80U | (random() & 0x3FU));
    const auto& codecs = a.negotiated().media[random() % 2].codecs;
    const auto& codec = codecs[random() % codecs.size()];
    plain[1] = random() % 3 == 0 ? codec.rtx_payload_type.value_or(codec.payload_type) : codec.payload_type;
    constexpr std::array<std::uint32_t, 4> kSsrcs{101, 110, 150, 0};
    const std::uint32_t ssrc = kSsrcs[random() % kSsrcs.size()];
    store_be32(&plain[8], ssrc == 0 ? 0x5000U + random() % 50 : ssrc);
    a.send_rtp(plain);
    if (i % 20 == 0) lab.run_for(Millis{5});
  }
  lab.run_for(Millis{200});
  // The other direction never noticed.
  a.forget_received();
  lab.talk(Millis{500}, {&b});
  EXPECT_GE(a.received("a").size(), 20U);
  EXPECT_TRUE(b.connected());
}

TEST(EngineHostile, survives_random_joins_leaves_and_renegotiations_under_media) {
  Lab lab;
  std::mt19937 random(31);
  std::vector<Client*> in(8, nullptr);
  std::vector<SessionKey> key(8, 0);
  SessionKey next_key = 100;
  for (int step = 0; step < 150; ++step) {
    const std::size_t i = random() % in.size();
    if (in[i] == nullptr) {
      key[i] = next_key++;
      ClientConfig config{.id = static_cast<std::uint32_t>(i + 1),
                          .extra_video_slots = static_cast<unsigned>(random() % 3)};
      if (random() % 3 == 0) config.rids = {"l", "h"};
      in[i] = &lab.join(config, 1 + i % 2, {.key = key[i], .participant = i + 1});
    } else if (random() % 3 == 0) {
      lab.engine().set_views(key[i], {{{"v", static_cast<std::uint16_t>(random() % 3 * 200)}}}, lab.now);
    } else if (random() % 3 == 0) {
      static_cast<void>(lab.engine().renegotiate(key[i], in[i]->offer(), lab.now));
    } else {
      lab.engine().close_session(key[i], lab.now);
      in[i] = nullptr;
    }
    for (Client* c : in) {
      if (c == nullptr) continue;
      c->send_audio();
      c->send_video(random() % 5 == 0, 0);
      if (!c->config().rids.empty()) c->send_video(random() % 5 == 0, 1);
    }
    lab.run_for(Millis{10});
  }
  lab.engine().close_all(lab.now);
  EXPECT_EQ(lab.engine().sessions(), 0U);
  EXPECT_EQ(lab.engine().rooms(), 0U);
}

}  // namespace
}  // namespace visavis::sfu
