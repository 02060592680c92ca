// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "center/consent/domain.hpp"

namespace visavis::center::consent {
namespace {

const Meta kContact{"t", "c", UtcMillis{1'000}, {}};

TEST(ConsentBook, grants_nothing_by_default) { EXPECT_TRUE(Book{}.mask("c").empty()); }

TEST(ConsentBook, counts_the_latest_answer_and_keeps_all) {
  Book book;
  book.apply(kContact, {Purpose::kRecording, 1, true});
  book.apply(kContact, {Purpose::kTranscript, 2, true});
  book.apply(kContact, {Purpose::kRecording, 1, false});
  EXPECT_EQ(book.mask("c"), Mask{Purpose::kTranscript});
  EXPECT_EQ(book.history("c").size(), 3U);
  EXPECT_EQ(book.current("c").size(), 2U);
  EXPECT_TRUE(book.mask("other").empty());
}

TEST(ConsentCheck, wants_the_current_version_for_granting_only) {
  const std::map<Purpose, int> versions{{Purpose::kRecording, 3}};
  EXPECT_TRUE(check({Purpose::kRecording, 3, true}, versions).has_value());
  EXPECT_EQ(check({Purpose::kRecording, 2, true}, versions).error().code, "consent_version");
  EXPECT_EQ(check({Purpose::kBiometrics, 1, true}, versions).error().code, "consent_unknown");
  EXPECT_TRUE(check({Purpose::kRecording, 2, false}, versions).has_value()) << "withdrawing always works";
}

TEST(ConsentRequired, names_what_is_missing_and_follows_the_last_answer) {
  const std::set<Purpose> required{Purpose::kRecording, Purpose::kFaceAnalysis};
  const std::vector<Recorded> answers{
      {Purpose::kRecording, 1, true}, {Purpose::kFaceAnalysis, 1, true}, {Purpose::kFaceAnalysis, 1, false}};
  const auto refused = check_required(answers, required);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "consent_required");
  EXPECT_NE(refused.error().message.find("face_analysis"), std::string::npos);
  EXPECT_EQ(refused.error().message.find("recording,"), std::string::npos);
  EXPECT_TRUE(check_required({}, {}).has_value());
}

}  // namespace
}  // namespace visavis::center::consent
