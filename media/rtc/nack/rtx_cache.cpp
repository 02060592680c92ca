// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/nack/rtx_cache.hpp"

#include <utility>

#include "media/rtc/wire/sequence.hpp"

namespace visavis::rtc {
void RtxCache::insert(std::uint16_t seq, PacketRef packet, Instant now) {
  if (ring_ == nullptr) resize(kSmall);
  if (packets_ == 0) oldest_ = newest_ = seq;
  const std::int64_t ahead = wrapped_difference(seq, newest_);
  if (packets_ > 0 && (ahead >= static_cast<int>(size_) || -ahead >= static_cast<int>(size_))) {
    clear();  // the stream jumped
    oldest_ = newest_ = seq;
  }
  if (wrapped_difference(seq, newest_) > 0) newest_ = seq;
  if (wrapped_difference(seq, oldest_) < 0) oldest_ = seq;
  // Keep [oldest_, newest_] within the ring: what would share a place with something newer goes.
  while (wrapped_difference(newest_, oldest_) >= static_cast<int>(size_)) drop(slot(oldest_++));
  if (wrapped_difference(seq, oldest_) < 0) return;
  expire(now);
  while (budget_.packets >= budget_.max_packets && packets_ > 0 && oldest_ != seq) drop(slot(oldest_++));
  if (budget_.packets >= budget_.max_packets) return;
  Entry& entry = slot(seq);
  drop(entry);
  if (packets_ == 0 && wrapped_difference(seq, oldest_) > 0) oldest_ = seq;
  entry.packet = std::move(packet);
  entry.at = now;
  entry.seq = seq;
  ++packets_;
  ++budget_.packets;
}

PacketRef RtxCache::find(std::uint16_t seq, Instant now) {
  if (ring_ == nullptr) return {};
  if (size_ < kLarge) resize(kLarge);
  long_until_ = now + kQuietAfter;
  const Entry& entry = slot(seq);
  return entry.packet && entry.seq == seq ? entry.packet : PacketRef{};
}

void RtxCache::expire(Instant now) {
  const Micros hold_time = hold(now);
  while (packets_ > 0 && oldest_ != newest_) {
    Entry& entry = slot(oldest_);
    if (entry.packet && entry.at + hold_time > now) break;
    drop(entry);
    ++oldest_;
  }
}

void RtxCache::clear() {
  for (std::size_t i = 0; i < size_; ++i) drop(ring_[i]);
}

void RtxCache::drop(Entry& entry) {
  if (!entry.packet) return;
  entry.packet.reset();
  --packets_;
  --budget_.packets;
}

void RtxCache::resize(std::size_t size) {
  auto bigger = std::make_unique<Entry[]>(size);
  for (std::size_t i = 0; i < size_; ++i) {
    if (ring_[i].packet) bigger[ring_[i].seq & (size - 1)] = std::move(ring_[i]);
  }
  ring_ = std::move(bigger);
  size_ = size;
}

}  // namespace visavis::rtc
