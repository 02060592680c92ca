// SPDX-License-Identifier: Apache-2.0
#include "media/worker/tcp_listener.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "media/worker/udp_receiver.hpp"

namespace visavis::media {
namespace {

constexpr std::size_t kMaxFrame = rtc::PacketBuffer::kCapacity;
constexpr int kAcceptsPerTurn = 32;
constexpr int kReadsPerTurn = 16;

/// One person's addresses: with IPv6 everybody has a /64 to choose from.
bool same_neighbourhood(const rtc::NetAddress& a, const rtc::NetAddress& b) {
  const std::size_t prefix = a.is_v6() ? 8 : 4;
  return a.family() == b.family() && std::ranges::equal(a.ip().first(prefix), b.ip().first(prefix));
}

}  // namespace

Result<FileDescriptor> open_tcp(rtc::NetAddress::Family family, std::uint16_t port) {
  const bool v6 = family == rtc::NetAddress::Family::kV6;
  FileDescriptor socket(::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return cannot_use("TCP", port);
  const int on = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (v6) setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  sockaddr_storage address{};
  const auto any = v6 ? rtc::NetAddress::v6({}, port) : rtc::NetAddress::v4({}, port);
  const std::size_t length = any.to_sockaddr(address);
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(length)) != 0 ||
      listen(socket.get(), 128) != 0) {
    return cannot_use("TCP", port);
  }
  return socket;
}

void TcpListener::accept_from(int listener, Instant now, Handler& handler) {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    FileDescriptor socket(
        accept4(listener, reinterpret_cast<sockaddr*>(&address), &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) return;
    const auto remote = rtc::NetAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&address), length);
    if (remote && admit(*remote, now, handler)) add(std::move(socket), *remote, now);  // else closed at once
  }
}

void TcpListener::adopt(FileDescriptor connection, Instant now, Handler& handler) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (getpeername(connection.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0) return;
  const auto remote = rtc::NetAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&address), length);
  if (remote && admit(*remote, now, handler)) add(std::move(connection), *remote, now);
}

bool TcpListener::admit(const rtc::NetAddress& remote, Instant now, Handler& handler) {
  std::size_t neighbours = 0;
  const Connection* oldest = nullptr;
  const Connection* oldest_neighbour = nullptr;
  const auto older = [](const Connection& a, const Connection* b) { return b == nullptr || a.since < b->since; };
  for (const auto& c : connections_) {
    if (c == nullptr || !c->stranger) continue;
    if (older(*c, oldest)) oldest = c.get();
    if (!same_neighbourhood(c->path.remote, remote)) continue;
    ++neighbours;
    if (older(*c, oldest_neighbour)) oldest_neighbour = c.get();
  }
  const Connection* leaves = nullptr;
  if (neighbours >= kMaxStrangers) {
    leaves = oldest_neighbour;
    if (now - leaves->since <= kFirstCheck) return false;
  } else if (open_ >= max_connections_) {
    leaves = oldest;
    if (leaves == nullptr) return false;
  }
  if (leaves != nullptr) close(number_of(leaves->path.socket), handler);
  return true;
}

void TcpListener::add(FileDescriptor socket, const rtc::NetAddress& remote, Instant now) {
  auto at = std::ranges::find_if(connections_, [](const auto& c) { return c == nullptr; });
  if (at == connections_.end()) {
    connections_.emplace_back();
    generations_.push_back(0);
    at = connections_.end() - 1;
  }
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto number = static_cast<std::uint32_t>(at - connections_.begin());
  auto connection = std::make_unique<Connection>();
  connection->socket = std::move(socket);
  // The generation keeps a late packet of a closed session off the connection that took its place.
  generations_[number] = (generations_[number] + 1) & 0x7FFFU;
  connection->path = {kSocketBit | generations_[number] << 16 | number, rtc::PathProtocol::kTcp, remote};
  connection->since = now;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP;
  event.data.u64 = std::uint64_t{tag_} << 32 | connection->path.socket;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, connection->socket.get(), &event) != 0) return;
  *at = std::move(connection);
  ++open_;
}

void TcpListener::on_event(std::uint32_t socket, std::uint32_t events, Instant now, Handler& handler) {
  // The connection may have made room for another since the event was read.
  const std::uint32_t number = number_of(socket);
  if (number >= connections_.size() || connections_[number] == nullptr) return;
  if (connections_[number]->path.socket != socket) return;
  bool good = (events & (EPOLLERR | EPOLLHUP)) == 0;
  if (good && (events & EPOLLOUT) != 0) good = flush(number);
  if (good && (events & (EPOLLIN | EPOLLRDHUP)) != 0) good = read(*connections_[number], now, handler);
  if (!good) close(number, handler);
}

bool TcpListener::read(Connection& c, Instant now, Handler& handler) {
  for (int i = 0; i < kReadsPerTurn; ++i) {
    // One frame at a time: its length first, then as much as is missing. Small, but nothing is held beyond a frame.
    c.partial.resize(kFrameHeader + kMaxFrame);
    const std::size_t wanted = c.held < kFrameHeader ? kFrameHeader : kFrameHeader + load_be16(c.partial.data());
    if (wanted > kFrameHeader + kMaxFrame) return false;  // no datagram of ours is so long
    if (wanted > c.held) {
      const ssize_t n = recv(c.socket.get(), c.partial.data() + c.held, wanted - c.held, MSG_DONTWAIT);
      if (n == 0) return false;
      if (n < 0) return errno == EAGAIN || errno == EINTR;
      c.held += static_cast<std::size_t>(n);
    }
    if (c.held >= kFrameHeader && c.held == kFrameHeader + load_be16(c.partial.data())) {
      deliver(c, now, handler);
      c.held = 0;
    }
  }
  return true;
}

void TcpListener::deliver(Connection& c, Instant now, Handler& handler) {
  const std::size_t size = c.held - kFrameHeader;
  if (size == 0) return;
  rtc::PacketRef buffer = pool_.take();
  if (!buffer) return;
  std::memcpy(buffer->data, c.partial.data() + kFrameHeader, size);
  buffer->size = static_cast<std::uint16_t>(size);
  const bool stranger = !handler.on_frame(c.path, buffer);
  // Whose session ended is a stranger from then on, with a stranger's time to leave.
  if (!stranger || !c.stranger) c.since = now;
  c.stranger = stranger;
}

void TcpListener::send(const rtc::Path& path, Bytes datagram) {
  const std::uint32_t number = number_of(path.socket);
  if (number >= connections_.size() || connections_[number] == nullptr || connections_[number]->path != path) return;
  Connection& c = *connections_[number];
  if (c.pending.size() - c.sent + kFrameHeader + datagram.size() > kMaxPending) {
    ++dropped_;
    return;
  }
  std::array<std::uint8_t, kFrameHeader> length;
  store_be16(length.data(), static_cast<std::uint16_t>(datagram.size()));
  std::size_t written = 0;
  if (c.pending.empty()) {
    std::array<iovec, 2> parts{iovec{length.data(), length.size()},
                               iovec{const_cast<std::uint8_t*>(datagram.data()), datagram.size()}};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    const ssize_t n = sendmsg(c.socket.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN) return;  // epoll tells of its end
    written = n < 0 ? 0 : static_cast<std::size_t>(n);
    if (written == kFrameHeader + datagram.size()) return;
  }
  // A frame that was begun must be finished, or everything after it is read wrongly.
  if (written < kFrameHeader)
    c.pending.insert(c.pending.end(), length.begin() + static_cast<std::ptrdiff_t>(written), length.end());
  const std::size_t of_datagram = written > kFrameHeader ? written - kFrameHeader : 0;
  c.pending.insert(c.pending.end(), datagram.begin() + static_cast<std::ptrdiff_t>(of_datagram), datagram.end());
  if (!c.waiting_to_write) watch(number, true);
}

bool TcpListener::flush(std::uint32_t number) {
  Connection& c = *connections_[number];
  while (c.sent < c.pending.size()) {
    const ssize_t n =
        ::send(c.socket.get(), c.pending.data() + c.sent, c.pending.size() - c.sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0) {
      if (errno != EAGAIN && errno != EINTR) return false;
      c.pending.erase(c.pending.begin(), c.pending.begin() + static_cast<std::ptrdiff_t>(c.sent));
      c.sent = 0;
      return true;
    }
    c.sent += static_cast<std::size_t>(n);
  }
  c.pending.clear();
  c.sent = 0;
  watch(number, false);
  return true;
}

void TcpListener::watch(std::uint32_t number, bool write) {
  Connection& c = *connections_[number];
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP | (write ? EPOLLOUT : 0U);
  event.data.u64 = std::uint64_t{tag_} << 32 | c.path.socket;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, c.socket.get(), &event);
  c.waiting_to_write = write;
}

void TcpListener::close(std::uint32_t number, Handler& handler) {
  const rtc::Path path = connections_[number]->path;
  connections_[number].reset();
  --open_;
  handler.on_gone(path);
}

void TcpListener::sweep(Instant now, Handler& handler) {
  for (std::uint32_t i = 0; i < connections_.size(); ++i) {
    const auto& c = connections_[i];
    if (c != nullptr && now - c->since > (c->stranger ? kStranger : kIdle)) close(i, handler);
  }
}

}  // namespace visavis::media
