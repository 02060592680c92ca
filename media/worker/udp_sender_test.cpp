// SPDX-License-Identifier: Apache-2.0
#include "media/worker/udp_sender.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <vector>

#include "media/worker/udp_receiver.hpp"

namespace visavis::media {
namespace {

using Datagram = std::vector<std::uint8_t>;

struct Receiver {
  FileDescriptor socket = std::move(*open_udp(rtc::NetAddress::Family::kV4, 0));

  rtc::Path path(LocalAddresses& locals) const {
    rtc::Path path;
    path.socket = locals.number_of(rtc::NetAddress::v4({127, 0, 0, 1}, 0)).value();
    path.remote = rtc::NetAddress::v4({127, 0, 0, 1}, bound_port(socket));
    return path;
  }

  /// The next datagrams, as many as that; the loopback device may take its time on a busy machine.
  std::vector<Datagram> take(std::size_t how_many) const {
    std::vector<Datagram> datagrams;
    while (datagrams.size() < how_many) {
      pollfd wait{socket.get(), POLLIN, 0};
      if (poll(&wait, 1, 10'000) != 1) break;
      Datagram datagram(2000);
      datagram.resize(static_cast<std::size_t>(recv(socket.get(), datagram.data(), datagram.size(), 0)));
      datagrams.push_back(std::move(datagram));
    }
    return datagrams;
  }
};

struct Sending {
  FileDescriptor socket = std::move(*open_udp(rtc::NetAddress::Family::kV4, 0));
  LocalAddresses locals;
  UdpSender sender{socket.get(), -1, locals};
  std::uint8_t next = 0;

  Datagram send(const rtc::Path& path, std::size_t size) {
    const Datagram datagram(size, ++next);
    std::ranges::copy(datagram, sender.reserve().begin());
    sender.commit(path, size);
    return datagram;
  }

  /// Two pictures and sound, to two people in turns: runs of one size, a shorter last one, a longer one after it.
  void check_two_people() {
    const Receiver a;
    const Receiver b;
    std::vector<Datagram> to_a;
    std::vector<Datagram> to_b;
    for (const std::size_t size : {1200, 1200, 1200, 700, 1200, 1201, 90, 90}) {
      to_a.push_back(send(a.path(locals), size));
      if (size == 1200) to_a.push_back(send(a.path(locals), size));
      to_b.push_back(send(b.path(locals), size + 7));
    }
    sender.flush();
    EXPECT_TRUE(sender.empty());
    EXPECT_EQ(a.take(to_a.size()), to_a);
    EXPECT_EQ(b.take(to_b.size()), to_b);
    EXPECT_EQ(sender.errors(), 0U);
  }
};

TEST(UdpSender, keeps_datagrams_apart_and_in_order) {
  Sending sending;
  sending.check_two_people();
  sending.check_two_people();
}

TEST(UdpSender, sends_one_by_one_where_the_system_refuses_to_cut_up) {
  Sending sending;
  // Without checksums there is no UDP_SEGMENT: EINVAL, as where a segment exceeds the device's MTU.
  const int on = 1;
  ASSERT_EQ(setsockopt(sending.socket.get(), SOL_SOCKET, SO_NO_CHECK, &on, sizeof on), 0);
  sending.check_two_people();
}

TEST(UdpSender, flushes_by_itself_once_it_is_full) {
  Sending sending;
  const Receiver receiver;
  std::vector<Datagram> sent;
  for (std::size_t i = 0; i < UdpSender::kSlots + 1; ++i) {
    sent.push_back(sending.send(receiver.path(sending.locals), 1000 + i % 3));
  }
  const auto full = static_cast<std::ptrdiff_t>(UdpSender::kSlots);
  EXPECT_EQ(receiver.take(UdpSender::kSlots), std::vector<Datagram>(sent.begin(), sent.begin() + full));
  sending.sender.flush();
  EXPECT_EQ(receiver.take(1), std::vector<Datagram>(sent.begin() + full, sent.end()));
}

}  // namespace
}  // namespace visavis::media
