// SPDX-License-Identifier: Apache-2.0
// Whole calls through the engine: loss, layers, key frames and reports.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "media/rtc/wire/rtcp_builder.hpp"
#include "media/sfu/room/engine.hpp"
#include "media/sfu/testkit/lab.hpp"

namespace visavis::sfu {
namespace {

using testkit::Client;
using testkit::expect_continuous;
using testkit::Lab;
using testkit::Received;

TEST(EngineMedia, asks_the_publisher_for_a_key_frame_when_somebody_joins) {
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

TEST(EngineMedia, spends_no_key_frame_on_a_subscriber_who_is_not_connected_yet) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& late = lab.add({.id = 2});
  lab.talk(Millis{300}, {&a});
  const auto answer = lab.open(late, {.key = 2, .participant = 2});
  ASSERT_TRUE(answer);
  lab.talk(Millis{600}, {&a});
  EXPECT_EQ(a.plis(), 0U);
  late.accept(*answer, lab.now, {0, rtc::PathProtocol::kUdp, rtc::testkit::address("192.0.2.1", 7'000)});
  lab.talk(Millis{600}, {&a});
  EXPECT_EQ(a.plis(), 1U);
  ASSERT_FALSE(late.received("v").empty());
  EXPECT_TRUE(late.received("v").front().key_frame);
}

TEST(EngineMedia, a_picture_begins_anew_by_itself_after_an_outage) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  lab.talk(Seconds{1}, {&a, &b});
  lab.cut(b, true);
  lab.talk(Seconds{10}, {&a});
  lab.cut(b, false);
  b.forget_received();
  const std::size_t before = a.plis();
  lab.talk(Seconds{3}, {&a, &b});
  EXPECT_GT(a.plis(), before);
  EXPECT_TRUE(std::ranges::any_of(b.received("v"), [](const Received& r) { return r.key_frame; }));
}

TEST(EngineMedia, turns_key_frame_requests_of_many_into_one) {
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

TEST(EngineMedia, repairs_loss_between_publisher_and_server) {
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

TEST(EngineMedia, repairs_loss_between_server_and_subscriber_from_its_cache) {
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

TEST(EngineMedia, keeps_a_picture_going_through_heavy_loss) {
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
    const std::uint16_t newest =
        *std::max_element(have.begin(), have.end(), [](auto x, auto y) { return rtc::is_newer(y, x); });
    for (std::uint16_t k = 1; k < 30; ++k) {
      const auto seq = static_cast<std::uint16_t>(newest - 30 + k);
      if (!have.contains(seq) && rtc::is_newer(seq, got.front().header.sequence)) lost.push_back(seq);
    }
    if (!lost.empty()) b.send_nack(b.slot_ssrc(1), lost);
  }
  lab.run_for(Seconds{1});
  EXPECT_GE(seen.size(), 285U) << "of 300 sent over two links that each lose a fifth";
}

TEST(EngineMedia, a_publisher_who_comes_back_goes_on_with_the_numbers_of_before) {
  Lab lab;
  Client& watcher = lab.join({.id = 1});
  Client& before = lab.join({.id = 2});
  for (int i = 0; i < 40; ++i) {
    before.send_video(i == 0 || i == 30);
    before.send_audio();
    lab.run_for(Millis{33});
  }
  lab.engine().close_session(2, lab.now);
  Client& after = lab.join({.id = 3});  // the same person's page, reloaded: all its counters begin anew
  for (int i = 0; i < 10; ++i) {
    after.send_video(i == 0);
    after.send_audio();
    lab.run_for(Millis{33});
  }
  for (const char* mid : {"a", "v"}) {
    expect_continuous(watcher.received(mid));
    EXPECT_EQ(watcher.received(mid).size(), 50U);
    EXPECT_EQ(watcher.received(mid).back().stamp.from, 3U);
  }
  const auto pictures = watcher.received("v");
  for (std::size_t i = 1; i < pictures.size(); ++i) {
    ASSERT_EQ(pictures[i].frame_number, static_cast<std::uint16_t>(pictures[i - 1].frame_number + 1)) << i;
    ASSERT_EQ(pictures[i].picture_id, (pictures[i - 1].picture_id + 1) & 0x7FFF) << i;
    ASSERT_EQ(pictures[i].tl0, static_cast<std::uint8_t>(pictures[i - 1].tl0 + 1)) << i;
  }
}

TEST(EngineMedia, brings_up_the_next_simulcast_layer_on_its_key_frame_without_a_break) {
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

TEST(EngineMedia, falls_back_to_a_lower_layer_when_the_higher_dies) {
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

TEST(EngineMedia, answers_a_nack_across_a_switch_of_layers_as_it_was_sent) {
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
    EXPECT_EQ(again.frame_number, pictures[i].frame_number);
    EXPECT_EQ(again.stamp.count, pictures[i].stamp.count);
    EXPECT_EQ(again.stamp.layer, pictures[i].stamp.layer);
  }
}

TEST(EngineMedia, reports_to_publishers_and_lets_browsers_raise_their_rate) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  lab.talk(Seconds{3}, {&a, &b});
  EXPECT_GE(a.feedbacks(), 20U);
  EXPECT_LE(a.feedbacks(), 60U);
  ASSERT_FALSE(a.report_blocks().empty());
  EXPECT_EQ(a.report_blocks().back().fraction_lost, 0);
}

TEST(EngineMedia, sender_reports_keep_sound_and_picture_together) {
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

TEST(EngineMedia, learns_round_trips_from_receiver_reports) {
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
  const rtc::ReportBlock block{.ssrc = b.slot_ssrc(1),
                               .fraction_lost = 64,
                               .cumulative_lost = 5,
                               .last_sr = sent.middle(),
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

TEST(EngineMedia, tells_when_a_track_begins_and_falls_silent) {
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

TEST(EngineMedia, a_silent_camera_is_not_asked_for_key_frames_for_ever) {
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

}  // namespace
}  // namespace visavis::sfu
