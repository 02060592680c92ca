// SPDX-License-Identifier: Apache-2.0
// Draws the practice customer: a face that blinks, nods and moves its mouth with what it says.
#pragma once

#include <cstdint>
#include <vector>

namespace visavis::bot {

/// Planar 4:2:0 with even sides and no padding.
struct Picture {
  Picture(int w, int h);
  int width;
  int height;
  std::vector<std::uint8_t> y, u, v;
};

/// `seconds` since the bot began; `loudness` 0…1 of what is being said just now opens the mouth.
void draw_customer(Picture& out, double seconds, double loudness);

}  // namespace visavis::bot
