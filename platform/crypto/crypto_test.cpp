// SPDX-License-Identifier: Apache-2.0
#include "platform/crypto/crypto.hpp"

#include <gtest/gtest.h>

namespace visavis::platform {
namespace {

TEST(Sha256, matches_fips_180_example) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

// RFC 4231, test case 2.
TEST(HmacSha256, matches_rfc_4231) {
  EXPECT_EQ(to_hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

// RFC 7914 section 12, the vector with N = 16384; its first 32 bytes.
TEST(Scrypt, matches_rfc_7914) {
  const auto key = scrypt("pleaseletmein", as_bytes("SodiumChloride"), {.log2_n = 14, .r = 8, .p = 1});
  ASSERT_TRUE(key);
  EXPECT_EQ(to_hex(*key), "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2");
}

TEST(Scrypt, refuses_absurd_parameters) {
  EXPECT_FALSE(scrypt("x", as_bytes("y"), {.log2_n = 40, .r = 8, .p = 1}));
  EXPECT_FALSE(scrypt("x", as_bytes("y"), {.log2_n = 15, .r = 0, .p = 1}));
}

// RFC 4648 section 10, without the padding.
TEST(Base64Url, round_trips_and_refuses_other_spellings) {
  EXPECT_EQ(base64url_encode(as_bytes("foobar")), "Zm9vYmFy");
  EXPECT_EQ(base64url_encode(as_bytes("fooba")), "Zm9vYmE");
  EXPECT_EQ(base64url_decode("Zm9vYmE"), "fooba");
  EXPECT_FALSE(base64url_decode("Zm9vYmE="));
  EXPECT_FALSE(base64url_decode("Zm9vYmF"));  // same bytes as Zm9vYmE, left-over bits set
  EXPECT_FALSE(base64url_decode("Zm9v+mE"));
  EXPECT_FALSE(base64url_decode("Z"));
}

TEST(Hex, round_trips_and_refuses_odd_and_upper_case) {
  EXPECT_EQ(from_hex(to_hex(as_bytes("a\xff"))), "a\xff");
  EXPECT_FALSE(from_hex("abc"));
  EXPECT_FALSE(from_hex("AB"));
}

}  // namespace
}  // namespace visavis::platform
