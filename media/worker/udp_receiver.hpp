// SPDX-License-Identifier: Apache-2.0
// Batched receiving from one UDP socket: recvmmsg straight into pool buffers, with the address each datagram was sent
// to.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <memory>

#include "base/result.hpp"
#include "media/rtc/ice/ice.hpp"
#include "media/rtc/nack/packet_pool.hpp"
#include "media/worker/file_descriptor.hpp"
#include "media/worker/local_addresses.hpp"

namespace visavis::media {

/// Why a port cannot be used, from errno: "family_unavailable" where the machine has no such addresses at all.
std::unexpected<Error> cannot_use(const char* protocol, std::uint16_t port);
/// A UDP socket on the wildcard address that tells and takes local addresses (IP_PKTINFO, IPV6_PKTINFO). Port 0 = any.
Result<FileDescriptor> open_udp(rtc::NetAddress::Family family, std::uint16_t port);
/// The port a socket is bound to.
std::uint16_t bound_port(const FileDescriptor& socket);

class UdpReceiver {
 public:
  static constexpr unsigned kBatch = 64;

  UdpReceiver(rtc::PacketPool& pool, LocalAddresses& locals);

  /// Reads one batch from `socket` and calls `handle(path, PacketRef&)` for each datagram. Returns how many were read;
  /// fewer than kBatch means that the socket is empty. Datagrams too long for a buffer are dropped.
  template <class F>
  unsigned receive(int socket, F&& handle) {
    const unsigned count = read(socket);
    for (unsigned i = 0; i < count; ++i) {
      rtc::Path path;
      if (path_of(i, path)) handle(path, buffers_[i]);
    }
    return count;
  }

 private:
  unsigned read(int socket);
  bool path_of(unsigned i, rtc::Path& path);

  rtc::PacketPool& pool_;
  LocalAddresses& locals_;
  std::array<rtc::PacketRef, kBatch> buffers_;
  std::array<mmsghdr, kBatch> messages_{};
  std::array<iovec, kBatch> vectors_{};
  std::array<sockaddr_storage, kBatch> addresses_{};
  struct alignas(cmsghdr) Control {
    std::array<std::uint8_t, CMSG_SPACE(sizeof(in6_pktinfo))> bytes;
  };
  std::array<Control, kBatch> control_{};
};

}  // namespace visavis::media
