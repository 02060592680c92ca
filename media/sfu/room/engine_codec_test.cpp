// SPDX-License-Identifier: Apache-2.0
// Whole calls in every codec, and people who do not decode the same.
#include <gmock/gmock.h>

#include <algorithm>

#include "media/sfu/room/engine.hpp"
#include "media/sfu/room/published_track.hpp"
#include "media/sfu/testkit/lab.hpp"

namespace visavis::sfu {
namespace {

using rtc::CodecKind;
using testkit::Client;
using testkit::expect_continuous;
using testkit::Lab;
using testkit::Received;

class EngineCodec : public ::testing::TestWithParam<CodecKind> {};

TEST_P(EngineCodec, passes_through_beginning_with_a_key_frame) {
  Lab lab;
  Client& a = lab.join({.id = 1, .video_codecs = testkit::all_video_codecs()});
  a.use_codec(GetParam());
  for (int i = 0; i < 30; ++i) {  // nobody is there yet
    a.send_video(i == 0);
    lab.run_for(Millis{33});
  }
  Client& b = lab.join({.id = 2, .video_codecs = testkit::all_video_codecs()});
  for (int i = 0; i < 10; ++i) {
    a.send_video(false);
    lab.run_for(Millis{33});
  }
  EXPECT_TRUE(b.received("v").empty()) << "nothing that cannot be decoded";
  EXPECT_EQ(a.plis(), 2U) << "asked for, and again after 300 ms";
  lab.talk(Seconds{1}, {&a});
  const auto pictures = b.received("v");
  ASSERT_GE(pictures.size(), 20U);
  EXPECT_TRUE(pictures.front().key_frame);
  expect_continuous(pictures);
  for (const Received& r : pictures) {
    ASSERT_EQ(r.codec, GetParam());
    ASSERT_EQ(r.stamp.from, 1U);
  }
}

TEST_P(EngineCodec, goes_on_when_the_publisher_comes_back) {
  Lab lab;
  Client& watcher = lab.join({.id = 1, .video_codecs = testkit::all_video_codecs()});
  const auto show = [&](std::uint32_t id, int pictures) {
    Client& publisher = lab.join({.id = id, .video_codecs = testkit::all_video_codecs()});
    publisher.use_codec(GetParam());
    for (int i = 0; i < pictures; ++i) {
      publisher.send_video(i == 0);
      lab.run_for(Millis{33});
    }
  };
  show(2, 25);
  lab.engine().close_session(2, lab.now);
  show(3, 10);
  const auto pictures = watcher.received("v");
  ASSERT_EQ(pictures.size(), 35U);
  EXPECT_EQ(pictures.back().stamp.from, 3U);
  expect_continuous(pictures);
  const bool numbered = GetParam() == CodecKind::kVp8 || GetParam() == CodecKind::kVp9;
  for (std::size_t i = 1; i < pictures.size(); ++i) {
    ASSERT_EQ(pictures[i].frame_number, static_cast<std::uint16_t>(pictures[i - 1].frame_number + 1)) << i;
    if (!numbered) continue;
    ASSERT_EQ(pictures[i].picture_id, (pictures[i - 1].picture_id + 1) & 0x7FFF) << i;
    ASSERT_EQ(pictures[i].tl0, static_cast<std::uint8_t>(pictures[i - 1].tl0 + 1)) << i;
  }
}

TEST_P(EngineCodec, changes_layers_on_key_frames) {
  Lab lab;
  Client& a = lab.join({.id = 1, .rids = {"l", "h"}, .video_codecs = testkit::all_video_codecs()});
  Client& b = lab.join({.id = 2, .video_codecs = testkit::all_video_codecs()});
  a.use_codec(GetParam());
  for (int i = 0; i < 40; ++i) {
    a.send_video(i == 0, 0);
    if (i >= 10) a.send_video(i == 20, 1);  // its first key frame is lost on the way
    lab.run_for(Millis{33});
  }
  const auto pictures = b.received("v");
  EXPECT_EQ(pictures.front().stamp.layer, 0);
  EXPECT_EQ(pictures.back().stamp.layer, 1);
  expect_continuous(pictures);
  for (std::size_t i = 1; i < pictures.size(); ++i) {
    if (pictures[i].stamp.layer != pictures[i - 1].stamp.layer) EXPECT_TRUE(pictures[i].key_frame);
  }
}

TEST_P(EngineCodec, is_what_a_joiner_makes_the_publisher_send_and_nobody_sees_a_picture_stand_still) {
  Lab lab;
  const CodecKind spoken = GetParam() == CodecKind::kVp8 ? CodecKind::kH264 : CodecKind::kVp8;
  Client& a = lab.join({.id = 1, .video_codecs = testkit::all_video_codecs()});
  Client& b = lab.join({.id = 2, .video_codecs = testkit::all_video_codecs()});
  a.use_codec(spoken);
  lab.talk(Millis{500}, {&a});
  lab.codecs.clear();
  Client& joiner = lab.join({.id = 3, .video_codecs = testkit::only(GetParam())});
  ASSERT_EQ(lab.codecs.size(), 1U);
  EXPECT_EQ(lab.codecs[0].session, 1U);
  EXPECT_EQ(lab.codecs[0].codec, rtc::to_string(GetParam()));
  b.forget_received();
  lab.talk(Millis{200}, {&a});
  EXPECT_GE(b.received("v").size(), 4U) << "the old codec goes on until the new one comes";
  EXPECT_TRUE(joiner.received("v").empty());
  EXPECT_FALSE(joiner.received("a").empty()) << "sound goes on";

  a.use_codec(GetParam());
  a.send_video(true);
  lab.run_for(Millis{50});
  ASSERT_EQ(joiner.received("v").size(), 1U) << "its first picture is the first of the new codec";
  EXPECT_TRUE(joiner.received("v").front().key_frame);
  lab.talk(Millis{500}, {&a});
  const auto pictures = b.received("v");
  expect_continuous(pictures);
  EXPECT_EQ(pictures.back().codec, GetParam());
  for (std::size_t i = 1; i < pictures.size(); ++i) {
    ASSERT_LE(pictures[i].at - pictures[i - 1].at, Millis{100}) << "a picture stood still";
    if (pictures[i].codec != pictures[i - 1].codec) EXPECT_TRUE(pictures[i].key_frame);
  }
  EXPECT_EQ(lab.codecs.size(), 1U) << "asked once";
}

TEST_P(EngineCodec, is_sent_from_the_first_by_who_joins_somebody_that_decodes_nothing_else) {
  Lab lab;
  Client& only = lab.join({.id = 1, .video_codecs = testkit::only(GetParam())});
  Client& a = lab.join({.id = 2, .video_codecs = testkit::all_video_codecs()});
  EXPECT_EQ(a.video_codec(), GetParam());
  EXPECT_TRUE(lab.codecs.empty()) << "nobody has to be asked to switch";
  lab.talk(Millis{300}, {&a});
  EXPECT_GE(only.received("v").size(), 5U);
}

INSTANTIATE_TEST_SUITE_P(Video, EngineCodec,
                         ::testing::Values(CodecKind::kVp8, CodecKind::kH264, CodecKind::kVp9, CodecKind::kAv1),
                         [](const auto& tested) { return std::string(rtc::to_string(tested.param)); });

TEST(EngineCodecs, a_publisher_that_negotiates_anew_for_a_switch_is_asked_once) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  Client& b = lab.join({.id = 2, .video_codecs = testkit::only(CodecKind::kH264)});
  lab.talk(Millis{200}, {&a});
  ASSERT_EQ(lab.codecs.size(), 1U);
  const auto answer = lab.engine().renegotiate(1, a.offer(), lab.now);
  ASSERT_TRUE(answer);
  lab.talk(Millis{200}, {&a});  // the answer is on its way, the old codec still comes
  a.renegotiated(*answer);
  EXPECT_EQ(a.video_codec(), CodecKind::kH264) << "the answer prefers what everybody decodes";
  lab.talk(Millis{300}, {&a});
  EXPECT_EQ(lab.codecs.size(), 1U) << "asked once, not per packet and not per negotiation";
  ASSERT_GE(b.received("v").size(), 5U);
  EXPECT_TRUE(b.received("v").front().key_frame);
}

TEST(EngineCodecs, the_next_who_lacks_a_codec_is_heard_too) {
  Lab lab;
  Client& a = lab.join({.id = 1, .video_codecs = testkit::all_video_codecs()});
  lab.join({.id = 2, .video_codecs = testkit::only(CodecKind::kH264)});
  a.use_codec(CodecKind::kH264);
  lab.talk(Millis{200}, {&a});
  lab.engine().close_session(2, lab.now);
  a.use_codec(CodecKind::kVp8);
  lab.talk(Seconds{1}, {&a});
  lab.codecs.clear();
  lab.join({.id = 3, .video_codecs = testkit::only(CodecKind::kH264)});
  lab.talk(Millis{100}, {&a});
  ASSERT_EQ(lab.codecs.size(), 1U);
  EXPECT_EQ(lab.codecs[0].codec, "H264");
}

TEST(EngineCodecs, the_next_within_a_second_is_heard_after_it) {
  Lab lab;
  Client& a = lab.join({.id = 1, .video_codecs = testkit::all_video_codecs()});
  lab.join({.id = 2, .video_codecs = testkit::only(CodecKind::kH264)});
  lab.engine().close_session(2, lab.now);
  lab.join({.id = 3, .video_codecs = testkit::only(CodecKind::kVp9)});
  ASSERT_EQ(lab.codecs.size(), 1U);
  lab.run_for(PublishedTrack::kAskEvery + Millis{500});
  ASSERT_EQ(lab.codecs.size(), 2U);
  EXPECT_EQ(lab.codecs[1].codec, "VP9");
  EXPECT_FALSE(a.plis());
}

TEST(EngineCodecs, a_publisher_that_changes_with_every_packet_makes_one_request_a_second) {
  Lab lab;
  Client& a = lab.join({.id = 1, .video_codecs = testkit::all_video_codecs()});
  lab.join({.id = 2, .video_codecs = testkit::only(CodecKind::kH264)});
  lab.codecs.clear();
  constexpr int kSeconds = 5;
  for (int i = 0; i < kSeconds * 1'000; ++i) {
    a.use_codec(i % 2 == 0 ? CodecKind::kH264 : CodecKind::kVp8);
    a.send_video(true);
    lab.run_for(Millis{1});
  }
  EXPECT_GE(lab.codecs.size(), kSeconds / 2) << "still asked";
  EXPECT_LE(lab.codecs.size(), kSeconds + 1);
}

TEST(EngineCodecs, a_subscriber_that_takes_less_than_before_is_heard) {
  Lab lab;
  Client& a = lab.join({.id = 1});
  lab.join({.id = 2});
  lab.talk(Millis{200}, {&a});
  ASSERT_TRUE(lab.codecs.empty());
  const Client& changed = lab.add({.id = 2, .video_codecs = testkit::only(CodecKind::kH264)});
  ASSERT_TRUE(lab.engine().renegotiate(2, changed.offer(), lab.now));
  ASSERT_EQ(lab.codecs.size(), 1U);
  EXPECT_EQ(lab.codecs[0].session, 1U);
  EXPECT_EQ(lab.codecs[0].codec, "H264");
}

TEST(EngineCodecs, says_when_no_codec_suits_everybody) {
  Lab lab;
  Client& a = lab.join({.id = 1, .video_codecs = testkit::only(CodecKind::kVp8)});
  Client& b = lab.join({.id = 2, .video_codecs = testkit::only(CodecKind::kH264)});
  lab.talk(Millis{300}, {&a, &b});
  ASSERT_EQ(lab.codecs.size(), 2U);
  EXPECT_EQ(lab.codecs[0].codec, "");
  EXPECT_TRUE(a.received("v").empty());
  EXPECT_FALSE(a.received("a").empty());
  EXPECT_FALSE(b.received("a").empty());
}

TEST(EngineCodecs, red_goes_to_who_takes_it_and_its_newest_block_to_the_others) {
  Lab lab;
  Client& a = lab.join({.id = 1, .audio_codecs = testkit::audio_with_red()});
  Client& with = lab.join({.id = 2, .audio_codecs = testkit::audio_with_red()});
  Client& without = lab.join({.id = 3});
  lab.talk(Millis{200}, {&a});
  a.use_codec(CodecKind::kRed);
  lab.talk(Millis{500}, {&a});
  a.use_codec(CodecKind::kOpus);
  lab.talk(Millis{200}, {&a});
  for (Client* client : {&with, &without}) {
    const auto sound = client->received("a");
    ASSERT_GE(sound.size(), 40U);
    expect_continuous(sound);
    for (std::size_t i = 1; i < sound.size(); ++i) ASSERT_EQ(sound[i].stamp.count, sound[i - 1].stamp.count + 1);
    const auto red = std::ranges::count(sound, CodecKind::kRed, &Received::codec);
    if (client == &with) {
      EXPECT_GE(red, 20);
    } else {
      EXPECT_EQ(red, 0);
    }
  }
  EXPECT_TRUE(std::ranges::none_of(lab.codecs, [](const auto& c) { return c.codec == "opus"; })) << "no switch needed";
}

}  // namespace
}  // namespace visavis::sfu
