// SPDX-License-Identifier: Apache-2.0
// Names of the keys in DATA/secrets.
#pragma once

#include <string_view>

namespace visavis::app {

inline constexpr std::string_view kMediaTokenSecret = "media-token";  // signs bearer tokens of WHIP and WHEP clients
inline constexpr std::string_view kAuditHeadSecret = "audit-head";    // signs the newest hash of each audit chain

}  // namespace visavis::app
