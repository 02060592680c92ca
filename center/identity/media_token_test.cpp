// SPDX-License-Identifier: Apache-2.0
#include "center/identity/media_token.hpp"

#include <gtest/gtest.h>

#include "platform/crypto/crypto.hpp"

namespace visavis::center {
namespace {

constexpr UtcMillis kNow{1'700'000'000'000};
const std::string kKey(32, 'k');

MediaClaims claims() { return {"room 面", "ann", MediaRole::kPublish, kNow + Seconds{600}}; }

/// A token with any header and payload, rightly signed with `key`.
std::string forge(std::string_view header, std::string_view payload, std::string_view key = kKey) {
  using namespace platform;
  const auto body = base64url_encode(as_bytes(header)) + "." + base64url_encode(as_bytes(payload));
  return body + "." + base64url_encode(hmac_sha256(as_bytes(key), as_bytes(body)));
}

constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"visavis-media+jwt"})";
constexpr std::string_view kPayload =
    R"({"iss":"visavis","aud":"visavis-media","sub":"ann","room":"r","role":"pub","exp":1700000600})";

TEST(MediaToken, carries_its_claims) {
  const auto read = verify_media_token(kKey, sign_media_token(kKey, claims(), kNow), kNow);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->room, "room 面");
  EXPECT_EQ(read->participant, "ann");
  EXPECT_EQ(read->role, MediaRole::kPublish);
  EXPECT_TRUE(verify_media_token(kKey, forge(kHeader, kPayload), kNow));
}

TEST(MediaToken, ends_with_its_time) {
  const auto token = sign_media_token(kKey, claims(), kNow);
  EXPECT_TRUE(verify_media_token(kKey, token, kNow + Seconds{629}));
  EXPECT_EQ(verify_media_token(kKey, token, kNow + Seconds{630}).error().code, "token_expired");
}

TEST(MediaToken, another_key_opens_nothing) {
  EXPECT_EQ(verify_media_token(std::string(32, 'x'), sign_media_token(kKey, claims(), kNow), kNow).error().code,
            "token_wrong");
}

TEST(MediaToken, every_flipped_character_is_noticed) {
  const auto token = sign_media_token(kKey, claims(), kNow);
  for (std::size_t i = 0; i < token.size(); ++i) {
    auto bent = token;
    bent[i] = bent[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify_media_token(kKey, bent, kNow)) << i;
  }
}

// RFC 8725 sections 3.1, 3.8, 3.9, 3.11.
TEST(MediaToken, refuses_other_algorithms_types_issuers_and_audiences) {
  for (const std::string_view header :
       {R"({"alg":"none","typ":"visavis-media+jwt"})", R"({"alg":"HS512","typ":"visavis-media+jwt"})",
        R"({"alg":"hs256","typ":"visavis-media+jwt"})", R"({"alg":"HS256"})", R"({"alg":"HS256","typ":"JWT"})",
        R"({"alg":"HS256","typ":"visavis-media+jwt","crit":["x"]})", R"([])", R"({"alg":["HS256"]})"}) {
    EXPECT_FALSE(verify_media_token(kKey, forge(header, kPayload), kNow)) << header;
  }
  for (const std::string_view payload :
       {R"({"aud":"visavis-media","sub":"a","room":"r","role":"pub","exp":1700000600})",
        R"({"iss":"other","aud":"visavis-media","sub":"a","room":"r","role":"pub","exp":1700000600})",
        R"({"iss":"visavis","aud":"other","sub":"a","room":"r","role":"pub","exp":1700000600})",
        R"({"iss":"visavis","aud":"visavis-media","sub":"a","room":"r","role":"pub"})",
        R"({"iss":"visavis","aud":"visavis-media","sub":"a","room":"r","role":"pub","exp":"1700000600"})",
        R"({"iss":"visavis","aud":"visavis-media","sub":"a","room":"r","role":"pub","exp":9223372036854775807})",
        R"({"iss":"visavis","aud":"visavis-media","sub":"a","room":"r","role":"pub","exp":-1})",
        R"({"iss":"visavis","aud":"visavis-media","sub":"a","room":"r","role":"root","exp":1700000600})",
        R"({"iss":"visavis","aud":"visavis-media","sub":"","room":"r","role":"pub","exp":1700000600})"}) {
    EXPECT_FALSE(verify_media_token(kKey, forge(kHeader, payload), kNow)) << payload;
  }
}

TEST(MediaToken, survives_rubbish) {
  for (const std::string& token : std::vector<std::string>{
           "", ".", "..", "...", "a.b.c", std::string(5000, 'a'), forge(kHeader, kPayload) + ".x", forge("{", kPayload),
           forge(kHeader, "{"), forge(kHeader, std::string(1000, '[')), std::string("a\0b.c.d", 7)}) {
    const auto read = verify_media_token(kKey, token, kNow);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::kUnauthenticated);
  }
}

}  // namespace
}  // namespace visavis::center
