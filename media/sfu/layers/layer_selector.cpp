// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/layers/layer_selector.hpp"

namespace visavis::sfu {

void LayerSelector::reset() {
  current_ = kNone;
  target_ = kNone;
}

bool LayerSelector::choose(std::uint8_t living, const Order& order) {
  for (const std::uint8_t layer : order) {
    if ((living >> layer & 1U) != 0) target_ = layer;  // the last one is the best
  }
  return waiting();
}

}  // namespace visavis::sfu
