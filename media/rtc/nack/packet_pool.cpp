// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/nack/packet_pool.hpp"

#include <algorithm>

namespace visavis::rtc {

PacketRef PacketPool::take() {
  if (free_ == nullptr && !grow()) return {};
  PacketBuffer* buffer = free_;
  free_ = buffer->next_free;
  buffer->next_free = nullptr;
  buffer->offset = 0;
  buffer->size = 0;
  ++in_use_;
  return PacketRef(buffer);
}

void PacketPool::give_back(PacketBuffer* buffer) {
  // Last in, first out: the buffer used last is the one still in the processor's cache.
  buffer->next_free = free_;
  free_ = buffer;
  --in_use_;
}

bool PacketPool::grow() {
  const std::size_t count = std::min(kSlab, max_buffers_ - capacity_);
  if (count == 0) return false;
  slabs_.push_back(std::make_unique_for_overwrite<PacketBuffer[]>(count));
  PacketBuffer* slab = slabs_.back().get();
  for (std::size_t i = count; i-- > 0;) {
    slab[i].pool = this;
    slab[i].next_free = free_;
    free_ = &slab[i];
  }
  capacity_ += count;
  return true;
}

}  // namespace visavis::rtc
