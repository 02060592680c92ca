// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/rewrite/stream_rewriter.hpp"

#include <gtest/gtest.h>

#include <random>

namespace visavis::sfu {
namespace {

Instant ms(std::int64_t n) { return Instant{Millis{1'000'000 + n}}; }

rtc::RtpHeader header(std::uint16_t seq, std::uint32_t ts) {
  return {.payload_type = 96, .sequence = seq, .timestamp = ts};
}
PictureNumbers pictures(std::uint16_t id, std::uint8_t tl0) { return {id, tl0, 2, 4, true}; }

TEST(StreamRewriter, leaves_the_first_source_s_timestamps_and_pictures_alone) {
  StreamRewriter r(100);
  r.switch_to(1, header(5'000, 777), pictures(9, 3), {}, 90'000, ms(0));
  const auto n = r.map(header(5'000, 777), pictures(9, 3), ms(0));
  ASSERT_TRUE(n);
  EXPECT_EQ(n->sequence, 100);
  EXPECT_EQ(n->timestamp, 777U);
  EXPECT_FALSE(r.current().rewrites_pictures());
}

TEST(StreamRewriter, goes_on_by_the_time_that_passed_where_nothing_better_is_known) {
  StreamRewriter r(0);
  r.switch_to(1, header(10, 90'000), pictures(100, 50), {}, 90'000, ms(0));
  r.map(header(10, 90'000), pictures(100, 50), ms(0));
  r.switch_to(2, header(40'000, 5), pictures(7, 255), {}, 90'000, ms(500));
  const auto n = r.map(header(40'000, 5), pictures(7, 255), ms(500));
  ASSERT_TRUE(n);
  EXPECT_EQ(n->sequence, 1);
  EXPECT_EQ(n->timestamp, 90'000U + 45'000U);
  EXPECT_EQ(StreamRewriter::picture_id(r.current(), pictures(7, 255)), 101);
  EXPECT_EQ(StreamRewriter::tl0(r.current(), pictures(7, 255)), 51);
}

TEST(StreamRewriter, lets_frame_numbers_go_on_so_that_no_key_frame_looks_old) {
  const auto frame = [](std::uint16_t number) {
    PictureNumbers n;
    n.frame_number = number;
    return n;
  };
  StreamRewriter r(0);
  r.switch_to(1, header(10, 90'000), frame(65'530), {}, 90'000, ms(0));
  EXPECT_EQ(r.current().frame_number_delta, 0);
  r.map(header(10, 90'000), frame(65'530), ms(0));
  r.map(header(11, 93'000), frame(65'535), ms(33));
  r.switch_to(2, header(1, 1), frame(0), {}, 90'000, ms(66));  // another publisher begins at nought
  EXPECT_EQ(r.current().frame_number_delta, 0) << "65535 is followed by 0";
  r.map(header(1, 1), frame(0), ms(66));
  r.map(header(2, 3'001), frame(40), ms(99));
  r.switch_to(3, header(7, 5), frame(3), {}, 90'000, ms(132));
  EXPECT_EQ(r.current().frame_number_delta, 38);
}

TEST(FrameNumber, is_moved_in_a_copy_and_the_rest_kept) {
  const std::array<std::uint8_t, 5> descriptor{0xC7, 0xFF, 0xFE, 0x80, 0x01};
  DescriptorSpace space;
  EXPECT_EQ(frame_number_of(descriptor), 0xFFFE);
  EXPECT_EQ(move_frame_number(descriptor, 0, space).data(), descriptor.data());
  const Bytes moved = move_frame_number(descriptor, 3, space);
  EXPECT_EQ(std::vector<std::uint8_t>(moved.begin(), moved.end()),
            (std::vector<std::uint8_t>{0xC7, 0x00, 0x01, 0x80, 0x01}));
}

TEST(FrameNumber, of_a_descriptor_that_is_cut_off_or_too_long_is_left_alone) {
  DescriptorSpace space;
  for (const std::size_t size : {0U, 1U, 2U, 256U, 1'000U}) {
    const std::vector<std::uint8_t> descriptor(size, 0x11);
    const Bytes moved = move_frame_number(descriptor, 9, space);
    EXPECT_EQ(moved.data(), descriptor.data()) << size;
    EXPECT_EQ(moved.size(), size);
    EXPECT_EQ(frame_number_of(descriptor).has_value(), size >= 3) << size;
  }
}

TEST(StreamRewriter, follows_the_sender_reports_where_both_sources_have_them) {
  StreamRewriter r(0);
  r.switch_to(1, header(10, 90'000), {}, {}, 90'000, ms(0));
  r.map(header(10, 90'000), {}, ms(0));
  r.switch_to(2, header(1, 1), {}, 123'000, 90'000, ms(500));
  EXPECT_EQ(r.map(header(1, 1), {}, ms(500))->timestamp, 123'000U);
}

TEST(StreamRewriter, never_lets_time_stand_or_run_back_at_a_switch) {
  StreamRewriter r(0);
  r.switch_to(1, header(10, 90'000), {}, {}, 90'000, ms(0));
  r.map(header(10, 90'000), {}, ms(0));
  r.switch_to(2, header(1, 1), {}, 80'000, 90'000, ms(0));
  EXPECT_EQ(r.map(header(1, 1), {}, ms(0))->timestamp, 90'090U);
}

TEST(StreamRewriter, remembers_the_rules_of_the_last_switches) {
  StreamRewriter r(0);
  std::vector<std::uint8_t> epochs;
  for (std::uint32_t source = 1; source <= 6; ++source) {
    r.switch_to(source, header(static_cast<std::uint16_t>(source * 1'000), source * 7'777), {}, {}, 90'000,
                ms(source * 100));
    epochs.push_back(
        r.map(header(static_cast<std::uint16_t>(source * 1'000), source * 7'777), {}, ms(source * 100))->epoch);
  }
  ASSERT_NE(r.epoch(epochs[5]), nullptr);
  EXPECT_EQ(r.epoch(epochs[5])->source, 6U);
  ASSERT_NE(r.epoch(epochs[2]), nullptr);
  EXPECT_EQ(r.epoch(epochs[2])->source, 3U);
  EXPECT_EQ(r.epoch(epochs[1]), nullptr) << "overwritten: better no packet than a wrong one";
}

TEST(StreamRewriter, numbers_go_on_without_a_break_over_random_switches) {
  std::mt19937 random(9);
  StreamRewriter r(65'000);
  std::uint16_t seq = 0;
  std::uint32_t ts = 0;
  std::uint16_t picture = 0;
  std::optional<StreamRewriter::Numbers> last;
  std::uint16_t last_picture = 0;
  for (int i = 0; i < 50'000; ++i) {
    if (i == 0 || random() % 100 == 0) {
      seq = static_cast<std::uint16_t>(random());
      ts = static_cast<std::uint32_t>(random());
      picture = static_cast<std::uint16_t>(random() & 0x7FFFU);
      r.switch_to(static_cast<std::uint32_t>(i), header(seq, ts), pictures(picture, 0), {}, 90'000, ms(33 * i));
    }
    const auto n = r.map(header(seq, ts), pictures(picture, 0), ms(33 * i));
    ASSERT_TRUE(n);
    const std::uint16_t shown = StreamRewriter::picture_id(r.current(), pictures(picture, 0));
    if (last) {
      ASSERT_EQ(n->sequence, static_cast<std::uint16_t>(last->sequence + 1));
      ASSERT_TRUE(rtc::is_newer(n->timestamp, last->timestamp));
      ASSERT_LT(n->timestamp - last->timestamp, 6'000U);
      ASSERT_EQ(shown, (last_picture + 1) & 0x7FFF);
    }
    last = n;
    last_picture = shown;
    ++seq;
    ts += 3'000;
    picture = static_cast<std::uint16_t>((picture + 1) & 0x7FFFU);
  }
}

TEST(PictureNumbers, are_patched_in_a_copy_of_the_descriptor) {
  std::array<std::uint8_t, 5> vp8{0x90, 0xC0, 0x80, 0x05, 0x07};
  patch_picture_numbers(vp8, pictures(5, 7), 0x1234, 99);
  EXPECT_EQ(load_be16(&vp8[2]), 0x9234);
  EXPECT_EQ(vp8[4], 99);
  std::array<std::uint8_t, 3> small{0x90, 0x80, 0x05};
  patch_picture_numbers(small, {5, 0, 2, 0, false}, 0x1285, 0);
  EXPECT_EQ(small[2], 0x05);
  std::array<std::uint8_t, 2> cut{0x90, 0xC0};
  patch_picture_numbers(cut, pictures(5, 7), 1, 1);  // too short: left alone
  EXPECT_EQ(cut[1], 0xC0);
}

}  // namespace
}  // namespace visavis::sfu
