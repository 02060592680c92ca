// SPDX-License-Identifier: Apache-2.0
#include "media/worker/udp_receiver.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <vector>

namespace visavis::media {
namespace {

struct Receiving {
  FileDescriptor socket = std::move(*open_udp(rtc::NetAddress::Family::kV4, 0));
  FileDescriptor far = std::move(*open_udp(rtc::NetAddress::Family::kV4, 0));
  LocalAddresses locals;
  rtc::PacketPool pool;
  UdpReceiver receiver{pool, locals};
  std::uint8_t sent = 0;

  explicit Receiving(std::size_t buffers) : pool(buffers) {}

  void send(int how_many) {
    sockaddr_storage to{};
    const auto length = rtc::NetAddress::v4({127, 0, 0, 1}, bound_port(socket)).to_sockaddr(to);
    for (int i = 0; i < how_many; ++i) {
      const std::uint8_t byte = ++sent;
      sendto(far.get(), &byte, 1, 0, reinterpret_cast<const sockaddr*>(&to), static_cast<socklen_t>(length));
    }
  }

  /// The numbers of the next datagrams, as many as that, in batches as they come (on a busy machine in many);
  /// every `every`th is kept, as a cache does.
  std::vector<int> take(std::size_t how_many, std::size_t every, std::vector<rtc::PacketRef>& kept) {
    std::vector<int> numbers;
    while (numbers.size() < how_many) {
      pollfd wait{socket.get(), POLLIN, 0};
      if (poll(&wait, 1, 10'000) != 1) break;
      if (read(numbers, every, kept) == 0) break;
    }
    return numbers;
  }

  unsigned read(std::vector<int>& numbers, std::size_t every, std::vector<rtc::PacketRef>& kept) {
    return receiver.receive(socket.get(), [&](const rtc::Path& path, rtc::PacketRef& buffer) {
      EXPECT_EQ(path.remote.port(), bound_port(far));
      EXPECT_EQ(buffer->bytes().size(), 1U);
      numbers.push_back(buffer->bytes()[0]);
      if (numbers.size() % every == 0) kept.push_back(buffer);
    });
  }
};

std::vector<int> numbers_from(int first, int how_many) {
  std::vector<int> numbers;
  for (int i = 0; i < how_many; ++i) numbers.push_back((first + i) & 0xFF);
  return numbers;
}

TEST(UdpReceiver, leaves_to_whoever_keeps_it_what_was_kept) {
  Receiving receiving(1000);
  std::vector<rtc::PacketRef> kept;
  std::vector<int> kept_numbers;
  int sent = 0;
  for (const int burst : {3, 70, 1, 130, 64, 2, 2, 65}) {
    receiving.send(burst);
    const auto numbers = receiving.take(static_cast<std::size_t>(burst), 2, kept);
    EXPECT_EQ(numbers, numbers_from(sent + 1, burst));
    for (std::size_t i = 1; i < numbers.size(); i += 2) kept_numbers.push_back(numbers[i]);
    sent += burst;
  }
  ASSERT_EQ(kept.size(), kept_numbers.size());
  for (std::size_t i = 0; i < kept.size(); ++i) EXPECT_EQ(kept[i]->bytes()[0], kept_numbers[i]) << i;
}

TEST(UdpReceiver, reads_on_with_what_buffers_there_are) {
  Receiving receiving(4);
  std::vector<rtc::PacketRef> kept;
  std::vector<rtc::PacketRef> none;
  std::vector<int> nothing;
  receiving.send(10);
  EXPECT_EQ(receiving.take(4, 1, kept), numbers_from(1, 4));
  EXPECT_EQ(receiving.read(nothing, 1, kept), 0U) << "every buffer is kept";
  kept.erase(kept.begin());
  EXPECT_EQ(receiving.take(2, 99, none), numbers_from(5, 2)) << "one after the other in the one that came back";
  kept.clear();
  EXPECT_EQ(receiving.take(4, 99, none), numbers_from(7, 4));
}

}  // namespace
}  // namespace visavis::media
