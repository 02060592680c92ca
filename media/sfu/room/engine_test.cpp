// SPDX-License-Identifier: Apache-2.0
// Whole calls through the engine, with real SDP, ICE, DTLS and SRTP in fake time: who gets whom.
#include "media/sfu/room/engine.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "media/sfu/testkit/lab.hpp"

namespace visavis::sfu {
namespace {

using testkit::Client;
using testkit::expect_continuous;
using testkit::Lab;
using testkit::Received;

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
  EXPECT_TRUE(std::ranges::any_of(lab.slots,
                                  [](const auto& s) { return s.session == 1 && s.mid == "v" && s.participant == 2; }));
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

/// The same offer with other words in it.
std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

TEST(Engine, an_m_line_that_is_taken_over_again_and_again_is_served_each_time) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  std::string offer = b.offer();
  for (int i = 0; i < 600; ++i) {  // more streams than one key may have
    const std::string stopped = replaced(offer, "m=video 9", "m=video 0");
    const auto nothing = lab.engine().renegotiate(2, stopped, lab.now);
    ASSERT_TRUE(nothing) << nothing.error().message;
    const std::string mid = "v" + std::to_string(i);
    offer = replaced(replaced(b.offer(), "a=mid:v", "a=mid:" + mid), "BUNDLE a v", "BUNDLE a " + mid);
    const auto answer = lab.engine().renegotiate(2, offer, lab.now);
    ASSERT_TRUE(answer) << answer.error().message;
    const auto before = lab.engine().counters().packets_out;
    a.send_video(true);
    lab.run_for(Millis{20});
    ASSERT_EQ(lab.engine().counters().packets_out, before + 1) << "round " << i;
  }
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

}  // namespace
}  // namespace visavis::sfu
