// SPDX-License-Identifier: Apache-2.0
#include "media/worker/udp_receiver.hpp"

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

namespace visavis::media {
namespace {

constexpr int kSocketBuffer = 8 << 20;

void enlarge(int socket) {
  // The FORCE variants pass the system's limit where we may; otherwise as much as it gives.
  for (const int option : {SO_RCVBUF, SO_SNDBUF})
    setsockopt(socket, SOL_SOCKET, option, &kSocketBuffer, sizeof kSocketBuffer);
  for (const int option : {SO_RCVBUFFORCE, SO_SNDBUFFORCE}) {
    setsockopt(socket, SOL_SOCKET, option, &kSocketBuffer, sizeof kSocketBuffer);
  }
}

}  // namespace

std::unexpected<Error> cannot_use(const char* protocol, std::uint16_t port) {
  const int why = errno;
  const std::string what = std::string(protocol) + " port " + std::to_string(port) + " cannot be used (" +
                           std::generic_category().message(why) + ")";
  if (why == EADDRNOTAVAIL || why == EAFNOSUPPORT)
    return fail(ErrorKind::kUnavailable, "family_unavailable", what + ".");
  return fail(ErrorKind::kConflict, "media_port_unusable",
              what + ": stop what uses it or choose another with --media-port.");
}

Result<FileDescriptor> open_udp(rtc::NetAddress::Family family, std::uint16_t port) {
  const bool v6 = family == rtc::NetAddress::Family::kV6;
  FileDescriptor socket(::socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return cannot_use("UDP", port);
  const int on = 1;
  if (v6) {
    setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    setsockopt(socket.get(), IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
  } else {
    setsockopt(socket.get(), IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  }
  enlarge(socket.get());
  sockaddr_storage address{};
  const auto any = v6 ? rtc::NetAddress::v6({}, port) : rtc::NetAddress::v4({}, port);
  const std::size_t length = any.to_sockaddr(address);
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(length)) != 0) {
    return cannot_use("UDP", port);
  }
  return socket;
}

std::uint16_t bound_port(const FileDescriptor& socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
  const auto bound = rtc::NetAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&address), length);
  return bound ? bound->port() : std::uint16_t{0};
}

UdpReceiver::UdpReceiver(rtc::PacketPool& pool, LocalAddresses& locals) : pool_(pool), locals_(locals) {
  for (unsigned i = 0; i < kBatch; ++i) {
    vectors_[i].iov_len = rtc::PacketBuffer::kCapacity;
    messages_[i].msg_hdr.msg_iov = &vectors_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
    messages_[i].msg_hdr.msg_name = &addresses_[i];
    messages_[i].msg_hdr.msg_control = &control_[i];
  }
}

unsigned UdpReceiver::read(int socket) {
  unsigned ready = 0;
  for (; ready < kBatch; ++ready) {
    // What nobody kept is used again; what a cache holds is left to it.
    if (!buffers_[ready].unique()) buffers_[ready] = pool_.take();
    if (!buffers_[ready]) break;
    vectors_[ready].iov_base = buffers_[ready]->data;
    msghdr& header = messages_[ready].msg_hdr;
    header.msg_namelen = sizeof(sockaddr_storage);
    header.msg_controllen = sizeof(Control);
    header.msg_flags = 0;
  }
  if (ready == 0) return 0;
  const int count = recvmmsg(socket, messages_.data(), ready, MSG_DONTWAIT, nullptr);
  return count > 0 ? static_cast<unsigned>(count) : 0;
}

bool UdpReceiver::path_of(unsigned i, rtc::Path& path) {
  msghdr& header = messages_[i].msg_hdr;
  if ((header.msg_flags & MSG_TRUNC) != 0) return false;
  buffers_[i]->offset = 0;
  buffers_[i]->size = static_cast<std::uint16_t>(messages_[i].msg_len);
  const auto remote = rtc::NetAddress::from_sockaddr(static_cast<const sockaddr*>(header.msg_name), header.msg_namelen);
  if (!remote) return false;
  path.protocol = rtc::PathProtocol::kUdp;
  path.remote = *remote;
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c != nullptr; c = CMSG_NXTHDR(&header, c)) {
    rtc::NetAddress local;
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      std::array<std::uint8_t, 4> ip;
      std::memcpy(ip.data(), &info.ipi_addr, ip.size());
      local = rtc::NetAddress::v4(ip, 0);
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      std::array<std::uint8_t, 16> ip;
      std::memcpy(ip.data(), &info.ipi6_addr, ip.size());
      local = rtc::NetAddress::v6(ip, 0);
    } else {
      continue;
    }
    const auto number = locals_.number_of(local);
    if (!number) return false;
    path.socket = *number;
    return true;
  }
  return false;
}

}  // namespace visavis::media
