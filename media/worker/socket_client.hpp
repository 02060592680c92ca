// SPDX-License-Identifier: Apache-2.0
// Only tests include this: a room's client over real sockets on the loopback, and the control plane's side of the
// service.
#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/check.hpp"
#include "media/gateway/messages.hpp"
#include "media/sfu/testkit/client.hpp"
#include "media/worker/file_descriptor.hpp"

namespace visavis::media::testing {

inline Instant clock_now() {
  return Instant{std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now().time_since_epoch())};
}

class SocketClient {
 public:
  /// `port`, `address`: takes only a candidate on this one; 0 or empty = the first.
  explicit SocketClient(const sfu::testkit::ClientConfig& config, bool tcp = false, std::uint16_t port = 0,
                        std::string address = {})
      : client(config, [this](const rtc::Path&, Bytes datagram) { transmit(datagram); }),
        tcp_(tcp),
        port_(port),
        address_(std::move(address)) {}

  void accept(const std::string& answer) {
    const auto sdp = rtc::Sdp::parse(answer);
    CHECK(sdp.has_value());
    for (const auto& candidate : sdp->media.at(0).candidates) {
      if ((candidate.transport == "tcp") != tcp_ || (port_ != 0 && candidate.port != port_)) continue;
      if (!address_.empty() && candidate.address != address_) continue;
      server_.remote = *rtc::NetAddress::parse(candidate.address, candidate.port);
      break;
    }
    server_.protocol = tcp_ ? rtc::PathProtocol::kTcp : rtc::PathProtocol::kUdp;
    connect_to(server_.remote);
    client.accept(answer, clock_now(), server_);
  }

  /// Reads what came and handles deadlines.
  void pump() {
    std::array<std::uint8_t, 4096> buffer;
    while (true) {
      const ssize_t n = recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (n <= 0) break;
      if (!tcp_) {
        client.receive(server_, MutableBytes{buffer}.first(static_cast<std::size_t>(n)), clock_now());
        continue;
      }
      stream_.insert(stream_.end(), buffer.begin(), buffer.begin() + n);
      while (stream_.size() >= 2 && stream_.size() >= 2U + load_be16(stream_.data())) {
        const std::size_t size = load_be16(stream_.data());
        client.receive(server_, MutableBytes{stream_}.subspan(2, size), clock_now());
        stream_.erase(stream_.begin(), stream_.begin() + static_cast<std::ptrdiff_t>(2 + size));
      }
    }
    if (client.deadline() <= clock_now()) client.handle_deadline(clock_now());
  }

  void transmit(Bytes datagram) {
    if (!tcp_) {
      send(socket_.get(), datagram.data(), datagram.size(), 0);
      return;
    }
    std::vector<std::uint8_t> frame(2);
    store_be16(frame.data(), static_cast<std::uint16_t>(datagram.size()));
    frame.insert(frame.end(), datagram.begin(), datagram.end());
    send(socket_.get(), frame.data(), frame.size(), MSG_NOSIGNAL);
  }

  /// A bare socket to the server: what strangers have.
  void connect_to(const rtc::NetAddress& server) {
    server_.remote = server;
    const int type = (tcp_ ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC;
    socket_ = FileDescriptor(::socket(server.is_v6() ? AF_INET6 : AF_INET, type, 0));
    sockaddr_storage address{};
    const std::size_t length = server.to_sockaddr(address);
    CHECK(connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(length)) == 0);
  }

  int socket() const { return socket_.get(); }
  const rtc::NetAddress& server() const { return server_.remote; }

  sfu::testkit::Client client;

 private:
  FileDescriptor socket_;
  rtc::Path server_;
  bool tcp_;
  std::uint16_t port_;
  std::string address_;
  std::vector<std::uint8_t> stream_;
};

/// The control plane's side of the service.
class Control {
 public:
  explicit Control(std::unique_ptr<gateway::MediaService> service) : service_(std::move(service)) {}

  gateway::MediaService& service() { return *service_; }
  void stop() { service_.reset(); }
  const std::vector<gateway::Event>& events() {
    service_->drain(events_);
    return events_;
  }
  template <class E>
  const E* find(const std::function<bool(const E&)>& suits = [](const E&) { return true; }) {
    for (const gateway::Event& event : events()) {
      const E* e = std::get_if<E>(&event);
      if (e != nullptr && suits(*e)) return e;
    }
    return nullptr;
  }

  /// Lets everybody work until the condition holds; waits on sockets, never sleeps.
  bool run_until(const std::vector<SocketClient*>& clients, const std::function<bool()>& condition,
                 std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::vector<pollfd> fds{{service_->event_fd(), POLLIN, 0}};
      for (const SocketClient* c : clients) {
        if (c->socket() >= 0) fds.push_back({c->socket(), POLLIN, 0});
      }
      poll(fds.data(), fds.size(), 5);
      for (SocketClient* c : clients) {
        if (c->socket() >= 0) c->pump();
      }
      if (while_waiting) while_waiting();
      events();
    }
    return true;
  }

  /// Other work of the control plane, done in between.
  std::function<void()> while_waiting;

  /// Opens a session and connects; false where it does not come about.
  bool join(SocketClient& client, std::uint64_t session, std::uint64_t room, std::vector<SocketClient*> others = {}) {
    gateway::OpenSession open;
    open.session = {session};
    open.room = {room};
    open.participant = {session};
    open.offer = client.client.offer();
    service_->post(std::move(open));
    const auto answered = [&] {
      return find<gateway::SessionAnswered>([&](const auto& e) { return e.session.value == session; });
    };
    if (!run_until(others, [&] { return answered() != nullptr; })) return false;
    client.accept(answered()->answer);
    others.push_back(&client);
    return run_until(others, [&] {
      return client.client.connected() &&
             find<gateway::SessionConnected>([&](const auto& e) { return e.session.value == session; }) != nullptr;
    });
  }

 private:
  std::unique_ptr<gateway::MediaService> service_;
  std::vector<gateway::Event> events_;
};

}  // namespace visavis::media::testing
