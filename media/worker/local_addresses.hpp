// SPDX-License-Identifier: Apache-2.0
// Numbers for the pairs (socket family, our own address) that packets were sent to, so that answers leave from the
// address that was asked although the sockets are bound to the wildcard: rtc::Path::socket carries the number.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "media/rtc/wire/net_address.hpp"

namespace visavis::media {

class LocalAddresses {
 public:
  static constexpr std::size_t kMax = 256;  // of one machine

  /// The number of a local address (its port is ignored); none once the table is full.
  std::optional<std::uint32_t> number_of(const rtc::NetAddress& local) {
    if (last_ < known_.size() && known_[last_] == local) return last_;
    for (std::uint32_t i = 0; i < known_.size(); ++i) {
      if (known_[i] == local) return last_ = i;
    }
    if (known_.size() == kMax) return std::nullopt;
    known_.push_back(local);
    return last_ = static_cast<std::uint32_t>(known_.size() - 1);
  }
  const rtc::NetAddress& address(std::uint32_t number) const { return known_[number]; }
  std::size_t size() const { return known_.size(); }

 private:
  std::vector<rtc::NetAddress> known_;
  std::uint32_t last_ = 0;
};

}  // namespace visavis::media
