// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>

#include "base/bytes.hpp"
#include "base/ids.hpp"

namespace visavis {
namespace {

// RFC 9562, appendix A.6: the published example of version 7.
TEST(Uuid, matches_the_rfc_example) {
  EXPECT_EQ(uuid_v7(UtcMillis{0x017F22E279B0}, 0xCC3, 0x18C4DC0C0C07398FULL << 2),
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

TEST(Uuid, sorts_by_time_and_is_recognised) {
  const auto early = new_uuid(UtcMillis{1'000});
  const auto late = new_uuid(UtcMillis{2'000});
  EXPECT_LT(early, late);
  EXPECT_TRUE(is_uuid(early));
  EXPECT_FALSE(is_uuid(early + "0"));
  EXPECT_FALSE(is_uuid("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"));
  EXPECT_FALSE(is_uuid("017f22e2+79b0-7cc3-98c4-dc0c0c07398f"));
}

TEST(RandomToken, has_the_length_of_unpadded_base64url_and_does_not_repeat) {
  EXPECT_EQ(random_token(32).size(), 43U);
  EXPECT_EQ(random_token(16).size(), 22U);
  EXPECT_NE(random_token(16), random_token(16));
}

TEST(ByteReader, turns_bad_at_the_end_instead_of_reading_on) {
  const std::array<std::uint8_t, 3> three{1, 2, 3};
  ByteReader reader{three};
  EXPECT_EQ(reader.u16(), 0x0102);
  EXPECT_EQ(reader.u16(), 0);
  EXPECT_TRUE(reader.bad());
  EXPECT_EQ(reader.u8(), 0);  // stays bad even where a byte would be left
}

TEST(ByteWriter, keeps_what_fitted) {
  std::array<std::uint8_t, 3> out{};
  ByteWriter writer{out};
  writer.u16(0xABCD);
  writer.u32(1);
  EXPECT_TRUE(writer.bad());
  EXPECT_EQ(writer.size(), 2U);
  EXPECT_EQ(out[0], 0xAB);
}

}  // namespace
}  // namespace visavis
