// SPDX-License-Identifier: Apache-2.0
#include "center/types/types.hpp"

#include <gtest/gtest.h>

#include "center/types/text.hpp"

namespace visavis::center {
namespace {

TEST(CodePoints, are_counted_by_rfc_3629) {
  EXPECT_EQ(code_points(""), 0U);
  EXPECT_EQ(code_points("a好😀"), 3U);
  EXPECT_FALSE(code_points("\xc0\x80").has_value()) << "overlong";
  EXPECT_FALSE(code_points("\xe0\x80\x80").has_value()) << "overlong";
  EXPECT_FALSE(code_points("\xed\xa0\x80").has_value()) << "surrogate";
  EXPECT_FALSE(code_points("\xf4\x90\x80\x80").has_value()) << "beyond U+10FFFF";
  EXPECT_FALSE(code_points("\xe5\xa5").has_value()) << "cut off";
  EXPECT_FALSE(code_points("\x80").has_value()) << "continuation alone";
}

TEST(Enums, have_names_both_ways) {
  EXPECT_EQ(name_of(Channel::kVideo), "video");
  EXPECT_EQ(parse_enum<Purpose>("biometrics"), Purpose::kBiometrics);
  EXPECT_FALSE(parse_enum<Channel>("fax").has_value());
  EXPECT_EQ(name_of(static_cast<Channel>(9)), "");
}

TEST(PrimaryLanguage, is_what_comes_before_region_and_script) {
  EXPECT_EQ(primary_language("zh-Hans-CN"), "zh");
  EXPECT_EQ(primary_language("en_GB"), "en");
  EXPECT_EQ(primary_language("de"), "de");
  EXPECT_EQ(primary_language(""), "");
}

}  // namespace
}  // namespace visavis::center
