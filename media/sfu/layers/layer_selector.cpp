// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/layers/layer_selector.hpp"

namespace visavis::sfu {

void LayerSelector::reset() {
  current_ = kNone;
  target_ = kNone;
}

bool LayerSelector::choose(std::uint8_t living, const Order& order, std::size_t useful) {
  std::uint8_t best = kNone;
  for (std::size_t place = 0; place < order.size(); ++place) {
    if ((living >> order[place] & 1U) != 0 && (place < useful || best == kNone)) best = order[place];
  }
  if (best != kNone) target_ = best;
  return waiting();
}

}  // namespace visavis::sfu
