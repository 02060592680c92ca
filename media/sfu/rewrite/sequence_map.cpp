// SPDX-License-Identifier: Apache-2.0
#include "media/sfu/rewrite/sequence_map.hpp"

#include <algorithm>

namespace visavis::sfu {

void SequenceMap::switch_source(std::uint16_t first, std::uint16_t start) {
  unwrapper_.reset();
  const std::int64_t source = unwrapper_.unwrap(first);
  const std::int64_t out = started() ? highest_out_ + 1 : start;
  rule_[0] = {source, out - source};
  rules_ = 1;
  highest_source_ = source - 1;
  highest_out_ = out - 1;
}

std::optional<std::uint16_t> SequenceMap::map(std::uint16_t source) {
  if (!started()) return std::nullopt;
  const std::int64_t s = unwrapper_.unwrap(source);
  if (s < rule_[0].from || s < highest_source_ - kMaxBehind) return std::nullopt;
  std::size_t i = rules_ - 1;
  while (i > 0 && s < rule_[i].from) --i;
  const std::int64_t out = s + rule_[i].offset;
  highest_source_ = std::max(highest_source_, s);
  highest_out_ = std::max(highest_out_, out);
  return static_cast<std::uint16_t>(out);
}

void SequenceMap::skip(std::uint16_t source) {
  if (!started()) return;
  const std::int64_t s = unwrapper_.unwrap(source);
  if (s <= highest_source_) return;  // its number is already an open one: the subscriber may ask in vain
  highest_source_ = s;
  highest_out_ = std::max(highest_out_, s - 1 + rule_[rules_ - 1].offset);
  const Rule next{s + 1, rule_[rules_ - 1].offset - 1};
  if (rules_ == kMaxRules) {
    std::copy(rule_.begin() + 1, rule_.end(), rule_.begin());
    --rules_;
  }
  rule_[rules_++] = next;
}

}  // namespace visavis::sfu
