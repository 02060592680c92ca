// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace visavis::center {

/// `text` as a QR code, one path in an SVG of a light quiet zone and dark modules. Empty where the text is too long.
std::string qr_svg(const std::string& text);

/// The same for a terminal: two modules per character (half blocks), dark on light; without `colours` for where escape
/// codes would be noise, right on a dark ground.
std::string qr_terminal(const std::string& text, bool colours);

}  // namespace visavis::center
