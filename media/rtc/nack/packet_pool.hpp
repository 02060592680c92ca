// SPDX-License-Identifier: Apache-2.0
// Packet buffers of one worker. A datagram is received into a buffer, decrypted in place and then shared by every
// subscriber and the retransmission cache: nothing is copied, and nothing is allocated once the pool has grown to the
// load. Reference counts are plain integers because a pool never leaves its thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/bytes.hpp"

namespace visavis::rtc {

class PacketPool;

/// Room for one datagram; `offset` and `size` delimit what is valid.
struct PacketBuffer {
  static constexpr std::size_t kCapacity = 1504;
  PacketPool* pool = nullptr;
  PacketBuffer* next_free = nullptr;
  std::uint32_t references = 0;
  std::uint16_t offset = 0;
  std::uint16_t size = 0;
  alignas(16) std::uint8_t data[kCapacity];

  MutableBytes bytes() { return {data + offset, size}; }
  Bytes bytes() const { return {data + offset, size}; }
};

/// Shared ownership of a PacketBuffer within one thread.
class PacketRef {
 public:
  PacketRef() = default;
  PacketRef(const PacketRef& other) : buffer_(other.buffer_) {
    if (buffer_ != nullptr) ++buffer_->references;
  }
  PacketRef(PacketRef&& other) noexcept : buffer_(std::exchange(other.buffer_, nullptr)) {}
  PacketRef& operator=(PacketRef other) noexcept {
    std::swap(buffer_, other.buffer_);
    return *this;
  }
  ~PacketRef() { reset(); }

  void reset();
  PacketBuffer* get() const { return buffer_; }
  PacketBuffer* operator->() const { return buffer_; }
  explicit operator bool() const { return buffer_ != nullptr; }
  /// True while nobody else holds the buffer, so that its bytes may be changed or reused.
  bool unique() const { return buffer_ != nullptr && buffer_->references == 1; }

 private:
  friend class PacketPool;
  explicit PacketRef(PacketBuffer* buffer) : buffer_(buffer) { ++buffer_->references; }
  PacketBuffer* buffer_ = nullptr;
};

/// Grows by slabs up to `max_buffers`; must outlive every PacketRef it gave out.
class PacketPool {
 public:
  explicit PacketPool(std::size_t max_buffers) : max_buffers_(max_buffers) {}
  PacketPool(const PacketPool&) = delete;
  PacketPool& operator=(const PacketPool&) = delete;

  /// An empty buffer, or none once `max_buffers` are in use.
  PacketRef take();
  std::size_t in_use() const { return in_use_; }
  std::size_t capacity() const { return capacity_; }

 private:
  friend class PacketRef;
  static constexpr std::size_t kSlab = 32;
  void give_back(PacketBuffer* buffer);
  bool grow();

  std::size_t max_buffers_;
  std::size_t capacity_ = 0;
  std::size_t in_use_ = 0;
  PacketBuffer* free_ = nullptr;
  std::vector<std::unique_ptr<PacketBuffer[]>> slabs_;
};

inline void PacketRef::reset() {
  if (buffer_ != nullptr && --buffer_->references == 0) buffer_->pool->give_back(buffer_);
  buffer_ = nullptr;
}

}  // namespace visavis::rtc
