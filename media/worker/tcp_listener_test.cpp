// SPDX-License-Identifier: Apache-2.0
// Who may stay connected: real sockets on the loopback, fake time, and a handler that says who is authenticated.
#include "media/worker/tcp_listener.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <set>

namespace visavis::media {
namespace {

rtc::NetAddress loopback(std::uint8_t last, std::uint16_t port = 0) {
  return rtc::NetAddress::v4({127, 0, 0, last}, port);
}

class Peer {
 public:
  Peer(const rtc::NetAddress& from, const rtc::NetAddress& server)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_storage address{};
    std::size_t length = from.to_sockaddr(address);
    EXPECT_EQ(bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(length)), 0);
    length = server.to_sockaddr(address);
    EXPECT_EQ(connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(length)), 0);
  }
  void frame(std::uint8_t byte) {
    const std::array<std::uint8_t, 3> data{0, 1, byte};
    ASSERT_EQ(::send(socket_.get(), data.data(), data.size(), MSG_NOSIGNAL), 3);
  }
  bool closed() const {
    std::uint8_t byte = 0;
    const ssize_t n = recv(socket_.get(), &byte, 1, MSG_DONTWAIT);
    return n == 0 || (n < 0 && errno != EAGAIN);
  }

 private:
  FileDescriptor socket_;
};

/// A frame that holds 'A' authenticates, whatever else was said before.
class TcpListenerTest : public ::testing::Test, public TcpListener::Handler {
 protected:
  static constexpr std::size_t kPlaces = 300;

  TcpListenerTest() : epoll_(epoll_create1(EPOLL_CLOEXEC)), listener_(epoll_.get(), 3, pool_, kPlaces) {
    auto opened = open_tcp(rtc::NetAddress::Family::kV4, 0);
    EXPECT_TRUE(opened);
    socket_ = std::move(*opened);
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &length);
    port_ = rtc::NetAddress::from_sockaddr(reinterpret_cast<const sockaddr*>(&address), length)->port();
  }

  Peer join(std::uint8_t from) {
    Peer peer(loopback(from), loopback(1, port_));
    pollfd waiting{socket_.get(), POLLIN, 0};
    EXPECT_EQ(poll(&waiting, 1, 5'000), 1);
    listener_.accept_from(socket_.get(), now_, *this);
    return peer;
  }
  Peer join_authenticated(std::uint8_t from) {
    Peer peer = join(from);
    peer.frame('A');
    read();
    return peer;
  }
  /// Handles the events of whoever said something.
  void read() {
    std::array<epoll_event, 64> events;
    const int count = epoll_wait(epoll_.get(), events.data(), 64, 5'000);
    ASSERT_GT(count, 0);
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
      EXPECT_EQ(events[i].data.u64 >> 32, 3U);
      listener_.on_event(static_cast<std::uint32_t>(events[i].data.u64), events[i].events, now_, *this);
    }
  }
  void pass(Micros time) {
    now_ += time;
    listener_.sweep(now_, *this);
  }

  bool on_frame(const rtc::Path& path, rtc::PacketRef& buffer) override {
    ++frames_;
    if (buffer->data[0] == 'A') known_.insert(path.socket);
    if (buffer->data[0] == 'E') known_.erase(path.socket);
    return known_.contains(path.socket);
  }
  void on_gone(const rtc::Path& path) override { known_.erase(path.socket); }

  rtc::PacketPool pool_{100};
  FileDescriptor epoll_;
  FileDescriptor socket_;
  std::uint16_t port_ = 0;
  TcpListener listener_;
  std::set<std::uint32_t> known_;
  int frames_ = 0;
  Instant now_{Seconds{1'000}};
};

TEST_F(TcpListenerTest, frames_of_a_stranger_do_not_prolong_its_stay) {
  Peer stranger = join(1);
  Peer member = join_authenticated(1);
  for (int i = 0; i < 5; ++i) {
    pass(Seconds{1});
    EXPECT_FALSE(stranger.closed());
    stranger.frame('x');
    read();
  }
  EXPECT_EQ(frames_, 6);
  pass(Millis{1});
  EXPECT_TRUE(stranger.closed());
  EXPECT_FALSE(member.closed());
  pass(TcpListener::kIdle);
  EXPECT_TRUE(member.closed()) << "nothing came for a minute";
}

TEST_F(TcpListenerTest, an_authenticated_peer_stays_while_it_speaks) {
  Peer member = join_authenticated(1);
  for (int i = 0; i < 10; ++i) {
    pass(TcpListener::kIdle);
    member.frame('m');
    read();
  }
  EXPECT_FALSE(member.closed());
}

TEST_F(TcpListenerTest, whose_session_ended_is_a_stranger_again) {
  Peer member = join_authenticated(1);
  pass(Seconds{30});
  member.frame('E');
  read();
  pass(TcpListener::kStranger);
  EXPECT_FALSE(member.closed());
  member.frame('x');
  read();
  pass(Millis{1});
  EXPECT_TRUE(member.closed());
}

TEST_F(TcpListenerTest, beyond_its_places_an_address_replaces_its_oldest_stranger) {
  std::vector<Peer> members;
  for (int i = 0; i < 5; ++i) members.push_back(join_authenticated(1));
  Peer elsewhere = join(2);
  pass(Millis{1});
  std::vector<Peer> strangers;
  for (std::size_t i = 0; i < TcpListener::kMaxStrangers; ++i) strangers.push_back(join(1));
  EXPECT_TRUE(join(1).closed()) << "all of them may still be about to send their first check";
  EXPECT_FALSE(join(3).closed()) << "another address has places of its own";
  pass(TcpListener::kFirstCheck + Micros{1});
  Peer newcomer = join(1);
  EXPECT_FALSE(newcomer.closed());
  EXPECT_TRUE(strangers.front().closed()) << "the oldest made room";
  for (std::size_t i = 1; i < strangers.size(); ++i) EXPECT_FALSE(strangers[i].closed()) << i;
  EXPECT_FALSE(elsewhere.closed()) << "older, but of another address";
  for (const Peer& p : members) EXPECT_FALSE(p.closed());
}

TEST_F(TcpListenerTest, an_address_that_opens_without_end_does_not_lock_out_an_honest_one_behind_it) {
  std::vector<Peer> idle;
  for (std::size_t i = 0; i < TcpListener::kMaxStrangers; ++i) idle.push_back(join(1));
  for (int round = 0; round < 3; ++round) {
    pass(TcpListener::kFirstCheck + Millis{1});
    Peer honest = join_authenticated(1);
    pass(Seconds{1});
    EXPECT_FALSE(honest.closed()) << round;
    idle.push_back(join(1));
  }
}

TEST_F(TcpListenerTest, the_oldest_stranger_makes_room_and_members_never_do) {
  std::vector<Peer> members;
  for (std::size_t i = 0; i + 2 < kPlaces; ++i) members.push_back(join_authenticated(1));
  Peer old = join(2);
  pass(Seconds{1});
  Peer young = join(3);
  ASSERT_EQ(listener_.connections(), kPlaces);
  old.frame('A');  // waits unread: the connection goes before its event is handled
  members.push_back(join(4));
  EXPECT_TRUE(old.closed());
  EXPECT_FALSE(young.closed());
  members.back().frame('A');
  read();
  EXPECT_EQ(listener_.connections(), kPlaces);
  young.frame('A');
  read();
  EXPECT_TRUE(join(5).closed()) << "nobody left who could make room";
  for (const Peer& p : members) EXPECT_FALSE(p.closed());
}

}  // namespace
}  // namespace visavis::media
