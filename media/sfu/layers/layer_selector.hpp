// SPDX-License-Identifier: Apache-2.0
// Which simulcast layer one subscriber gets: the best living one of those that are of use where it is shown. It changes
// on a key frame of the new layer only, and the old one goes on until then.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"

namespace visavis::sfu {

class LayerSelector {
 public:
  static constexpr std::uint8_t kMaxLayers = 3;
  static constexpr std::uint8_t kNone = 255;

  enum class Verdict : std::uint8_t {
    kDrop,
    kForward,
    kSwitch,  // forward, and this packet is the first of another layer (or the very first)
  };

  /// Layers from the lowest to the highest quality: which of the publisher's encodings comes where.
  using Order = std::array<std::uint8_t, kMaxLayers>;
  static constexpr Order kAscending{0, 1, 2};

  /// A new publisher: everything begins anew with its next key frame.
  void reset();

  /// Chooses the target from the layers that live (bit i = layer i): the best among the first `useful` of `order`, else
  /// the lowest there is. Says whether a key frame of it is needed.
  bool choose(std::uint8_t living, const Order& order = kAscending, std::size_t useful = kMaxLayers);

  /// A packet of `layer`; `switch_point`: decoding may begin with it (a key frame's first packet, or any sound).
  Verdict on_packet(std::uint8_t layer, bool switch_point) {
    if (layer == current_) {
      return Verdict::kForward;
    }
    if (layer != target_ || !switch_point) return Verdict::kDrop;
    current_ = layer;
    return Verdict::kSwitch;
  }

  std::uint8_t current() const { return current_; }
  std::uint8_t target() const { return target_; }
  bool waiting() const { return target_ != kNone && target_ != current_; }

 private:
  std::uint8_t current_ = kNone;
  std::uint8_t target_ = kNone;
};

}  // namespace visavis::sfu
