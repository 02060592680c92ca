// SPDX-License-Identifier: Apache-2.0
// A subscriber's sequence numbers: continuous over changes of source and over packets that are left out on purpose,
// with the publisher's gaps kept as gaps, so that the subscriber asks for exactly what was really lost.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "media/rtc/wire/sequence.hpp"

namespace visavis::sfu {

class SequenceMap {
 public:
  /// The next packet to send is `first` of a new source; packets of it before `first` will not be mapped. `start` is
  /// the number given to the very first packet ever.
  void switch_source(std::uint16_t first, std::uint16_t start = 0);
  /// The subscriber's number for the source's; none where the packet lies before the switch or too far back.
  std::optional<std::uint16_t> map(std::uint16_t source);
  /// The source's packet is not sent, and its number is not left open where it is the newest so far.
  void skip(std::uint16_t source);

  bool started() const { return rules_ > 0; }
  std::uint16_t highest_out() const { return static_cast<std::uint16_t>(highest_out_); }

 private:
  static constexpr std::size_t kMaxRules = 8;
  static constexpr std::int64_t kMaxBehind = 4096;
  /// From this source number on (unwrapped), out = source + offset.
  struct Rule {
    std::int64_t from;
    std::int64_t offset;
  };
  std::array<Rule, kMaxRules> rule_;  // oldest first
  std::size_t rules_ = 0;
  std::int64_t highest_source_ = 0;
  std::int64_t highest_out_ = -1;
  rtc::SequenceUnwrapper unwrapper_;
};

}  // namespace visavis::sfu
