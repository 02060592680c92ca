// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <memory>
#include <vector>

#include "media/rtc/testkit/two_peers.hpp"

namespace visavis::rtc {
namespace {

/// ICE, DTLS and keys, both ends together.
void connect(benchmark::State& state) {
  for ([[maybe_unused]] auto _ : state) {
    testkit::TwoPeers peers;
    if (!peers.connect()) state.SkipWithError("no connection");
  }
}
BENCHMARK(connect)->Unit(benchmark::kMicrosecond);

/// Heap bytes of one connected Transport, averaged over both ends.
void memory(benchmark::State& state) {
  for ([[maybe_unused]] auto _ : state) {
    constexpr std::size_t kPairs = 100;
    testkit::TwoPeers().connect();  // what OpenSSL keeps per thread
    const std::size_t before = mallinfo2().uordblks;
    std::vector<std::unique_ptr<testkit::TwoPeers>> all;
    for (std::size_t i = 0; i < kPairs; ++i) {
      all.push_back(std::make_unique<testkit::TwoPeers>());
      if (!all.back()->connect()) state.SkipWithError("no connection");
    }
    state.counters["bytes"] = static_cast<double>(mallinfo2().uordblks - before) / (2 * kPairs);
  }
}
BENCHMARK(memory)->Iterations(1);

/// A forged packet at a live session: the cost of an attack per packet.
void refuse_forged(benchmark::State& state) {
  testkit::TwoPeers peers;
  peers.connect();
  const NetAddress from = state.range(0) == 1 ? peers.client_path().remote : testkit::address("203.0.113.9", 9);
  const Path path{.socket = 2, .protocol = PathProtocol::kUdp, .remote = from};
  testkit::Packet packet = testkit::rtp_packet(1, 1, 1'200);
  for ([[maybe_unused]] auto _ : state) peers.server.transport.handle_datagram(path, packet, peers.now, peers.server);
}
BENCHMARK(refuse_forged)->Arg(0)->Arg(1)->ArgName("known_path");

}  // namespace
}  // namespace visavis::rtc
