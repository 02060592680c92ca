// SPDX-License-Identifier: Apache-2.0
// A Transport with a memory: everything it says is kept for assertions, what it sends goes to a function.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "media/rtc/peer/transport.hpp"

namespace visavis::rtc::testkit {

using Packet = std::vector<std::uint8_t>;

/// DTLS identities for tests, made once per process (a key pair costs as much as a handshake).
std::shared_ptr<const DtlsIdentity> server_identity();
std::shared_ptr<const DtlsIdentity> client_identity();

/// Literal address, e.g. address("192.0.2.1", 5000).
NetAddress address(std::string_view ip, std::uint16_t port);

/// A plain RTP packet: version 2, no extensions.
Packet rtp_packet(std::uint32_t ssrc, std::uint16_t sequence, std::size_t payload = 100);
/// A receiver report without blocks.
Packet rtcp_packet(std::uint32_t ssrc);

class TestPeer final : public TransportSink {
 public:
  using Send = std::function<void(const Path& path, Bytes datagram)>;
  TestPeer(TransportConfig config, Instant now, Send send)
      : transport(std::move(config), now), send_(std::move(send)) {}

  /// Encrypts and sends to the selected path; false where there is none or no keys.
  bool send_rtp(Bytes plain);
  bool send_rtcp(Bytes plain);
  /// Encrypts without sending.
  std::optional<Packet> protect_rtp(Bytes plain);

  void on_transmit(const Path& path, Bytes datagram) override {
    ++transmitted;
    send_(path, datagram);
  }
  void on_rtp(MutableBytes packet) override { rtp.emplace_back(packet.begin(), packet.end()); }
  void on_rtcp(MutableBytes packet) override { rtcp.emplace_back(packet.begin(), packet.end()); }
  void on_connected(SrtpProfile p) override { profile = p; }
  void on_path_changed(const Path& path) override { paths.push_back(path); }
  void on_reachable(bool is_reachable) override { reachable.push_back(is_reachable); }
  void on_closed(TransportClosed cause) override { closed = cause; }

  Transport transport;
  std::vector<Packet> rtp;
  std::vector<Packet> rtcp;
  std::optional<SrtpProfile> profile;
  std::vector<Path> paths;
  std::vector<bool> reachable;  // each change
  std::optional<TransportClosed> closed;
  std::uint64_t transmitted = 0;

 private:
  Send send_;
};

}  // namespace visavis::rtc::testkit
