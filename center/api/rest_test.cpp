// SPDX-License-Identifier: Apache-2.0
#include "center/api/rest.hpp"

#include <gtest/gtest.h>

namespace visavis::center::rest {
namespace {

TEST(AddressForOthers, is_the_networks_where_the_own_leads_everybody_to_their_own_machine) {
  const std::string network = "https://192.0.2.2:8080";
  for (const auto* own : {"http://localhost:8080", "http://localhost", "https://127.0.0.1:8443", "http://[::1]:8080"})
    EXPECT_EQ(address_for_others(own, network), network) << own;
}

TEST(AddressForOthers, stays_as_it_is_where_others_reach_it_or_no_other_is_known) {
  const std::string network = "https://192.0.2.2:8080";
  for (const auto* own :
       {"https://call.example", "http://192.0.2.7:8080", "https://localhost.example", "http://[2001:db8::1]"})
    EXPECT_EQ(address_for_others(own, network), own);
  EXPECT_EQ(address_for_others("http://localhost:8080", ""), "http://localhost:8080");
}

}  // namespace
}  // namespace visavis::center::rest
