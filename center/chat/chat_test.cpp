// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "center/chat/domain.hpp"
#include "center/types/limits.hpp"

namespace visavis::center::chat {
namespace {

Posted text(std::string words) {
  Posted posted;
  posted.text = std::move(words);
  return posted;
}

TEST(ChatCheck, counts_characters_not_bytes) {
  std::string chinese;
  for (std::size_t i = 0; i < kMaxText; ++i) chinese += "好";
  EXPECT_TRUE(check(text(chinese), 0, 0).has_value());
  EXPECT_EQ(check(text(chinese + "!"), 0, 0).error().code, "chat_too_long");
}

TEST(ChatCheck, wants_exactly_one_of_text_and_file) {
  EXPECT_EQ(check(text(""), 0, 0).error().code, "chat_empty");
  Posted both = text("see file");
  both.file = File{"f", "a.pdf", 1, "application/pdf"};
  EXPECT_EQ(check(both, 0, 0).error().code, "chat_empty");
  both.text.clear();
  EXPECT_TRUE(check(both, 0, 0).has_value());
}

TEST(ChatCheck, refuses_what_is_not_utf8_and_full_conversations) {
  EXPECT_EQ(check(text("\xc0\xaf"), 0, 0).error().code, "chat_not_utf8");
  EXPECT_EQ(check(text("hi"), kMaxMessages, 0).error().code, "chat_full");
  EXPECT_TRUE(check(text("hi"), 1, kMostChatBytes - 2));
  EXPECT_EQ(check(text("hi!"), 1, kMostChatBytes - 2).error().code, "chat_full");
}

TEST(ChatLog, keeps_the_order_per_contact) {
  Log log;
  log.apply({"t", "c", UtcMillis{1}, {}}, text("one"));
  log.apply({"t", "d", UtcMillis{2}, {}}, text("elsewhere"));
  log.apply({"t", "c", UtcMillis{2}, {}}, text("two"));
  ASSERT_EQ(log.messages("c").size(), 2U);
  EXPECT_EQ(log.messages("c")[1].what.text, "two");
  log.forget("c");
  EXPECT_TRUE(log.messages("c").empty());
}

}  // namespace
}  // namespace visavis::center::chat
