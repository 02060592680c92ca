// SPDX-License-Identifier: Apache-2.0
#include "platform/http/text.hpp"

#include <gtest/gtest.h>

namespace visavis::http {

TEST(Text, decodes_escapes_and_refuses_broken_ones) {
  EXPECT_EQ(percent_decode("a%20b%E4%BD%A0"), "a b你");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
  EXPECT_EQ(percent_decode("a+b"), "a+b");
  for (const auto* broken : {"%", "%4", "a%", "%zz", "%00", "%+1"}) EXPECT_FALSE(percent_decode(broken)) << broken;
  EXPECT_EQ(percent_decode(percent_encode("a/ä?&=你")), "a/ä?&=你");
}

TEST(Text, splits_targets) {
  const auto target = parse_target("/v1/files/%E4%BD%A0?x=1&y");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->segments, (std::vector<std::string>{"v1", "files", "你"}));
  EXPECT_EQ(target->query, "x=1&y");
  EXPECT_EQ(parse_target("/")->segments, std::vector<std::string>{""});
}

TEST(Text, refuses_targets_that_could_leave_their_folder) {
  for (const auto* bad :
       {"", "x", "*", "http://h/", "/..", "/a/../b", "/%2e%2e/x", "/a%2fb", "/a%5cb", "/%00", "/%0a", "/\xff"}) {
    EXPECT_FALSE(parse_target(bad)) << bad;
  }
  std::string deep;
  for (int i = 0; i < 65; ++i) deep += "/a";
  EXPECT_FALSE(parse_target(deep));
}

TEST(Text, reads_queries_and_cookies) {
  const auto query = parse_query("a=1&&b=%26&c");
  ASSERT_TRUE(query);
  EXPECT_EQ(*query, (Pairs{{"a", "1"}, {"b", "&"}, {"c", ""}}));
  EXPECT_FALSE(parse_query("a=%zz"));
  std::string many;
  for (int i = 0; i < 65; ++i) many += "a=1&";
  EXPECT_FALSE(parse_query(many));
  EXPECT_EQ(find_cookie("x=1; visavis_session=abc; y=2", "visavis_session"), "abc");
  EXPECT_EQ(find_cookie("xvisavis_session=abc", "visavis_session"), std::nullopt);
}

TEST(Text, knows_valid_utf8) {
  for (const auto* good : {"", "a", "é", "你", "\xf0\x9f\x98\x80", "\xef\xbf\xbf"})
    EXPECT_TRUE(is_valid_utf8(good)) << good;
  for (const auto* bad : {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
                          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe4\xbd", "a\xff"}) {
    EXPECT_FALSE(is_valid_utf8(bad));
  }
}

TEST(Text, finds_tokens_in_lists) {
  EXPECT_TRUE(has_token("keep-alive, Upgrade", "upgrade"));
  EXPECT_FALSE(has_token("upgraded", "upgrade"));
  EXPECT_FALSE(has_token("", "upgrade"));
}

TEST(Text, tells_hosts_that_are_safe_to_copy) {
  EXPECT_TRUE(is_plain_host("a-b.example:8443"));
  EXPECT_TRUE(is_plain_host("[::1]:80"));
  for (const auto* bad : {"", "a b", "a;b", "a/b", "a\r\nb", "a'b"}) EXPECT_FALSE(is_plain_host(bad)) << bad;
}

}  // namespace visavis::http
