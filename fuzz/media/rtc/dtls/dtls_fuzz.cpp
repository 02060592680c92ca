// SPDX-License-Identifier: Apache-2.0
// Datagrams into a DTLS session that is fresh, in the middle of a handshake, or connected; as they are, or dressed as a
// well-formed record, or as a well-formed handshake message in one. No input gives keys, ends a connected session, or
// is answered by more than a flight.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <vector>

#include "media/rtc/dtls/dtls.hpp"

using namespace visavis;
using namespace visavis::rtc;

namespace {

using Buffer = std::vector<std::uint8_t>;

void must(bool condition) {
  if (!condition) std::abort();
}

const std::shared_ptr<const DtlsIdentity>& identity() {
  static const auto made = DtlsIdentity::generate().value();
  return made;
}

struct End final : DtlsSink {
  explicit End(DtlsRole role) : session(identity(), role, identity()->fingerprint(), Instant{}) {}
  void on_dtls_transmit(Bytes datagram) override {
    must(datagram.size() <= kDtlsMtu);
    outbox.emplace_back(datagram.begin(), datagram.end());
  }
  void on_dtls_connected(const SrtpKeys&) override { connected = true; }
  void on_dtls_closed(DtlsFailure) override {
    must(!closed);
    closed = true;
  }
  DtlsSession session;
  std::vector<Buffer> outbox;
  bool connected = false;
  bool closed = false;
};

void pass(End& from, End& to) {
  for (const Buffer& datagram : std::exchange(from.outbox, {})) to.session.handle(datagram, Instant{}, to);
}

Buffer record(std::uint8_t type, std::uint8_t epoch, std::uint8_t number, Bytes body) {
  Buffer out{type, 0xFE, 0xFD, 0, epoch, 0, 0, 0, 0, 1, number, 0, 0};
  store_be16(&out[11], static_cast<std::uint16_t>(body.size()));
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

Buffer message(std::uint8_t type, std::uint8_t sequence, Bytes body) {
  Buffer out{type, 0, 0, 0, 0, sequence, 0, 0, 0, 0, 0, 0};
  store_be24(&out[1], static_cast<std::uint32_t>(body.size()));
  store_be24(&out[9], static_cast<std::uint32_t>(body.size()));
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

Buffer dress(std::uint8_t how, std::uint8_t number, Bytes body) {
  switch (how & 3) {
    case 0:
      return {body.begin(), body.end()};
    case 1:
      return record(static_cast<std::uint8_t>(20 + ((how >> 2) & 3)), (how >> 4) & 1, number, body);
    default:
      return record(22, (how >> 7) & 1, number, message((how >> 2) & 31, number & 7, body));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader input({data, size});
  const std::uint8_t mode = input.u8() % 4;
  End client(DtlsRole::kClient);
  End server(DtlsRole::kServer);
  client.session.start(Instant{}, client);
  if (mode >= 1) pass(client, server);
  if (mode >= 2) pass(server, client);
  if (mode >= 3) {
    pass(client, server);
    pass(server, client);
    must(server.connected && client.connected);
  }
  Instant now{};
  for (std::uint8_t step = 0; step < 32 && input.remaining() > 2; ++step) {
    const std::uint8_t how = input.u8();
    const std::size_t wanted = input.u8() * 6U;
    const Buffer datagram = dress(how, step, input.bytes(std::min(wanted, input.remaining())));
    End& end = (how & 0x40) != 0 ? client : server;
    end.outbox.clear();
    end.session.handle(datagram, now, end);
    must(end.outbox.size() <= 8);
    now += Millis{50};
    if (end.session.deadline() <= now) end.session.handle_deadline(now, end);
  }
  must(server.connected == (mode >= 3) && client.connected == (mode >= 3));
  if (mode >= 3) must(!server.closed && !client.closed);
  return 0;
}
