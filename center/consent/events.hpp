// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "center/types/types.hpp"

namespace visavis::center::consent {

/// One answer of the customer to one versioned text; the latest per purpose counts.
struct Recorded {
  static constexpr std::string_view kType = "consent.recorded";
  Purpose purpose = Purpose::kRecording;
  int version = 0;
  bool granted = false;
  static void fields(auto& self, auto&& f) {
    f("purpose", self.purpose);
    f("version", self.version);
    f("granted", self.granted);
  }
};

}  // namespace visavis::center::consent
