// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/rewrite/payload_facts.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace visavis::sfu {
namespace {

using rtc::CodecKind;
using Buffer = std::vector<std::uint8_t>;

bool begins(CodecKind codec, const Buffer& payload) { return read_payload(codec, payload).switch_point; }

TEST(PayloadFacts, h264_begins_with_parameter_sets_or_the_first_slice_of_an_idr_picture) {
  EXPECT_TRUE(begins(CodecKind::kH264, {0x67, 0x42, 0xE0, 0x1F})) << "SPS";
  EXPECT_TRUE(begins(CodecKind::kH264, {0x78, 0, 2, 0x67, 0x42, 0, 2, 0x68, 0xCE})) << "SPS and PPS";
  EXPECT_TRUE(begins(CodecKind::kH264, {0x65, 0x88, 0x80})) << "its parameter sets came by SDP";
  EXPECT_TRUE(begins(CodecKind::kH264, {0x7C, 0x85, 0x88})) << "the beginning of a fragmented one";
  EXPECT_FALSE(begins(CodecKind::kH264, {0x7C, 0x05, 0x88})) << "its middle";
  EXPECT_FALSE(begins(CodecKind::kH264, {0x65, 0x48, 0x80})) << "another slice of the same picture";
  EXPECT_FALSE(begins(CodecKind::kH264, {0x61, 0x9A})) << "a picture built on others";
  EXPECT_FALSE(begins(CodecKind::kH264, {0x68, 0xCE})) << "a PPS alone";
}

TEST(PayloadFacts, vp9_begins_with_the_lowest_layer_of_a_picture_built_on_nothing) {
  EXPECT_TRUE(begins(CodecKind::kVp9, {0x88, 5, 1}));
  EXPECT_FALSE(begins(CodecKind::kVp9, {0xC8, 5, 1})) << "built on another";
  EXPECT_FALSE(begins(CodecKind::kVp9, {0x80, 5, 1})) << "not its first packet";
  EXPECT_FALSE(begins(CodecKind::kVp9, {0xA8, 5, 0x03, 9, 1})) << "its second spatial layer";
}

TEST(PayloadFacts, av1_begins_with_a_coded_video_sequence) {
  EXPECT_TRUE(begins(CodecKind::kAv1, {0x18, 0x0A, 0x0B}));
  EXPECT_FALSE(begins(CodecKind::kAv1, {0x10, 0x30, 0x0B}));
  EXPECT_FALSE(begins(CodecKind::kAv1, {0x88, 0x0A, 0x0B})) << "malformed";
}

TEST(PayloadFacts, every_sound_is_a_beginning) {
  EXPECT_TRUE(begins(CodecKind::kOpus, {0x78, 1}));
  EXPECT_TRUE(begins(CodecKind::kRed, {0x6F, 1}));
}

TEST(PayloadFacts, of_a_malformed_picture_nothing_is_known) {
  for (const CodecKind codec : {CodecKind::kVp8, CodecKind::kVp9, CodecKind::kH264, CodecKind::kAv1}) {
    EXPECT_FALSE(begins(codec, {0xFF})) << rtc::to_string(codec);
    EXPECT_FALSE(read_payload(codec, Buffer{0xFF}).numbers.present());
  }
}

}  // namespace
}  // namespace visavis::sfu
