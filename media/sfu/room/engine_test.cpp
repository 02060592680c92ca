// SPDX-License-Identifier: Apache-2.0
// Whole calls through the engine: real SDP, ICE, DTLS and SRTP between clients in fake time.
#include "media/sfu/room/engine.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <set>

#include "media/rtc/wire/rtcp_builder.hpp"
#include "media/sfu/testkit/lab.hpp"

namespace visavis::sfu {
namespace {

using testkit::Client;
using testkit::ClientConfig;
using testkit::Lab;
using testkit::Received;

void expect_continuous(const std::vector<Received>& packets) {
  for (std::size_t i = 1; i < packets.size(); ++i) {
    ASSERT_EQ(packets[i].header.sequence, static_cast<std::uint16_t>(packets[i - 1].header.sequence + 1)) << "at " << i;
    ASSERT_TRUE(rtc::is_newer(packets[i].header.timestamp, packets[i - 1].header.timestamp)) << "at " << i;
  }
}

TEST(Engine, carries_sound_and_pictures_both_ways) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  lab.talk(Seconds{2}, {&a, &b});
  for (Client* client : {&a, &b}) {
    const auto sound = client->received("a");
    const auto pictures = client->received("v");
    EXPECT_GE(sound.size(), 95U);
    EXPECT_GE(pictures.size(), 45U);
    expect_continuous(sound);
    expect_continuous(pictures);
    ASSERT_FALSE(pictures.empty());
    EXPECT_TRUE(pictures.front().key_frame);
    const std::uint32_t other = client == &a ? 2 : 1;
    for (const Received& r : client->received()) ASSERT_EQ(r.stamp.from, other);
  }
}

TEST(Engine, tells_which_slot_shows_whom) {
  Lab lab;
  lab.join({.id = 1, .extra_video_slots = 1});
  EXPECT_TRUE(lab.slots.empty());
  lab.join({.id = 2});
  ASSERT_EQ(lab.slots.size(), 4U);
  EXPECT_TRUE(std::ranges::any_of(lab.slots, [](const auto& s) { return s.session == 1 && s.mid == "v" && s.participant == 2; }));
  lab.slots.clear();
  lab.engine().close_session(2, lab.now);
  ASSERT_EQ(lab.slots.size(), 2U);
  EXPECT_EQ(lab.slots[0].participant, 0U);
}

TEST(Engine, fills_slots_in_joining_order_and_keeps_them) {
  Lab lab;
  lab.join({.id = 1, .extra_video_slots = 1});
  lab.join({.id = 2});
  lab.join({.id = 3});
  const auto shown = [&](const std::string& mid) {
    testkit::SlotEvent last;
    for (const auto& s : lab.slots) {
      if (s.session == 1 && s.mid == mid) last = s;
    }
    return last.participant;
  };
  EXPECT_EQ(shown("v"), 2U);
  EXPECT_EQ(shown("x0"), 3U);
  lab.engine().close_session(2, lab.now);
  EXPECT_EQ(shown("v"), 0U);
  EXPECT_EQ(shown("x0"), 3U) << "nobody jumps to another place";
  lab.join({.id = 4});
  EXPECT_EQ(shown("v"), 4U);
}

TEST(Engine, shows_a_moving_picture_rather_than_a_still_one_when_slots_are_scarce) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  lab.join({.id = 2});
  Client& c = lab.join({.id = 3});
  lab.talk(Millis{500}, {&c});
  EXPECT_FALSE(a.received("v").empty());
  EXPECT_EQ(a.received("v").front().stamp.from, 3U);
}

TEST(Engine, a_subscriber_may_hear_one_participant_only) {
  Lab lab;
  Client& a = lab.join({.id = 1, .audio = rtc::Direction::kRecvOnly, .video = rtc::Direction::kRecvOnly}, 1,
                       {.role = SessionRole::kSubscribeOnly, .only_from = 3});
  Client& b = lab.join({.id = 2});
  Client& c = lab.join({.id = 3});
  lab.talk(Millis{500}, {&b, &c});
  ASSERT_FALSE(a.received().empty());
  for (const Received& r : a.received()) ASSERT_EQ(r.stamp.from, 3U);
}

TEST(Engine, a_person_does_not_hear_their_own_other_connection) {
  Lab lab;
  Client& phone = lab.join({.id = 1}, 1, {.key = 1, .participant = 9});
  Client& laptop = lab.join({.id = 2}, 1, {.key = 2, .participant = 9});
  lab.talk(Millis{300}, {&phone, &laptop});
  EXPECT_TRUE(phone.received().empty());
  EXPECT_TRUE(laptop.received().empty());
}

TEST(Engine, hold_stops_media_and_its_end_begins_with_a_key_frame) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  lab.talk(Millis{500}, {&a, &b});
  lab.engine().set_forwarding(1, 1, 2, false, false, lab.now);
  lab.run_for(Millis{100});
  b.forget_received();
  lab.talk(Millis{500}, {&a, &b});
  EXPECT_TRUE(b.received().empty());
  EXPECT_FALSE(a.received("a").empty()) << "one direction only";
  lab.engine().set_forwarding(1, 1, 2, true, true, lab.now);
  lab.talk(Millis{1'000}, {&a, &b});
  ASSERT_FALSE(b.received("v").empty());
  EXPECT_TRUE(b.received("v").front().key_frame);
  expect_continuous(b.received("v"));
  expect_continuous(b.received("a"));
}

TEST(Engine, asks_the_publisher_for_a_key_frame_when_somebody_joins) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  lab.talk(Millis{500}, {&a});
  ASSERT_EQ(a.plis(), 0U);
  Client& b = lab.join({.id = 2});
  lab.talk(Millis{400}, {&a});
  EXPECT_GE(a.plis(), 1U);
  EXPECT_LE(a.plis(), 2U);
  ASSERT_FALSE(b.received("v").empty());
  EXPECT_TRUE(b.received("v").front().key_frame);
}

TEST(Engine, turns_key_frame_requests_of_many_into_one) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  std::vector<Client*> listeners;
  for (std::uint32_t id = 2; id < 8; ++id) listeners.push_back(&lab.join({.id = id}));
  lab.talk(Seconds{1}, {&a});
  const std::size_t before = a.plis();
  for (int i = 0; i < 5; ++i) {
    for (Client* l : listeners) l->send_pli(l->slot_ssrc(1));
    lab.run_for(Millis{20});
  }
  lab.run_for(Millis{50});
  EXPECT_EQ(a.plis() - before, 1U);
}

TEST(Engine, repairs_loss_between_publisher_and_server) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  lab.talk(Millis{300}, {&a});
  for (int i = 0; i < 6; ++i) {
    i == 1 ? a.lose_video(false) : a.send_video(false);
    lab.run_for(Millis{5});
  }
  lab.run_for(Millis{40});
  ASSERT_EQ(a.nacked().size(), 1U);
  const auto before = b.received("v").size();
  a.resend(a.nacked().front());
  lab.run_for(Millis{40});
  const auto pictures = b.received("v");
  ASSERT_EQ(pictures.size(), before + 1);
  // It fills exactly the hole that the others left.
  std::set<std::uint16_t> numbers;
  for (const Received& r : pictures) numbers.insert(r.header.sequence);
  EXPECT_EQ(numbers.size(), pictures.size());
  std::set<std::uint32_t> counts;
  for (const Received& r : pictures) counts.insert(r.stamp.count);
  EXPECT_EQ(*counts.rbegin() - *counts.begin() + 1, counts.size());
  EXPECT_EQ(lab.engine().counters().nacks_sent, 1U);
}

TEST(Engine, repairs_loss_between_server_and_subscriber_from_its_cache) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  lab.talk(Millis{500}, {&a});
  const auto pictures = b.received("v");
  ASSERT_GE(pictures.size(), 10U);
  const Received wanted = pictures[pictures.size() - 2];
  b.forget_received();
  b.send_nack(b.slot_ssrc(1), {wanted.header.sequence});
  b.send_nack(b.slot_ssrc(1), {wanted.header.sequence});  // within a round trip: answered once
  lab.run_for(Millis{60});
  ASSERT_EQ(b.received().size(), 1U);
  const Received& again = b.received().front();
  EXPECT_TRUE(again.rtx);
  EXPECT_EQ(again.header.sequence, wanted.header.sequence);
  EXPECT_EQ(again.header.timestamp, wanted.header.timestamp);
  EXPECT_EQ(again.stamp.count, wanted.stamp.count);
  EXPECT_EQ(lab.engine().counters().retransmissions, 1U);
}

TEST(Engine, a_flood_of_nacks_is_not_amplified) {
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

TEST(Engine, keeps_a_picture_going_through_heavy_loss) {
  Lab lab({.loss = 0.0, .delay = Millis{10}});
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  lab.set_link({.loss = 0.2, .delay = Millis{10}});
  std::size_t answered = 0;
  std::set<std::uint16_t> asked_b;
  std::set<std::uint32_t> seen;
  std::size_t plis = 0;
  for (int i = 0; i < 300; ++i) {
    a.send_video(i == 0 || a.plis() != plis);
    plis = a.plis();
    lab.run_for(Millis{20});
    for (const std::size_t end = a.nacked().size(); answered < end; ++answered) a.resend(a.nacked()[answered]);
    const auto got = b.received("v");
    std::set<std::uint16_t> have;
    for (const Received& r : got) {
      have.insert(r.header.sequence);
      seen.insert(r.stamp.count);
    }
    if (got.empty()) continue;
    std::vector<std::uint16_t> lost;
    const std::uint16_t newest = *std::max_element(have.begin(), have.end(), [](auto x, auto y) { return rtc::is_newer(y, x); });
    for (std::uint16_t k = 1; k < 30; ++k) {
      const auto seq = static_cast<std::uint16_t>(newest - 30 + k);
      if (!have.contains(seq) && rtc::is_newer(seq, got.front().header.sequence)) lost.push_back(seq);
    }
    if (!lost.empty()) b.send_nack(b.slot_ssrc(1), lost);
  }
  lab.run_for(Seconds{1});
  EXPECT_GE(seen.size(), 285U) << "of 300 sent over two links that each lose a fifth";
}

TEST(Engine, undoes_nothing_but_real_retransmissions) {
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

TEST(Engine, brings_up_the_next_simulcast_layer_on_its_key_frame_without_a_break) {
  Lab lab;
  Client& a = lab.join({.id = 1, .rids = {"l", "m", "h"}});
  Client& b = lab.join({.id = 2});
  for (int i = 0; i < 30; ++i) {  // only the lowest at first
    a.send_video(i == 0, 0);
    lab.run_for(Millis{33});
  }
  EXPECT_EQ(b.received("v").back().stamp.layer, 0);
  for (int i = 0; i < 30; ++i) {
    a.send_video(false, 0);
    a.send_video(i == 3, 1);
    a.send_video(i == 6, 2);
    lab.run_for(Millis{33});
  }
  const auto pictures = b.received("v");
  EXPECT_EQ(pictures.back().stamp.layer, 2);
  expect_continuous(pictures);
  for (std::size_t i = 1; i < pictures.size(); ++i) {
    ASSERT_EQ(pictures[i].picture_id, (pictures[i - 1].picture_id + 1) & 0x7FFF) << i;
    ASSERT_EQ(pictures[i].tl0, static_cast<std::uint8_t>(pictures[i - 1].tl0 + 1)) << i;
    if (pictures[i].stamp.layer != pictures[i - 1].stamp.layer) {
      ASSERT_TRUE(pictures[i].key_frame);
    }
  }
}

TEST(Engine, falls_back_to_a_lower_layer_when_the_higher_dies) {
  Lab lab;
  Client& a = lab.join({.id = 1, .rids = {"l", "h"}});
  Client& b = lab.join({.id = 2});
  for (int i = 0; i < 30; ++i) {
    a.send_video(i == 0, 0);
    a.send_video(i == 0, 1);
    lab.run_for(Millis{33});
  }
  ASSERT_EQ(b.received("v").back().stamp.layer, 1);
  std::size_t plis = a.plis();
  bool fell = false;
  for (int i = 0; i < 60 && !fell; ++i) {
    a.send_video(a.plis() != plis, 0);
    plis = a.plis();
    lab.run_for(Millis{33});
    fell = b.received("v").back().stamp.layer == 0;
  }
  EXPECT_TRUE(fell);
  expect_continuous(b.received("v"));
}

TEST(Engine, answers_a_nack_across_a_switch_of_layers_as_it_was_sent) {
  Lab lab;
  Client& a = lab.join({.id = 1, .rids = {"l", "h"}});
  Client& b = lab.join({.id = 2});
  for (int i = 0; i < 8; ++i) {
    a.send_video(i == 0, 0);
    if (i >= 4) a.send_video(i == 4, 1);
    lab.run_for(Millis{20});
  }
  const auto pictures = b.received("v");
  ASSERT_EQ(pictures.front().stamp.layer, 0);
  ASSERT_EQ(pictures.back().stamp.layer, 1);
  b.forget_received();
  for (const Received& r : pictures) {
    b.send_nack(b.slot_ssrc(1), {r.header.sequence});
    lab.run_for(Millis{5});
  }
  lab.run_for(Millis{50});
  ASSERT_EQ(b.received().size(), pictures.size());
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const Received& again = b.received()[i];
    EXPECT_EQ(again.header.sequence, pictures[i].header.sequence);
    EXPECT_EQ(again.header.timestamp, pictures[i].header.timestamp);
    EXPECT_EQ(again.picture_id, pictures[i].picture_id);
    EXPECT_EQ(again.tl0, pictures[i].tl0);
    EXPECT_EQ(again.stamp.count, pictures[i].stamp.count);
    EXPECT_EQ(again.stamp.layer, pictures[i].stamp.layer);
  }
}

TEST(Engine, a_limit_keeps_a_slot_on_a_lower_layer) {
  Lab lab;
  Client& a = lab.join({.id = 1, .rids = {"l", "h"}});
  Client& b = lab.join({.id = 2});
  lab.engine().set_max_layer(2, "v", 0, lab.now);
  for (int i = 0; i < 30; ++i) {
    a.send_video(i % 10 == 0, 0);
    a.send_video(i % 10 == 0, 1);
    lab.run_for(Millis{33});
  }
  ASSERT_FALSE(b.received("v").empty());
  for (const Received& r : b.received("v")) ASSERT_EQ(r.stamp.layer, 0);
}

std::vector<rtc::NegotiatedCodec> only(rtc::CodecKind kind) {
  auto codecs = rtc::usual_codecs(rtc::MediaKind::kVideo);
  std::erase_if(codecs, [kind](const auto& c) { return c.kind != kind; });
  return codecs;
}

TEST(Engine, asks_for_another_codec_when_a_joiner_cannot_decode) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2, .video_codecs = only(rtc::CodecKind::kH264)});
  lab.talk(Millis{300}, {&a});
  ASSERT_FALSE(lab.codecs.empty());
  EXPECT_EQ(lab.codecs.front().session, 1U);
  EXPECT_EQ(lab.codecs.front().codec, "H264");
  EXPECT_EQ(lab.codecs.size(), 1U) << "once, not per packet";
  EXPECT_TRUE(b.received("v").empty());
  EXPECT_FALSE(b.received("a").empty()) << "sound goes on";
}

TEST(Engine, reports_to_publishers_and_lets_browsers_raise_their_rate) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  lab.talk(Seconds{3}, {&a, &b});
  EXPECT_GE(a.feedbacks(), 20U);
  EXPECT_LE(a.feedbacks(), 60U);
  ASSERT_FALSE(a.report_blocks().empty());
  EXPECT_EQ(a.report_blocks().back().fraction_lost, 0);
}

TEST(Engine, sender_reports_keep_sound_and_picture_together) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  lab.talk(Millis{500}, {&a});
  ASSERT_TRUE(b.sender_reports().empty()) << "nothing to say before the publisher reports";
  a.send_sender_report(true, lab.now);
  a.send_sender_report(false, lab.now);
  lab.run_for(Seconds{2});
  const auto reports = b.sender_reports();
  ASSERT_GE(reports.size(), 2U);
  for (std::size_t i = 1; i < reports.size(); ++i) {
    EXPECT_GE(rtc::NtpTime{reports[i].ntp}.since(rtc::NtpTime{reports[0].ntp}), Micros::zero());
  }
}

TEST(Engine, learns_round_trips_from_receiver_reports) {
  Lab lab({.delay = Millis{40}});
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  lab.talk(Millis{300}, {&a});
  a.send_sender_report(true, lab.now);
  lab.run_for(Millis{200});
  ASSERT_FALSE(b.sender_reports().empty());
  const rtc::NtpTime sent{b.sender_reports().back().ntp};
  std::array<std::uint8_t, 100> space;
  rtc::RtcpBuilder builder{space};
  const rtc::ReportBlock block{.ssrc = b.slot_ssrc(1), .fraction_lost = 64, .cumulative_lost = 5, .last_sr = sent.middle(),
                               .delay_since_last_sr = 0};
  const Micros held = lab.now - Instant{Micros{0}} - rtc::NtpTime{sent}.since(rtc::NtpTime::from(Instant{Micros{0}}));
  builder.receiver_report(1, {&block, 1});
  b.send_rtcp(builder.bytes());
  lab.stats.clear();
  lab.run_for(Seconds{2});
  bool found = false;
  for (const auto& s : lab.stats) {
    if (s.session != 2 || s.round_trip == Micros::zero()) continue;
    found = true;
    EXPECT_NEAR(static_cast<double>(s.round_trip.count()), static_cast<double>((held + Millis{40}).count()), 2'000);
    for (const auto& t : s.tracks) {
      if (t.outgoing && t.mid == "v") {
        EXPECT_EQ(t.lost, 5U);
        EXPECT_FLOAT_EQ(t.loss_fraction, 0.25F);
      }
    }
  }
  EXPECT_TRUE(found);
}

TEST(Engine, tells_when_a_track_begins_and_falls_silent) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  lab.talk(Millis{300}, {&a});
  ASSERT_EQ(lab.flows.size(), 2U);
  EXPECT_TRUE(lab.flows[0].flowing);
  lab.run_for(Seconds{1});
  EXPECT_EQ(lab.flows.size(), 2U);
  lab.run_for(Seconds{2});
  ASSERT_EQ(lab.flows.size(), 4U);
  EXPECT_FALSE(lab.flows[3].flowing);
  lab.talk(Millis{100}, {&a});
  EXPECT_TRUE(lab.flows.back().flowing);
}

TEST(Engine, a_silent_camera_is_not_asked_for_key_frames_for_ever) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  lab.talk(Millis{500}, {&a});
  const std::size_t before = a.plis();
  for (int i = 0; i < 30; ++i) {
    b.send_pli(b.slot_ssrc(1));
    lab.run_for(Seconds{1});
  }
  EXPECT_LE(a.plis() - before, 60U);
  const std::size_t then = a.plis();
  lab.run_for(Seconds{10});
  EXPECT_LE(a.plis() - then, 1U);
}

TEST(Engine, a_session_that_vanishes_is_told_unreachable_then_closed) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  lab.join({.id = 2});
  lab.cut(a, true);
  ASSERT_TRUE(lab.run_until([&] { return !lab.reachable.empty() && lab.reachable.back() == std::pair<SessionKey, bool>{1, false}; },
                            Seconds{12}));
  ASSERT_TRUE(lab.run_until([&] { return !lab.closed.empty(); }, Seconds{40}));
  EXPECT_EQ(lab.closed.front().session, 1U);
  EXPECT_EQ(lab.closed.front().cause, CloseCause::kConsentLost);
  EXPECT_EQ(lab.engine().sessions(), 1U);
}

TEST(Engine, closing_a_room_ends_everybody_in_it_and_nobody_else) {
  Lab lab;
  Client& a = lab.join({.id = 1}, 1);
  lab.join({.id = 2}, 1);
  Client& c = lab.join({.id = 3}, 2);
  lab.engine().close_room(1, lab.now);
  lab.run_for(Millis{100});
  EXPECT_EQ(lab.closed.size(), 2U);
  EXPECT_EQ(a.peer().closed, rtc::TransportClosed::kByPeer);
  EXPECT_FALSE(c.peer().closed);
  EXPECT_EQ(lab.engine().rooms(), 1U);
  EXPECT_EQ(lab.engine().sessions(), 1U);
}

TEST(Engine, refuses_bad_offers_and_full_rooms_and_goes_on) {
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

TEST(Engine, a_session_that_never_connects_is_closed) {
  Lab lab;
  Client& a = lab.add({.id = 1});
  ASSERT_TRUE(lab.open(a, {.key = 1, .participant = 1}));
  lab.run_for(Seconds{35});
  ASSERT_EQ(lab.closed.size(), 1U);
  EXPECT_EQ(lab.closed[0].cause, CloseCause::kNeverConnected);
  EXPECT_EQ(lab.engine().sessions(), 0U);
}

TEST(Engine, forged_and_replayed_packets_are_not_forwarded) {
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

TEST(Engine, malformed_packets_sprayed_at_a_live_call_do_no_harm) {
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

TEST(Engine, hostile_media_of_an_authenticated_peer_does_no_harm) {
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

TEST(Engine, an_ice_restart_keeps_the_media_going) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  lab.talk(Millis{300}, {&a, &b});
  const auto fragment = lab.engine().trickle(1, "a=ice-ufrag:newU\r\na=ice-pwd:newpasswordnewpasswordnew\r\n", lab.now);
  ASSERT_TRUE(fragment) << fragment.error().message;
  EXPECT_THAT(*fragment, ::testing::HasSubstr("ice-ufrag"));
  EXPECT_EQ(lab.engine().trickle(1, "a=candidate:1 1 udp 1 192.0.2.9 9 typ host\r\n", lab.now).value_or("?"), "");
  b.forget_received();
  lab.talk(Millis{300}, {&a, &b});
  EXPECT_FALSE(b.received("v").empty());
}

TEST(Engine, renegotiation_keeps_slots_and_streams) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  lab.talk(Millis{300}, {&a, &b});
  const auto answer = lab.engine().renegotiate(1, a.offer(), lab.now);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_FALSE(lab.engine().renegotiate(1, "v=0", lab.now)) << "refused without harm";
  a.forget_received();
  b.forget_received();
  lab.talk(Millis{500}, {&a, &b});
  expect_continuous(a.received("v"));
  EXPECT_GE(a.received("v").size(), 10U);
  EXPECT_GE(b.received("v").size(), 10U);
}

TEST(Engine, a_slot_taken_up_again_goes_on_with_its_numbers) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  lab.talk(Millis{300}, {&b});
  const std::uint16_t last = a.received("v").back().header.sequence;
  for (const auto direction : {rtc::Direction::kSendOnly, rtc::Direction::kSendRecv}) {
    a.set_direction(1, direction);
    ASSERT_TRUE(lab.engine().renegotiate(1, a.offer(), lab.now));
    a.forget_received();
    lab.talk(Millis{300}, {&b});
    if (direction == rtc::Direction::kSendOnly) {
      EXPECT_TRUE(a.received("v").empty());
    }
  }
  ASSERT_FALSE(a.received("v").empty());
  EXPECT_EQ(a.received("v").front().header.sequence, static_cast<std::uint16_t>(last + 1));
  expect_continuous(a.received("v"));
}

TEST(Engine, taps_obey_the_consent_mask_and_forget_it_at_once) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  Tap tap(1, 10'000);
  lab.engine().room(1)->add_tap(1, tap);
  lab.talk(Millis{200}, {&a, &b});
  TappedPacket packet;
  EXPECT_FALSE(tap.take(packet)) << "denied by default";
  lab.engine().set_consents(1, 1, 1);
  lab.talk(Millis{200}, {&a, &b});
  int taken = 0;
  while (tap.take(packet)) {
    ++taken;
    const auto view = rtc::RtpView::parse(packet.bytes());
    ASSERT_TRUE(view);
    EXPECT_LT(view->header.ssrc, 200U) << "only the tapped participant's";
  }
  EXPECT_GT(taken, 10);
  lab.engine().set_consents(1, 1, 0);
  lab.talk(Millis{200}, {&a, &b});
  EXPECT_FALSE(tap.take(packet));
  lab.engine().room(1)->remove_tap(tap);
}

TEST(Engine, survives_random_joins_leaves_and_renegotiations_under_media) {
  Lab lab;
  std::mt19937 random(31);
  std::vector<Client*> in(8, nullptr);
  std::vector<SessionKey> key(8, 0);
  SessionKey next_key = 100;
  for (int step = 0; step < 150; ++step) {
    const std::size_t i = random() % in.size();
    if (in[i] == nullptr) {
      key[i] = next_key++;
      ClientConfig config{.id = static_cast<std::uint32_t>(i + 1), .extra_video_slots = static_cast<unsigned>(random() % 3)};
      if (random() % 3 == 0) config.rids = {"l", "h"};
      in[i] = &lab.join(config, 1 + i % 2, {.key = key[i], .participant = i + 1});
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
