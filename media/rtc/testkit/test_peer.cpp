// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/testkit/test_peer.hpp"

#include "base/check.hpp"
#include "media/rtc/wire/rtp.hpp"

namespace visavis::rtc::testkit {
namespace {

std::shared_ptr<const DtlsIdentity> generate() {
  auto identity = DtlsIdentity::generate();
  CHECK(identity.has_value());
  return *identity;
}

}  // namespace

std::shared_ptr<const DtlsIdentity> server_identity() {
  static const auto identity = generate();
  return identity;
}

std::shared_ptr<const DtlsIdentity> client_identity() {
  static const auto identity = generate();
  return identity;
}

NetAddress address(std::string_view ip, std::uint16_t port) {
  const auto parsed = NetAddress::parse(ip, port);
  CHECK(parsed.has_value());
  return *parsed;
}

Packet rtp_packet(std::uint32_t ssrc, std::uint16_t sequence, std::size_t payload) {
  Packet packet(12 + payload);
  packet[0] = 0x80;
  packet[1] = 96;
  store_be16(&packet[2], sequence);
  store_be32(&packet[4], std::uint32_t{sequence} * 960);
  store_be32(&packet[8], ssrc);
  for (std::size_t i = 12; i < packet.size(); ++i) packet[i] = static_cast<std::uint8_t>(i + sequence);
  return packet;
}

Packet rtcp_packet(std::uint32_t ssrc) {
  Packet packet{0x80, 201, 0, 1, 0, 0, 0, 0};
  store_be32(&packet[4], ssrc);
  return packet;
}

std::optional<Packet> TestPeer::protect_rtp(Bytes plain) {
  Packet out(plain.size() + kSrtpMaxOverhead);
  const auto view = RtpView::parse_header(plain);
  const std::size_t header = view ? view->header_size : kRtpFixedHeaderSize;
  const auto size = transport.protect_rtp({plain.first(header), {}, plain.subspan(header)}, out);
  if (!size) return std::nullopt;
  out.resize(*size);
  return out;
}

bool TestPeer::send_rtp(Bytes plain) {
  const auto path = transport.selected_path();
  if (!path) return false;
  const auto packet = protect_rtp(plain);
  if (packet) on_transmit(*path, *packet);
  return packet.has_value();
}

bool TestPeer::send_rtcp(Bytes plain) {
  const auto path = transport.selected_path();
  if (!path) return false;
  Packet out(plain.size() + kSrtcpMaxOverhead);
  const auto size = transport.protect_rtcp(plain, out);
  if (size) on_transmit(*path, Bytes(out).first(*size));
  return size.has_value();
}

}  // namespace visavis::rtc::testkit
