// SPDX-License-Identifier: Apache-2.0
// A bounded queue between exactly one producing and one consuming thread; no locks, no allocation after construction.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

namespace visavis {

template <class T>
class SpscQueue {
 public:
  /// `capacity` is rounded up to a power of two.
  explicit SpscQueue(std::size_t capacity) {
    std::size_t size = 1;
    while (size < capacity) size *= 2;
    mask_ = size - 1;
    items_ = std::make_unique<T[]>(size);
  }

  /// Producer. False where the queue is full; `item` is untouched then.
  bool push(T&& item) {
    return push_by([&item](T& place) { place = std::move(item); });
  }

  /// Producer: `fill(T&)` writes the item where it will lie. Not called where the queue is full.
  template <class F>
  bool push_by(F&& fill) {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_seen_ > mask_) {
      head_seen_ = head_.load(std::memory_order_acquire);
      if (tail - head_seen_ > mask_) return false;
    }
    fill(items_[tail & mask_]);
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  /// Consumer. False where the queue is empty.
  bool pop(T& out) {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_seen_) {
      tail_seen_ = tail_.load(std::memory_order_acquire);
      if (head == tail_seen_) return false;
    }
    out = std::move(items_[head & mask_]);
    head_.store(head + 1, std::memory_order_release);
    return true;
  }

 private:
  static constexpr std::size_t kLine = 64;  // producer and consumer do not share a cache line
  std::size_t mask_ = 0;
  std::unique_ptr<T[]> items_;
  alignas(kLine) std::atomic<std::size_t> head_{0};
  std::size_t tail_seen_ = 0;  // consumer's
  alignas(kLine) std::atomic<std::size_t> tail_{0};
  std::size_t head_seen_ = 0;  // producer's
};

}  // namespace visavis
