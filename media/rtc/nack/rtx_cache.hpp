// SPDX-License-Identifier: Apache-2.0
// The last packets of one publisher's stream, shared by all its subscribers' retransmissions. It holds 200 ms until
// somebody asks for a packet, then two seconds for as long as people ask; the bytes of all caches of a worker are
// capped together (RtxBudget).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/time.hpp"
#include "media/rtc/nack/packet_pool.hpp"

namespace visavis::rtc {

/// What all caches of one worker may hold together, in packet buffers.
struct RtxBudget {
  std::size_t max_packets = 65536;
  std::size_t packets = 0;
};

class RtxCache {
 public:
  static constexpr Micros kShortHold = Millis{200};
  static constexpr Micros kLongHold = Millis{2000};
  static constexpr Micros kQuietAfter = Seconds{30};

  explicit RtxCache(RtxBudget& budget) : budget_(budget) {}
  RtxCache(const RtxCache&) = delete;
  RtxCache& operator=(const RtxCache&) = delete;
  ~RtxCache() { clear(); }

  /// Keeps a reference; an older packet with the same place in the ring goes.
  void insert(std::uint16_t seq, PacketRef packet, Instant now);

  /// The packet with this number, or none. Counts as somebody asking.
  PacketRef find(std::uint16_t seq, Instant now);

  /// Lets go of what is older than the hold time; insert() does so too.
  void expire(Instant now);
  void clear();
  std::size_t packets() const { return packets_; }
  Micros hold(Instant now) const { return now < long_until_ ? kLongHold : kShortHold; }

 private:
  static constexpr std::size_t kSmall = 256;
  static constexpr std::size_t kLarge = 2048;
  struct Entry {
    PacketRef packet;
    Instant at;
    std::uint16_t seq = 0;
  };

  Entry& slot(std::uint16_t seq) { return ring_[seq & (size_ - 1)]; }
  void drop(Entry& entry);
  void resize(std::size_t size);

  RtxBudget& budget_;
  std::unique_ptr<Entry[]> ring_;
  std::size_t size_ = 0;
  std::size_t packets_ = 0;
  std::uint16_t oldest_ = 0;  // every held packet lies in [oldest_, newest_]
  std::uint16_t newest_ = 0;
  Instant long_until_{};
};

}  // namespace visavis::rtc
