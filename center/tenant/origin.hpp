// SPDX-License-Identifier: Apache-2.0
// The web sites that may embed a company's widget, written as browsers name them in `Origin` (RFC 6454 §6.2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace visavis::center {

/// "HTTPS://WWW.Acme.example:443/" is "https://www.acme.example". Anything beyond scheme, host and port is refused
/// (origin_invalid), with what to write instead: a page's address would match no page at all.
Result<std::string> plain_origin(std::string_view text);

/// Each of them, once. "*" (any site) is let through only where `known` has it already: the demo company's.
Result<std::vector<std::string>> plain_origins(const std::vector<std::string>& texts,
                                               const std::vector<std::string>& known = {});

}  // namespace visavis::center
