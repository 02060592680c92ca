// SPDX-License-Identifier: Apache-2.0
// A live call whose both ends are sprayed with datagrams, from the peer's own address or from a stranger's: nothing is
// delivered, no path is learnt, the stranger gets no answer, and the call goes on.
#include <cstdint>
#include <cstdlib>

#include "media/rtc/testkit/two_peers.hpp"

using namespace visavis;
using namespace visavis::rtc;

namespace {

void must(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static testkit::TwoPeers peers;
  static const bool connected = peers.connect();
  static std::uint16_t sequence = 0;
  must(connected);
  const NetAddress stranger = testkit::address("203.0.113.9", 9);
  ByteReader input({data, size});
  while (input.remaining() > 2) {
    const std::uint8_t how = input.u8();
    const Bytes datagram = input.bytes(std::min<std::size_t>(input.u8() * 6U, input.remaining()));
    const std::uint64_t before = peers.server.transmitted + peers.client.transmitted;
    if ((how & 1) != 0) {
      peers.inject_to_server((how & 2) != 0 ? stranger : peers.client_path().remote, datagram);
    } else {
      peers.inject_to_client((how & 2) != 0 ? stranger : peers.server_path().remote, datagram);
    }
    must(peers.server.transmitted + peers.client.transmitted == before);
  }
  must(peers.server.rtp.empty() && peers.server.rtcp.empty());
  must(peers.client.rtp.empty() && peers.client.rtcp.empty());
  must(peers.server.paths.size() == 1 && !peers.server.closed && !peers.client.closed);
  must(peers.client.send_rtp(testkit::rtp_packet(1, ++sequence)));
  peers.run_for(Millis{20});
  must(peers.server.rtp.size() == 1);
  peers.server.rtp.clear();
  return 0;
}
