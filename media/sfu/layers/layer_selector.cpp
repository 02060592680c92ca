// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/layers/layer_selector.hpp"

namespace visavis::sfu {

void LayerSelector::reset() {
  current_ = kNone;
  target_ = kNone;
}

bool LayerSelector::choose(std::uint8_t living, const Order& order) {
  std::uint8_t best = kNone;
  for (std::uint8_t rank = 0; rank < kMaxLayers; ++rank) {
    const std::uint8_t layer = order[rank];
    const bool lives = (living >> layer & 1U) != 0;
    // Up to the limit the highest; where only better ones live (a publisher that sends one), the lowest of them.
    if (lives && (best == kNone || rank <= max_)) best = layer;
  }
  if (best != kNone) target_ = best;
  return waiting();
}

}  // namespace visavis::sfu
