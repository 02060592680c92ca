// SPDX-License-Identifier: Apache-2.0
// What is said at an address where nothing is: words for people, problem details for programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/integration/client.hpp"

namespace visavis::app {
namespace {

using namespace testkit;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kBrowser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

TEST(NothingHere, is_a_page_for_people_in_their_language_and_a_problem_for_programs) {
  ServerProcess server{VISAVIS_BINARY};
  ASSERT_TRUE(server.start());
  const auto ask = [&](std::string_view method, const Headers& headers) {
    return call(server.port(), method, "/v1/no<where>/x.html", {}, headers);
  };
  const auto zh = ask("GET", {{"Accept", kBrowser}, {"Accept-Language", "fr, zh-CN;q=0.9, en;q=0.8"}});
  EXPECT_EQ(zh.status, 404);
  EXPECT_EQ(zh.headers.at("content-type"), "text/html; charset=utf-8");
  EXPECT_THAT(zh.body, HasSubstr("<html lang=\"zh-CN\">"));
  EXPECT_THAT(zh.body, HasSubstr("页面不存在"));
  const auto& policy = zh.headers.at("content-security-policy");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'; style-src 'nonce-"));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  const auto nonce = policy.substr(policy.find("nonce-") + 6, 24);
  EXPECT_THAT(zh.body, HasSubstr("<style nonce=\"" + nonce + "\">"));
  const auto en = ask("GET", {{"Accept", kBrowser}, {"Accept-Language", "en-GB,zh;q=0.5"}});
  EXPECT_THAT(en.body, HasSubstr("<html lang=\"en\">"));
  EXPECT_THAT(en.body, Not(HasSubstr("where"))) << "nothing of what was asked for";
  EXPECT_THAT(en.body, Not(HasSubstr(nonce))) << "each time another one";

  for (const auto& headers : {Headers{}, Headers{{"Accept", "*/*"}}, Headers{{"Accept", "application/json"}}}) {
    const auto answer = ask("GET", headers);
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
  }
  EXPECT_EQ(ask("POST", {{"Accept", kBrowser}}).headers.at("content-type"), "application/problem+json");
}

}  // namespace
}  // namespace visavis::app
