// SPDX-License-Identifier: Apache-2.0
// A conversation with both ICE agents: raw STUN bytes, and attributes of the fuzzer's making under a right signature.
// However it goes: unsigned input is never answered, and no answer is longer than one and a half times its request.
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdint>
#include <cstdlib>
#include <vector>

#include "media/rtc/ice/ice_controlling.hpp"
#include "media/rtc/ice/ice_lite.hpp"

using namespace visavis;
using namespace visavis::rtc;

namespace {

const IceCredentials kServer{.ufrag = "srvr", .pwd = "server-password-0123456789"};
const IceCredentials kClient{.ufrag = "clnt", .pwd = "client-password-0123456789"};

void must(bool condition) {
  if (!condition) std::abort();
}

struct Sink final : IceSink {
  void on_ice_transmit(const Path&, Bytes message) override { sent += message.size(); }
  void on_ice_selected(const Path&) override {}
  void on_ice_reachable(bool) override {}
  void on_ice_consent_lost() override {}
  std::size_t sent = 0;
};

/// Header, USERNAME "srvr:clnt", the given attributes, MESSAGE-INTEGRITY.
std::vector<std::uint8_t> sign(std::uint16_t type, Bytes attributes) {
  std::vector<std::uint8_t> packet(20);
  store_be16(&packet[0], type);
  store_be32(&packet[4], 0x2112A442);
  const std::array<std::uint8_t, 16> username{0, 6, 0, 9, 's', 'r', 'v', 'r', ':', 'c', 'l', 'n', 't', 0, 0, 0};
  packet.insert(packet.end(), username.begin(), username.end());
  packet.insert(packet.end(), attributes.begin(), attributes.end());
  packet.resize((packet.size() + 3) / 4 * 4);
  const std::size_t at = packet.size();
  packet.resize(at + 24);
  store_be16(&packet[2], static_cast<std::uint16_t>(packet.size() - 20));
  store_be16(&packet[at], 8);
  store_be16(&packet[at + 2], 20);
  HMAC(EVP_sha1(), kServer.pwd.data(), static_cast<int>(kServer.pwd.size()), packet.data(), at, &packet[at + 4],
       nullptr);
  return packet;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader input({data, size});
  IceLite lite(kServer, kClient.ufrag);
  IceControlling controlling(kClient, kServer, 1);
  Instant now{Seconds{1}};
  Sink sink;
  Path path{.socket = 1, .protocol = PathProtocol::kUdp, .remote = NetAddress::v4({192, 0, 2, 1}, 1)};
  controlling.add_candidate(path, 1, now);
  for (int step = 0; step < 64 && input.remaining() > 3; ++step) {
    const std::uint8_t action = input.u8();
    path.remote = NetAddress::v4({192, 0, 2, 1}, static_cast<std::uint16_t>(action & 31));
    now += Millis{std::int64_t{input.u8()} * 100};
    const Bytes bytes = input.bytes(std::min<std::size_t>(input.u8() * 4U, input.remaining()));
    sink.sent = 0;
    if ((action & 0xC0) == 0xC0) {
      const auto packet = sign(1, bytes);
      lite.handle(path, packet, now, sink);
      must(2 * sink.sent <= 3 * packet.size());
    } else if ((action & 0xC0) == 0x80) {
      const auto packet = sign(0x101, bytes);
      controlling.handle(path, packet, now, sink);
      must(sink.sent == 0);
    } else {
      lite.handle(path, bytes, now, sink);
      controlling.handle(path, bytes, now, sink);
      must(sink.sent == 0);
    }
    if (lite.deadline() <= now) lite.handle_deadline(now, sink);
    if (controlling.deadline() <= now) controlling.handle_deadline(now, sink);
    if (action == 0x3F) lite.forget(path, sink);
    if (action == 0x3E) lite.restart({.ufrag = "next", .pwd = kServer.pwd}, "else", now);
    must(lite.deadline() > now || lite.deadline() == kNever);
  }
  return 0;
}
