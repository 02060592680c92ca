// SPDX-License-Identifier: Apache-2.0
// Subscribers who show pictures small, large or not at all.
#include <gmock/gmock.h>

#include <algorithm>

#include "media/sfu/room/engine.hpp"
#include "media/sfu/testkit/lab.hpp"

namespace visavis::sfu {
namespace {

using testkit::Client;
using testkit::ClientConfig;
using testkit::expect_continuous;
using testkit::Lab;
using testkit::Received;

/// `publisher` sends all its layers (of 90, 180 and 360 lines) as a browser does: a key frame first and when asked.
class Show {
 public:
  Show(Lab& lab, Client& publisher) : lab_(lab), publisher_(publisher) {}

  void pictures(int count) {
    const auto layers = static_cast<std::uint8_t>(std::max<std::size_t>(1, publisher_.config().rids.size()));
    for (int i = 0; i < count; ++i) {
      const bool key_frame = !begun_ || publisher_.plis() != plis_;
      plis_ = publisher_.plis();
      begun_ = true;
      for (std::uint8_t layer = 0; layer < layers; ++layer) publisher_.send_video(key_frame, layer);
      lab_.run_for(Millis{33});
    }
  }

 private:
  Lab& lab_;
  Client& publisher_;
  std::size_t plis_ = 0;
  bool begun_ = false;
};

void set_view(Lab& lab, SessionKey session, std::uint16_t lines, std::string_view mid = "v") {
  const View view{mid, lines};
  lab.engine().set_views(session, {&view, 1}, lab.now);
}

ClientConfig three_layers() { return {.id = 1, .rids = {"l", "m", "h"}}; }

TEST(EngineView, gives_each_subscriber_the_layer_that_suits_the_size_it_shows) {
  Lab lab;
  Client& a = lab.join(three_layers());
  Client& large = lab.join({.id = 2});
  Client& small = lab.join({.id = 3});
  Show show(lab, a);
  set_view(lab, 3, 100);
  show.pictures(30);
  EXPECT_EQ(large.received("v").back().stamp.layer, 2);
  EXPECT_EQ(small.received("v").back().stamp.layer, 0);
  set_view(lab, 3, 170);
  show.pictures(30);
  EXPECT_EQ(small.received("v").back().stamp.layer, 1);
  set_view(lab, 3, 1080);
  show.pictures(30);
  EXPECT_EQ(small.received("v").back().stamp.layer, 2) << "nothing larger is there";
  EXPECT_EQ(large.received("v").back().stamp.layer, 2);
  expect_continuous(small.received("v"));
  const auto& pictures = small.received("v");
  for (std::size_t i = 1; i < pictures.size(); ++i) {
    if (pictures[i].stamp.layer != pictures[i - 1].stamp.layer) {
      EXPECT_TRUE(pictures[i].key_frame) << i;
    }
  }
}

TEST(EngineView, asks_for_a_key_frame_when_a_picture_is_made_larger) {
  Lab lab;
  Client& a = lab.join(three_layers());
  Client& b = lab.join({.id = 2});
  Show show(lab, a);
  set_view(lab, 2, 90);
  show.pictures(40);
  ASSERT_EQ(b.received("v").back().stamp.layer, 0);
  const std::size_t before = a.plis();
  set_view(lab, 2, 360);
  lab.run_for(Millis{250});
  EXPECT_EQ(a.plis(), before + 1);
}

TEST(EngineView, without_a_lower_layer_a_small_view_still_gets_the_picture) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2});
  Show show(lab, a);
  set_view(lab, 2, 20);
  show.pictures(30);
  EXPECT_GE(b.received("v").size(), 25U);
}

TEST(EngineView, sends_nothing_of_what_is_not_shown_and_begins_again_with_a_key_frame) {
  Lab lab;
  Client& a = lab.join(three_layers());
  Client& b = lab.join({.id = 2});
  Client& other = lab.join({.id = 3});
  Show show(lab, a);
  show.pictures(30);
  const std::uint16_t last = b.received("v").back().header.sequence;
  const std::uint32_t last_time = b.received("v").back().header.timestamp;
  set_view(lab, 2, 0);
  lab.run_for(Millis{40});
  b.forget_received();
  other.forget_received();
  const std::size_t before = a.plis();
  b.send_pli(b.slot_ssrc(1));  // a receiver asks by itself when nothing comes
  a.send_sender_report(true, lab.now, 2);
  show.pictures(60);
  EXPECT_TRUE(b.received("v").empty());
  EXPECT_EQ(other.received("v").size(), 60U);
  EXPECT_EQ(a.plis(), before) << "no key frame for somebody who does not look";
  EXPECT_FALSE(b.sender_reports().empty());

  set_view(lab, 2, 360);
  show.pictures(15);
  const auto pictures = b.received("v");
  ASSERT_GE(pictures.size(), 5U) << "back within half a second";
  EXPECT_TRUE(pictures.front().key_frame);
  EXPECT_EQ(pictures.front().header.sequence, static_cast<std::uint16_t>(last + 1)) << "no loss to be reported";
  EXPECT_GT(pictures.front().header.timestamp - last_time, 90'000U) << "and time has passed";
  EXPECT_EQ(a.plis(), before + 1);
}

TEST(EngineView, somebody_else_in_the_same_place_is_shown_without_a_limit) {
  Lab lab;
  Client& b = lab.join({.id = 2});
  lab.join({.id = 1});
  set_view(lab, 2, 0);
  lab.engine().close_session(1, lab.now);
  Client& next = lab.join({.id = 3});
  lab.talk(Millis{500}, {&next});
  EXPECT_FALSE(b.received("v").empty());
}

TEST(EngineView, a_persons_new_connection_is_shown_as_their_old_one) {
  Lab lab;
  Client& b = lab.join({.id = 2});
  lab.join({.id = 1});
  set_view(lab, 2, 0);
  const std::size_t told = lab.slots.size();
  Client& again = lab.join({.id = 3}, 1, {.key = 3, .participant = 1});
  lab.talk(Millis{300}, {&again});
  b.forget_received();
  lab.engine().close_session(1, lab.now);
  lab.talk(Millis{500}, {&again});
  const bool forgotten = std::any_of(lab.slots.begin() + static_cast<std::ptrdiff_t>(told), lab.slots.end(),
                                     [](const auto& e) { return e.session == 2; });
  EXPECT_FALSE(forgotten);
  EXPECT_TRUE(b.received("v").empty()) << "nobody was told of a change, so nobody says anew what they show";
  set_view(lab, 2, 360);
  lab.talk(Millis{500}, {&again});
  EXPECT_FALSE(b.received("v").empty());
}

TEST(EngineView, a_view_that_flaps_costs_no_more_key_frames_than_requests_for_them) {
  Lab lab;
  Client& a = lab.join(three_layers());
  lab.join({.id = 2});
  Show show(lab, a);
  show.pictures(10);
  const std::size_t before = a.plis();
  const Instant began = lab.now;
  for (int i = 0; i < 300; ++i) {
    set_view(lab, 2, i % 2 == 0 ? 0 : 720);
    set_view(lab, 2, 100, "none of that name");
    set_view(lab, 77, 100);
    if (i % 3 == 0) show.pictures(1);
    lab.run_for(Millis{10});
  }
  const auto spacings = (lab.now - began) / rtc::KeyFrameRequester::kSpacing;
  EXPECT_LE(a.plis() - before, static_cast<std::size_t>(spacings) + 1);
}

}  // namespace
}  // namespace visavis::sfu
