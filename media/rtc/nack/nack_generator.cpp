// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/nack/nack_generator.hpp"

#include <algorithm>

#include "media/rtc/wire/sequence.hpp"

namespace visavis::rtc {
namespace {

std::uint32_t low_bits(Instant at) { return static_cast<std::uint32_t>(at.time_since_epoch().count()); }
std::int32_t until(std::uint32_t now, std::uint32_t then) { return static_cast<std::int32_t>(then - now); }

}  // namespace

NackGenerator::Arrival NackGenerator::on_packet(std::uint16_t seq, Instant now) {
  if (!started_) {
    restart(seq);
    return Arrival::kInOrder;
  }
  const std::int64_t ahead = wrapped_difference(seq, highest_);
  if (ahead > 0) {
    if (ahead >= kWindow / 2) {
      restart(seq);
      gave_up_ = true;
      return Arrival::kRestart;
    }
    for (std::int64_t i = 1; i <= ahead; ++i) received_.reset(static_cast<std::uint16_t>(highest_ + i) % kWindow);
    received_.set(seq % kWindow);
    if (ahead > 1) add_gap(static_cast<std::uint16_t>(highest_ + 1), static_cast<std::uint16_t>(ahead - 1), now);
    highest_ = seq;
    if (wrapped_difference(highest_, oldest_known_) >= kWindow - 1 || wrapped_difference(highest_, oldest_known_) < 0) {
      oldest_known_ = static_cast<std::uint16_t>(highest_ - (kWindow - 1));
    }
    if (count_ > 0) hasten(now);
    return Arrival::kInOrder;
  }
  if (wrapped_difference(seq, oldest_known_) < 0) return Arrival::kTooOld;
  if (received_.test(seq % kWindow)) return Arrival::kDuplicate;
  received_.set(seq % kWindow);
  erase(seq);
  update_deadline(now);
  return Arrival::kRecovered;
}

void NackGenerator::restart(std::uint16_t seq) {
  started_ = true;
  lost_ += count_;
  count_ = 0;
  deadline_ = kNever;
  received_.reset();
  received_.set(seq % kWindow);
  highest_ = seq;
  oldest_known_ = seq;
}

void NackGenerator::add_gap(std::uint16_t first, std::uint16_t count, Instant now) {
  if (count >= kMaxMissing) {
    // Nobody repairs so much in time: forget all of it and let a key frame heal the picture.
    give_up(count_);
    lost_ += count;
    gave_up_ = true;
    return;
  }
  if (count_ + count > kMaxMissing) give_up(count_ + count - kMaxMissing);
  const std::uint32_t next = low_bits(now + config_.reorder_time);
  for (std::uint16_t i = 0; i < count; ++i) {
    missing_[count_++] = {static_cast<std::uint16_t>(first + i), 0, low_bits(now), next};
  }
  update_deadline(now);
}

void NackGenerator::erase(std::uint16_t seq) {
  const auto end = missing_.begin() + static_cast<std::ptrdiff_t>(count_);
  const auto at = std::find_if(missing_.begin(), end, [seq](const Missing& m) { return m.seq == seq; });
  if (at == end) return;
  std::copy(at + 1, end, at);
  --count_;
}

void NackGenerator::give_up(std::size_t how_many) {
  if (how_many == 0) return;
  std::copy(missing_.begin() + static_cast<std::ptrdiff_t>(how_many),
            missing_.begin() + static_cast<std::ptrdiff_t>(count_), missing_.begin());
  count_ -= how_many;
  lost_ += how_many;
  gave_up_ = true;
}

void NackGenerator::hasten(Instant now) {
  const std::uint32_t at = low_bits(now);
  for (std::size_t i = count_; i-- > 0;) {
    Missing& m = missing_[i];
    if (m.tries > 0) break;  // older gaps were asked for before
    if (wrapped_difference(highest_, m.seq) > static_cast<int>(config_.reorder_packets) && until(at, m.next) > 0) {
      m.next = at;
      deadline_ = now;
    }
  }
}

void NackGenerator::update_deadline(Instant now) {
  deadline_ = kNever;
  const std::uint32_t at = low_bits(now);
  for (std::size_t i = 0; i < count_; ++i) {
    deadline_ = std::min(deadline_, now + Micros{std::max(0, until(at, missing_[i].next))});
  }
}

std::uint32_t NackGenerator::interval(Micros rtt, unsigned tries) const {
  const Micros base = rtt == Micros::zero() ? config_.unknown_rtt : rtt;
  // A quarter above the round trip covers jitter; late tries are spaced wider so that a dead link is not flooded.
  Micros wait = std::max(config_.min_interval, base + base / 4);
  if (tries > 6) wait += wait / 2;
  return static_cast<std::uint32_t>(wait.count());
}

std::size_t NackGenerator::collect(Instant now, Micros rtt, std::span<std::uint16_t> out) {
  const std::uint32_t at = low_bits(now);
  std::size_t kept = 0;
  std::size_t due = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    Missing m = missing_[i];
    const bool expired = until(m.since, at) > config_.max_age.count();
    if (until(at, m.next) <= 0 && due < out.size()) {
      if (m.tries >= config_.max_tries || expired) {
        ++lost_;
        gave_up_ = true;
        continue;
      }
      out[due++] = m.seq;
      ++m.tries;
      m.next = at + interval(rtt, m.tries);
    }
    missing_[kept++] = m;
  }
  count_ = kept;
  update_deadline(now);
  return due;
}

bool NackGenerator::take_gave_up() {
  const bool gave_up = gave_up_;
  gave_up_ = false;
  return gave_up;
}

}  // namespace visavis::rtc
