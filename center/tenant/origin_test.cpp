// SPDX-License-Identifier: Apache-2.0
#include "center/tenant/origin.hpp"

#include <gtest/gtest.h>

#include "center/types/text.hpp"

namespace visavis::center {
namespace {

TEST(PlainOrigin, is_what_a_browser_sends) {
  for (const auto& [written, sent] : std::vector<std::pair<std::string, std::string>>{
           {"https://www.acme.example", "https://www.acme.example"},
           {"https://www.acme.example/", "https://www.acme.example"},
           {"HTTPS://WWW.Acme.example", "https://www.acme.example"},
           {"https://www.acme.example:443/", "https://www.acme.example"},
           {"https://www.acme.example:8443", "https://www.acme.example:8443"},
           {"http://localhost:80", "http://localhost"},
           {"http://localhost:443", "http://localhost:443"},
           {"http://192.0.2.7:3000/", "http://192.0.2.7:3000"},
           {"http://[2001:DB8::1]:80", "http://[2001:db8::1]"},
           {"http://[2001:db8::80]", "http://[2001:db8::80]"},
           {"http://[2001:db8:0:0:0:0:0:1]:8080", "http://[2001:db8::1]:8080"},
           {"https://my_shop.acme.example", "https://my_shop.acme.example"},
           {"https://xn--4gq.example", "https://xn--4gq.example"}}) {
    const auto origin = plain_origin(written);
    ASSERT_TRUE(origin) << origin.error().message;
    EXPECT_EQ(*origin, sent) << written;
  }
}

TEST(PlainOrigin, refuses_anything_else_and_says_what_to_write) {
  for (const std::string written : {"",
                                    "/",
                                    "*",
                                    "www.acme.example",
                                    "//www.acme.example",
                                    "ftp://www.acme.example",
                                    "https://",
                                    "https:///",
                                    "https://www.acme.example//",
                                    "https://www.acme.example/shop",
                                    "https://www.acme.example/shop/",
                                    "https://www.acme.example?a=b",
                                    "https://www.acme.example#a",
                                    "https://ann@www.acme.example",
                                    "https://ann:secret@www.acme.example",
                                    "https://www.acme.example:",
                                    "https://www.acme.example:0",
                                    "https://www.acme.example:080",
                                    "https://www.acme.example:65536",
                                    "https://www.acme.example:a",
                                    "https://www.acme.example:443:443",
                                    "https://*.acme.example",
                                    "https://www..example",
                                    "https://-acme.example",
                                    "https://面.example",
                                    "https://a.example https://b.example",
                                    "https://a.example;script-src *",
                                    "https://a.example\r\nX: y",
                                    "https://[::1",
                                    "https://[]",
                                    "https://[:::::]",
                                    "https://[1.2]",
                                    "https://[::1]x",
                                    " https://a.example",
                                    "https://2001:db8::1",
                                    "null"}) {
    const auto origin = plain_origin(written);
    ASSERT_FALSE(origin) << written;
    EXPECT_EQ(origin.error().code, "origin_invalid");
    EXPECT_NE(origin.error().message.find("https://www.acme.example"), std::string::npos) << origin.error().message;
  }
  EXPECT_TRUE(plain_origin("https://" + std::string(247, 'a')));
  EXPECT_FALSE(plain_origin("https://" + std::string(248, 'a')));
}

TEST(PlainOrigin, refuses_in_whole_characters_and_says_how_other_letters_are_written) {
  std::string name = "https://";
  for (int i = 0; i < 100; ++i) name += "面";
  const auto refused = plain_origin(name);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(fits(refused.error().message, 1'000)) << refused.error().message;
  EXPECT_NE(refused.error().message.find("https://xn--"), std::string::npos) << refused.error().message;
}

TEST(PlainOrigins, names_each_once_and_any_site_only_where_it_was) {
  const auto once = plain_origins({"https://b.example", "https://a.example/", "https://A.example"});
  ASSERT_TRUE(once) << once.error().message;
  EXPECT_EQ(*once, (std::vector<std::string>{"https://b.example", "https://a.example"}));
  EXPECT_FALSE(plain_origins({"*"}));
  EXPECT_EQ(plain_origins({"*"}, {"*"}), std::vector<std::string>{"*"});
  EXPECT_FALSE(plain_origins({"https://a.example", "b.example"}));
}

}  // namespace
}  // namespace visavis::center
