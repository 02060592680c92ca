// SPDX-License-Identifier: Apache-2.0
#include "center/identity/password.hpp"

#include <gtest/gtest.h>

namespace visavis::center {
namespace {

TEST(Password, matches_itself_only_and_is_salted) {
  const auto stored = hash_password("correct horse");
  ASSERT_TRUE(stored);
  EXPECT_TRUE(stored->starts_with("$scrypt$ln=15,r=8,p=1$"));
  EXPECT_EQ(stored->find("horse"), std::string::npos);
  EXPECT_TRUE(verify_password("correct horse", *stored).value());
  EXPECT_FALSE(verify_password("correct horse ", *stored).value());
  EXPECT_FALSE(verify_password("", *stored).value());
  EXPECT_NE(hash_password("correct horse").value(), *stored);
}

TEST(Password, older_parameters_still_verify) {
  // RFC 7914 section 12: N = 16384, r = 8, p = 1; the first 32 bytes of its key.
  EXPECT_TRUE(verify_password("pleaseletmein",
                              "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046_2o-7qQT44-qbVD9lRdofI")
                  .value());
}

TEST(Password, bounds_its_length) {
  EXPECT_EQ(check_new_password("eleven char").error().code, "password_too_short");
  EXPECT_EQ(check_new_password("四个汉字啊").error().code, "password_too_short") << "characters, not bytes";
  EXPECT_TRUE(check_new_password("twelve chars"));
  EXPECT_EQ(check_new_password(std::string(257, 'a')).error().code, "password_too_long");
  EXPECT_EQ(hash_password(std::string(257, 'a')).error().code, "password_too_long");
  EXPECT_FALSE(verify_password(std::string(1'000'000, 'a'), decoy_password()).value());
}

TEST(Password, a_malformed_record_matches_nothing) {
  for (const auto* stored : {"", "plain", "$scrypt$", "$scrypt$ln=15,r=8,p=1$$", "$scrypt$ln=15,r=8,p=1$AAAA$AAAA",
                             "$scrypt$ln=99999999999,r=8,p=1$AAAA$AAAA", "$scrypt$ln=15,r=8$AAAA$AAAA"}) {
    EXPECT_FALSE(verify_password("", stored).value_or(false)) << stored;
  }
}

TEST(Password, the_decoy_is_well_formed_and_matches_nothing) {
  EXPECT_FALSE(verify_password("anything at all", decoy_password()).value());
}

}  // namespace
}  // namespace visavis::center
