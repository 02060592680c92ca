// SPDX-License-Identifier: Apache-2.0
// RFC 4571 frames over a real connection: what is delivered is what a reader of the whole stream finds, in whatever
// portions it comes (the first byte says), and a frame longer than any datagram of ours ends the connection.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "media/worker/tcp_listener.hpp"

using namespace visavis;
using namespace visavis::media;

namespace {

struct Heard final : TcpListener::Handler {
  bool on_frame(const rtc::Path&, rtc::PacketRef& buffer) override {
    const auto bytes = buffer->bytes();
    frames.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return frames.size() % 2 == 1;
  }
  void on_gone(const rtc::Path&) override { gone = true; }
  std::vector<std::string> frames;
  bool gone = false;
};

struct Expected {
  std::vector<std::string> frames;
  bool ends = false;  // by a frame that is too long
};

Expected read_whole(std::string_view stream) {
  Expected out;
  while (stream.size() >= 2) {
    const std::size_t size = static_cast<std::uint8_t>(stream[0]) << 8 | static_cast<std::uint8_t>(stream[1]);
    if (size > rtc::PacketBuffer::kCapacity) {
      out.ends = true;
      return out;
    }
    if (stream.size() < 2 + size) return out;
    if (size > 0) out.frames.emplace_back(stream.substr(2, size));
    stream.remove_prefix(2 + size);
  }
  return out;
}

struct Bench {
  Bench() {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(listening, reinterpret_cast<sockaddr*>(&any), sizeof any) == 0 && listen(listening, 8) == 0);
    socklen_t length = sizeof address;
    getsockname(listening, reinterpret_cast<sockaddr*>(&address), &length);
  }
  int connect_client() const {
    const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int connected = -1;
    do {
      connected = connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    } while (connected != 0 && errno == EINTR);  // the fuzzer's alarm
    CHECK(connected == 0);
    const linger at_once{.l_onoff = 1, .l_linger = 0};  // no port is kept waiting
    setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    const int on = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // portions are not gathered for 40 ms
    return client;
  }
  int listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  sockaddr_in address{};
};

enum class Wait : int { kNot = 0, kAsLongAsItTakes = -1 };

/// Lets the listener take what has come; false where nothing has. Whoever waits in vain is ended by the fuzzer's time
/// limit; the alarm by which it looks at that limit interrupts the wait, which is no news from the connection.
bool turn(const Bench& bench, TcpListener& listener, Heard& heard, Wait wait) {
  epoll_event event{};
  int count = 0;
  do {
    count = epoll_wait(bench.epoll, &event, 1, static_cast<int>(wait));
  } while (count < 0 && errno == EINTR);
  if (count != 1) return false;
  listener.on_event(static_cast<std::uint32_t>(event.data.u64), event.events, {}, heard);
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const Bench bench;
  static rtc::PacketPool pool(64);
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto expected = read_whole(stream);
  TcpListener listener(bench.epoll, 0, pool);
  Heard heard;
  const int client = bench.connect_client();
  while (listener.connections() == 0) listener.accept_from(bench.listening, {}, heard);
  const std::size_t step = data[0] == 0 ? stream.size() : data[0];
  for (std::size_t at = 0; at < stream.size() && !heard.gone; at += step) {
    const auto portion = stream.substr(at, step);
    if (send(client, portion.data(), portion.size(), MSG_NOSIGNAL) < 0) break;
    while (!heard.gone && turn(bench, listener, heard, Wait::kNot)) {
    }
  }
  // The listener may have read the length in the last read of its turn: it looks at it with the next byte.
  if (expected.ends && !heard.gone) (void)send(client, "x", 1, MSG_NOSIGNAL);
  while (!heard.gone && (heard.frames.size() < expected.frames.size() || expected.ends)) {
    CHECK(turn(bench, listener, heard, Wait::kAsLongAsItTakes));
  }
  CHECK(heard.frames == expected.frames && heard.gone == expected.ends);
  close(client);
  while (listener.connections() > 0) CHECK(turn(bench, listener, heard, Wait::kAsLongAsItTakes));
  return 0;
}
