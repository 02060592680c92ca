// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/sdp/codecs.hpp"

#include <gtest/gtest.h>

namespace visavis::rtc {
namespace {

NegotiatedCodec codec(CodecKind kind, std::string fmtp, std::uint32_t clock = 90'000) {
  NegotiatedCodec made;
  made.kind = kind;
  made.clock = clock;
  made.fmtp = std::move(fmtp);
  return made;
}
NegotiatedCodec h264(const std::string& profile_level_id) {
  return codec(CodecKind::kH264, "packetization-mode=1;profile-level-id=" + profile_level_id);
}

TEST(H264Format, groups_profiles_as_rfc_6184_does) {
  const auto profile = [](const std::string& id) { return h264_format("profile-level-id=" + id)->profile; };
  EXPECT_EQ(profile("42e01f"), H264Profile::kConstrainedBaseline);
  EXPECT_EQ(profile("42C01F"), H264Profile::kConstrainedBaseline);
  EXPECT_EQ(profile("4d801f"), H264Profile::kConstrainedBaseline);
  EXPECT_EQ(profile("42001f"), H264Profile::kBaseline);
  EXPECT_EQ(profile("4d001f"), H264Profile::kMain);
  EXPECT_EQ(profile("64001f"), H264Profile::kHigh);
  EXPECT_EQ(profile("640c1f"), H264Profile::kConstrainedHigh);
  EXPECT_EQ(h264_format("")->level_idc, 10);
  for (const auto* bad :
       {"profile-level-id=42e0", "profile-level-id=42e01g", "profile-level-id=f4001f", "packetization-mode=2"}) {
    EXPECT_FALSE(h264_format(bad)) << bad;
  }
}

TEST(CanForward, needs_a_decoder_of_the_profile) {
  EXPECT_TRUE(can_forward(h264("42e01f"), h264("640c1f")));
  EXPECT_TRUE(can_forward(h264("42001f"), h264("42e01f")));
  EXPECT_TRUE(can_forward(h264("4d001f"), h264("64001f")));
  EXPECT_FALSE(can_forward(h264("640c1f"), h264("42e01f")));
  EXPECT_FALSE(can_forward(h264("4d001f"), h264("42e01f")));
  EXPECT_FALSE(can_forward(h264("nonsense"), h264("42e01f")));
  EXPECT_FALSE(can_forward(codec(CodecKind::kVp9, "profile-id=2"), codec(CodecKind::kVp9, "")));
  EXPECT_TRUE(can_forward(codec(CodecKind::kVp9, "profile-id=0"), codec(CodecKind::kVp9, "")));
  EXPECT_FALSE(can_forward(codec(CodecKind::kAv1, "profile=1"), codec(CodecKind::kAv1, "level-idx=5")));
  EXPECT_FALSE(can_forward(codec(CodecKind::kVp8, ""), codec(CodecKind::kVp9, "")));
  EXPECT_TRUE(can_forward(codec(CodecKind::kOpus, "stereo=1", 48'000), codec(CodecKind::kOpus, "", 48'000)));
  EXPECT_FALSE(can_forward(codec(CodecKind::kRed, "111/111", 48'000), codec(CodecKind::kRed, "96/96", 48'000)));
}

TEST(CanForward, finds_the_first_format_that_fits) {
  const std::vector<NegotiatedCodec> codecs{codec(CodecKind::kVp8, ""), h264("42e01f"), h264("640c1f")};
  EXPECT_EQ(find_forwardable(h264("640c1f"), codecs), &codecs[2]);
  EXPECT_EQ(find_forwardable(h264("42e01f"), codecs), &codecs[1]);
  EXPECT_EQ(find_forwardable(codec(CodecKind::kAv1, ""), codecs), nullptr);
}

TEST(CodecKind, is_named_without_regard_to_case) {
  EXPECT_EQ(codec_kind("OPUS"), CodecKind::kOpus);
  EXPECT_EQ(codec_kind("vp8"), CodecKind::kVp8);
  EXPECT_FALSE(codec_kind("rtx"));
  EXPECT_FALSE(codec_kind(""));
}

}  // namespace
}  // namespace visavis::rtc
