// SPDX-License-Identifier: Apache-2.0
#include "center/identity/tickets.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace visavis::center {
namespace {

constexpr UtcMillis kStart{1'000'000};

TEST(TicketOffice, opens_once) {
  TicketOffice office;
  const auto ticket = office.issue({.tenant_id = "t", .user_id = "u"}, kStart);
  const auto holder = office.redeem(ticket, kStart + Seconds{29});
  ASSERT_TRUE(holder);
  EXPECT_EQ(holder->user_id, "u");
  EXPECT_FALSE(office.redeem(ticket, kStart + Seconds{29}));
}

TEST(TicketOffice, refuses_what_is_late_or_made_up) {
  TicketOffice office;
  const auto ticket = office.issue({.tenant_id = "t", .contact_id = "c"}, kStart);
  EXPECT_FALSE(office.redeem("", kStart));
  EXPECT_FALSE(office.redeem(ticket + "A", kStart));
  EXPECT_FALSE(office.redeem(ticket, kStart + Seconds{30}));
}

TEST(TicketOffice, one_holder_has_few_and_the_newest_open) {
  TicketOffice office;
  const auto other = office.issue({.tenant_id = "t", .session_hash = "s"}, kStart);
  std::vector<std::string> mine;
  for (int i = 0; i < 20; ++i) mine.push_back(office.issue({.tenant_id = "t", .contact_id = "c"}, kStart));
  EXPECT_EQ(office.outstanding(), TicketOffice::kMostOfOne + 1);
  EXPECT_FALSE(office.redeem(mine[11], kStart));
  EXPECT_TRUE(office.redeem(mine[12], kStart));
  EXPECT_TRUE(office.redeem(mine[19], kStart));
  EXPECT_TRUE(office.redeem(other, kStart)) << "nobody else pays for it";
}

TEST(TicketOffice, redeemed_tickets_make_room) {
  TicketOffice office;
  for (int i = 0; i < 100'100; ++i) {
    ASSERT_TRUE(office.redeem(office.issue({.tenant_id = "t", .contact_id = "c"}, kStart), kStart)) << i;
  }
}

TEST(TicketOffice, is_bounded_and_frees_what_expired) {
  TicketOffice office;
  int issued = 0;
  for (int i = 0; i < 100'100; ++i) issued += !office.issue({.contact_id = std::to_string(i)}, kStart).empty();
  EXPECT_EQ(issued, 100'000);
  EXPECT_FALSE(office.issue({}, kStart + Seconds{30}).empty());
  EXPECT_EQ(office.outstanding(), 1U);
}

}  // namespace
}  // namespace visavis::center
