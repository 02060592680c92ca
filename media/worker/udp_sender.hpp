// SPDX-License-Identifier: Apache-2.0
// Batched sending: datagrams are written into an arena, grouped by destination and handed over by sendmmsg. Runs of
// equal size to one destination go as one message that the kernel cuts up (UDP_SEGMENT): one walk through its stack for
// many.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <memory>

#include "base/bytes.hpp"
#include "media/rtc/ice/ice.hpp"
#include "media/worker/local_addresses.hpp"

namespace visavis::media {

class UdpSender {
 public:
  static constexpr std::size_t kSlots = 256;
  static constexpr std::size_t kSlotSize = 1536;

  /// `v6` may be -1 where the machine has no IPv6.
  UdpSender(int v4, int v6, const LocalAddresses& locals);
  ~UdpSender();

  /// Room for one datagram, valid until commit() or the next reserve(). Flushes where the arena is full.
  MutableBytes reserve();
  void commit(const rtc::Path& path, std::size_t size);
  /// Sends everything that was committed. What the kernel does not take is dropped and counted: media is not worth
  /// waiting for.
  void flush();

  bool empty() const { return used_ == 0; }
  std::uint64_t errors() const { return errors_; }

 private:
  static constexpr unsigned kMaxSegments = 64;    // UDP_MAX_SEGMENTS of the kernels we know
  static constexpr std::size_t kMaxRun = 60'000;  // bytes in one message
  static constexpr std::size_t kBuckets = 64;
  static constexpr std::uint16_t kNone = 0xFFFF;

  struct Entry {
    std::uint16_t size = 0;
    std::uint16_t next = kNone;  // to the same destination
  };
  struct Group {
    rtc::Path path;
    std::uint16_t first = kNone;
    std::uint16_t last = kNone;
  };
  struct alignas(cmsghdr) Control {
    std::array<std::uint8_t, CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(std::uint16_t))> bytes;
  };
  struct Batch;

  Group& group_of(const rtc::Path& path);
  void flush_family(rtc::NetAddress::Family family, int socket);
  unsigned add_run(Batch& batch, const Group& group, std::uint16_t& entry);
  void send(int socket, Batch& batch);

  int v4_;
  int v6_;
  const LocalAddresses& locals_;
  bool segments_ = true;  // until the kernel refuses
  std::unique_ptr<std::uint8_t[]> arena_;
  std::size_t used_ = 0;
  std::array<Entry, kSlots> entries_;
  std::array<Group, kSlots> groups_;
  std::size_t group_count_ = 0;
  std::array<std::uint16_t, kBuckets> buckets_;  // last group by hash of its path
  std::unique_ptr<Batch> batch_;
  std::uint64_t errors_ = 0;
};

}  // namespace visavis::media
