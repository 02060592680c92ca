// SPDX-License-Identifier: Apache-2.0
// ICE-TCP (RFC 6544), passive: connections on the worker's port number that carry framed datagrams (RFC 4571).
// Everything is bounded: connections, what one may send before its first whole frame, what waits for a slow reader.
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
  static constexpr std::size_t kMaxPending = 128 * 1024;   // bytes that wait for a slow reader; more is dropped
  static constexpr Micros kIdle = Seconds{60};             // no whole frame for so long: closed
  static constexpr std::uint32_t kSocketBit = 0x80000000;  // in rtc::Path::socket: a connection, not a local address

  /// `epoll` gets every connection with `tag` in the upper and the connection's number in the lower half of its data.
  TcpListener(int epoll, std::uint32_t tag, rtc::PacketPool& pool) : epoll_(epoll), tag_(tag), pool_(pool) {}

  class Handler {
   public:
    virtual void on_frame(const rtc::Path& path, rtc::PacketRef& buffer) = 0;
    virtual void on_gone(const rtc::Path& path) = 0;

   protected:
    ~Handler() = default;
  };

  /// Takes what waits on a listening socket.
  void accept_from(int listener, Instant now);
  /// A connection is readable or writable again.
  void on_event(std::uint32_t number, std::uint32_t events, Instant now, Handler& handler);
  /// Frames and sends, or drops where the reader is too slow or the connection gone.
  void send(const rtc::Path& path, Bytes datagram);
  /// Closes idle connections; call every few seconds.
  void sweep(Instant now, Handler& handler);

  std::size_t connections() const { return open_; }
  std::uint64_t dropped() const { return dropped_; }

 private:
  static constexpr std::size_t kFrameHeader = 2;
  struct Connection {
    FileDescriptor socket;
    rtc::Path path;
    Instant last_frame{};
    std::size_t held = 0;               // bytes in `partial`
    std::vector<std::uint8_t> partial;  // the beginning of a frame; one frame at most
    std::vector<std::uint8_t> pending;
    std::size_t sent = 0;  // of pending
    bool waiting_to_write = false;
  };

  std::uint32_t add(FileDescriptor socket, const rtc::NetAddress& remote, Instant now);
  bool read(Connection& connection, Instant now, Handler& handler);
  bool deliver(Connection& connection, Handler& handler);
  bool flush(std::uint32_t number);
  void watch(std::uint32_t number, bool write);
  void close(std::uint32_t number, Handler& handler);

  int epoll_;
  std::uint32_t tag_;
  rtc::PacketPool& pool_;
  std::vector<std::unique_ptr<Connection>> connections_;  // by number; empty places are used again
  std::vector<std::uint32_t> generations_;
  std::size_t open_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace visavis::media
