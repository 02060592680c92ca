// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/wire/rtcp.hpp"

#include <utility>

#include "media/rtc/wire/rtcp_types.hpp"

namespace visavis::rtc {
namespace {

using namespace rtcp;

constexpr std::uint64_t kMaxBitrate = std::uint64_t{1} << 63;

Parsed<RtcpPacket> parse_sender_report(std::size_t count, Bytes body) {
  if (body.size() < kSenderInfoSize + count * kReportBlockSize) return malformed("RTCP: SR is too short");
  SenderReport report;
  report.sender = load_be32(body.data());
  report.info = {load_be64(&body[4]), load_be32(&body[12]), load_be32(&body[16]), load_be32(&body[20])};
  report.blocks = ReportBlocks{body.subspan(kSenderInfoSize, count * kReportBlockSize)};
  return report;
}

Parsed<RtcpPacket> parse_receiver_report(std::size_t count, Bytes body) {
  if (body.size() < 4 + count * kReportBlockSize) return malformed("RTCP: RR is too short");
  return ReceiverReport{load_be32(body.data()), ReportBlocks{body.subspan(4, count * kReportBlockSize)}};
}

// RFC 3550, section 6.5: a chunk is an SSRC and items up to a zero byte.
Parsed<RtcpPacket> parse_source_description(std::size_t count, Bytes body) {
  SourceDescription description;
  if (count == 0) return description;
  ByteReader reader{body};
  description.ssrc = reader.u32();
  while (!reader.bad()) {
    const auto type = reader.u8();
    if (reader.bad()) break;
    if (type == 0) return description;
    const auto text = reader.bytes(reader.u8());
    if (type == kSdesCname && !reader.bad() && description.cname.empty()) {
      description.cname = {reinterpret_cast<const char*>(text.data()), text.size()};
    }
  }
  return malformed("RTCP: an SDES chunk has no end");
}

Parsed<RtcpPacket> parse_bye(std::size_t count, Bytes body) {
  if (body.size() < count * 4) return malformed("RTCP: BYE is too short");
  return Bye{SsrcList{body.first(count * 4)}};
}

Parsed<RtcpPacket> parse_transport_layer_feedback(std::uint8_t format, Bytes body) {
  if (format == kTransportCcFormat) {
    const auto feedback = TransportFeedback::parse(body);
    if (!feedback) return std::unexpected(feedback.error());
    return *feedback;
  }
  if (format != kNackFormat) return OtherRtcp{kTransportLayerFeedback, format};
  if (body.size() < 12) return malformed("RTCP: NACK is too short");
  return Nack{load_be32(body.data()), load_be32(&body[4]), NackItems{body.subspan(8)}};
}

Parsed<RtcpPacket> parse_remb(Bytes body) {
  const std::size_t count = body[12];
  if (body.size() < 16 + count * 4) return malformed("RTCP: REMB is too short");
  const auto exponent = body[13] >> 2;
  const std::uint64_t mantissa = load_be24(&body[13]) & 0x3FFFFU;
  const bool overflows = mantissa != 0 && (exponent >= 63 || mantissa > (kMaxBitrate >> exponent));
  return Remb{load_be32(body.data()), overflows ? kMaxBitrate : mantissa << (mantissa == 0 ? 0 : exponent),
              SsrcList{body.subspan(16, count * 4)}};
}

Parsed<RtcpPacket> parse_payload_feedback(std::uint8_t format, Bytes body) {
  if (body.size() < 8) return malformed("RTCP: payload-specific feedback is too short");
  const auto sender = load_be32(body.data());
  const auto media = load_be32(&body[4]);
  switch (format) {
    case kPliFormat:
      return PictureLoss{sender, media};
    case kFirFormat:
      if (body.size() < 16 || body.size() % 8 != 0) return malformed("RTCP: FIR has no whole entries");
      return FullIntraRequest{sender, FirItems{body.subspan(8)}};
    case kApplicationFormat:
      if (body.size() < 16 || load_be32(&body[8]) != kRembName) return OtherRtcp{kPayloadFeedback, format};
      return parse_remb(body);
    default:
      return OtherRtcp{kPayloadFeedback, format};
  }
}

// RFC 3611, section 2: report blocks of their own type and length.
Parsed<RtcpPacket> parse_extended_report(Bytes body) {
  ByteReader reader{body};
  ExtendedReport report;
  report.sender = reader.u32();
  while (reader.remaining() != 0 && !reader.bad()) {
    const auto type = reader.u8();
    reader.skip(1);
    const auto block = reader.bytes(std::size_t{reader.u16()} * 4);
    if (reader.bad()) break;
    if (type == kXrReferenceTime && block.size() == 8) report.reference_time = load_be64(block.data());
    if (type == kXrDlrr && block.size() % kDlrrSize == 0) report.dlrr = DlrrItems{block};
  }
  if (reader.bad()) return malformed("RTCP: an XR block is longer than the packet");
  return report;
}

Parsed<RtcpPacket> parse_body(std::uint8_t type, std::uint8_t count, Bytes body) {
  switch (type) {
    case kSenderReport:
      return parse_sender_report(count, body);
    case kReceiverReport:
      return parse_receiver_report(count, body);
    case kSourceDescription:
      return parse_source_description(count, body);
    case kBye:
      return parse_bye(count, body);
    case kTransportLayerFeedback:
      return parse_transport_layer_feedback(count, body);
    case kPayloadFeedback:
      return parse_payload_feedback(count, body);
    case kExtendedReport:
      return parse_extended_report(body);
    default:
      return OtherRtcp{type, count};
  }
}

}  // namespace

ReportBlock decode_report_block(const std::uint8_t* p) {
  // The 24-bit loss count is signed: duplicates can make it negative.
  const auto lost = static_cast<std::int32_t>(load_be24(p + 5) << 8) >> 8;
  return {load_be32(p), p[4], lost, load_be32(p + 8), load_be32(p + 12), load_be32(p + 16), load_be32(p + 20)};
}
NackItem decode_nack_item(const std::uint8_t* p) { return {load_be16(p), load_be16(p + 2)}; }
FirItem decode_fir_item(const std::uint8_t* p) { return {load_be32(p), p[4]}; }
DlrrItem decode_dlrr_item(const std::uint8_t* p) { return {load_be32(p), load_be32(p + 4), load_be32(p + 8)}; }

Parsed<std::optional<RtcpPacket>> RtcpReader::next() {
  if (rest_.empty()) return std::nullopt;
  const auto compound = std::exchange(rest_, Bytes{});
  if (compound.size() < kHeaderSize) return malformed("RTCP: shorter than a header");
  if ((compound[0] & 0xC0U) != 0x80) return malformed("RTCP: the version is not 2");
  const std::size_t size = (std::size_t{load_be16(&compound[2])} + 1) * 4;
  if (size > compound.size()) return malformed("RTCP: a packet is longer than the compound");
  auto body = compound.subspan(kHeaderSize, size - kHeaderSize);
  if ((compound[0] & 0x20U) != 0) {
    // RFC 3550, section 6.4.1 wants a multiple of four in the last packet alone; browsers fill transport feedback up to
    // a word with fewer, and anywhere.
    if (body.empty() || body.back() == 0 || body.back() > body.size())
      return malformed("RTCP: the padding is malformed");
    body = body.first(body.size() - body.back());
  }
  auto packet = parse_body(compound[1], compound[0] & 0x1FU, body);
  if (!packet) return std::unexpected(packet.error());
  if (const auto* feedback = std::get_if<TransportFeedback>(&*packet)) {
    if (feedback->status_count > statuses_left_) return malformed("RTCP: the compound tells of too many packets");
    statuses_left_ -= feedback->status_count;
  }
  rest_ = compound.subspan(size);
  return *packet;
}

}  // namespace visavis::rtc
