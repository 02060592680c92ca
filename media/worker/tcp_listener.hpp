// SPDX-License-Identifier: Apache-2.0
// ICE-TCP (RFC 6544), passive: connections on the worker's port number that carry framed datagrams (RFC 4571).
// Everything is bounded: connections, what one may send before its first whole frame, what waits for a slow reader.
// Until a frame of an authenticated peer came over it, a connection is a stranger's: it lives shortly, and strangers
// make room for newcomers, first those of the same address.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "media/rtc/ice/ice.hpp"
#include "media/rtc/nack/packet_pool.hpp"
#include "media/worker/file_descriptor.hpp"

namespace visavis::media {

/// A listening socket on the wildcard address. Port 0 = any.
Result<FileDescriptor> open_tcp(rtc::NetAddress::Family family, std::uint16_t port);

class TcpListener {
 public:
  static constexpr std::size_t kMaxConnections = 1024;
  /// Strangers of one IPv4 address or one IPv6 /64. A carrier's NAT or a proxy is many people behind one address, but
  /// each of them is a stranger for one round trip only: when there are more, the oldest of theirs makes room.
  static constexpr std::size_t kMaxStrangers = 256;
  static constexpr Micros kFirstCheck = Millis{500};  // nobody has to make room before
  static constexpr Micros kStranger = Seconds{5};     // a stranger for so long: closed
  static constexpr Micros kIdle = Seconds{60};        // no frame of an authenticated peer for so long: closed
  static constexpr std::size_t kMaxPending =
      std::size_t{128} * 1024;                             // bytes that wait for a slow reader; more is dropped
  static constexpr std::uint32_t kSocketBit = 0x80000000;  // in rtc::Path::socket: a connection, not a local address

  class Handler {
   public:
    /// Whether the connection belongs to an authenticated peer, now that the frame was handled.
    virtual bool on_frame(const rtc::Path& path, rtc::PacketRef& buffer) = 0;
    virtual void on_gone(const rtc::Path& path) = 0;

   protected:
    ~Handler() = default;
  };

  /// `epoll` gets every connection with `tag` in the upper and its rtc::Path::socket in the lower half of its data.
  TcpListener(int epoll, std::uint32_t tag, rtc::PacketPool& pool, std::size_t max_connections = kMaxConnections)
      : epoll_(epoll), tag_(tag), pool_(pool), max_connections_(max_connections) {}

  /// Takes what waits on a listening socket.
  void accept_from(int listener, Instant now, Handler& handler);
  /// A connection that was accepted elsewhere.
  void adopt(FileDescriptor connection, Instant now, Handler& handler);
  /// A connection is readable or writable again.
  void on_event(std::uint32_t socket, std::uint32_t events, Instant now, Handler& handler);
  /// Frames and sends, or drops where the reader is too slow or the connection gone.
  void send(const rtc::Path& path, Bytes datagram);
  /// Closes idle connections and strangers; call every second.
  void sweep(Instant now, Handler& handler);

  std::size_t connections() const { return open_; }
  std::uint64_t dropped() const { return dropped_; }

 private:
  static constexpr std::size_t kFrameHeader = 2;
  struct Connection {
    FileDescriptor socket;
    rtc::Path path;
    Instant since{};  // the last frame of an authenticated peer; a stranger's beginning
    bool stranger = true;
    std::size_t held = 0;               // bytes in `partial`
    std::vector<std::uint8_t> partial;  // the beginning of a frame; one frame at most
    std::vector<std::uint8_t> pending;
    std::size_t sent = 0;  // of pending
    bool waiting_to_write = false;
  };

  static std::uint32_t number_of(std::uint32_t socket) { return socket & 0xFFFFU; }
  bool admit(const rtc::NetAddress& remote, Instant now, Handler& handler);
  void add(FileDescriptor socket, const rtc::NetAddress& remote, Instant now);
  bool read(Connection& connection, Instant now, Handler& handler);
  void deliver(Connection& connection, Instant now, Handler& handler);
  bool flush(std::uint32_t number);
  void watch(std::uint32_t number, bool write);
  void close(std::uint32_t number, Handler& handler);

  int epoll_;
  std::uint32_t tag_;
  rtc::PacketPool& pool_;
  std::size_t max_connections_;
  std::vector<std::unique_ptr<Connection>> connections_;  // by number; empty places are used again
  std::vector<std::uint32_t> generations_;
  std::size_t open_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace visavis::media
