// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace visavis::center {

inline constexpr std::size_t kShortestPassword = 12;  // characters, of a new one
inline constexpr std::size_t kLongestPassword = 256;  // bytes; longer ones only cost us time

/// Whether somebody may choose it. Errors: password_too_short, password_too_long.
Result<void> check_new_password(std::string_view password);

/// "$scrypt$ln=15,r=8,p=1$SALT$KEY" (base64url): the parameters travel along, so that they can be raised later.
/// About 0.1 s and 32 MiB: not on the control thread. Error: password_too_long.
Result<std::string> hash_password(std::string_view password);

/// False for a wrong password; a malformed `stored` never matches. Takes the same time in both cases.
Result<bool> verify_password(std::string_view password, std::string_view stored);

/// Matches no password; checked for unknown logins, so that they take as long as known ones.
const std::string& decoy_password();

}  // namespace visavis::center
