// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "center/types/types.hpp"

namespace visavis::center {

/// A contact's attributes as a JSON object of texts, as columns hold them. What is not a text is left out on reading.
std::string attributes_to_json(const Attributes& attributes);
Attributes attributes_from_json(std::string_view json);

}  // namespace visavis::center
