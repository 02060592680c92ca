// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/wire/rtcp_builder.hpp"

#include <bit>

#include "media/rtc/wire/rtcp_types.hpp"

namespace visavis::rtc {

using namespace rtcp;

// One packet being written behind those that are there; kept only by commit().
class RtcpBuilder::Packet {
 public:
  Packet(RtcpBuilder& builder, std::uint8_t type, std::size_t count)
      : builder_(builder), out_(builder.out_.subspan(builder.size_)), writer_(out_) {
    writer_.u8(static_cast<std::uint8_t>(0x80U | count));
    writer_.u8(type);
    writer_.u16(0);
  }
  ByteWriter& body() { return writer_; }
  bool commit() {
    while (writer_.size() % 4 != 0 && !writer_.bad()) writer_.u8(0);
    if (writer_.bad()) return false;
    store_be16(&out_[2], static_cast<std::uint16_t>(writer_.size() / 4 - 1));
    builder_.size_ += writer_.size();
    return true;
  }

 private:
  RtcpBuilder& builder_;
  MutableBytes out_;
  ByteWriter writer_;
};

namespace {

void write_blocks(ByteWriter& body, std::span<const ReportBlock> blocks) {
  for (const auto& block : blocks) {
    body.u32(block.ssrc);
    body.u8(block.fraction_lost);
    body.u24(static_cast<std::uint32_t>(block.cumulative_lost) & 0xFFFFFFU);
    body.u32(block.highest_sequence);
    body.u32(block.jitter);
    body.u32(block.last_sr);
    body.u32(block.delay_since_last_sr);
  }
}

}  // namespace

bool RtcpBuilder::sender_report(std::uint32_t sender, const SenderInfo& info, std::span<const ReportBlock> blocks) {
  if (blocks.size() > kMaxCount) return false;
  Packet packet{*this, kSenderReport, blocks.size()};
  auto& body = packet.body();
  body.u32(sender);
  body.u64(info.ntp);
  body.u32(info.rtp_timestamp);
  body.u32(info.packets);
  body.u32(info.octets);
  write_blocks(body, blocks);
  return packet.commit();
}

bool RtcpBuilder::receiver_report(std::uint32_t sender, std::span<const ReportBlock> blocks) {
  if (blocks.size() > kMaxCount) return false;
  Packet packet{*this, kReceiverReport, blocks.size()};
  packet.body().u32(sender);
  write_blocks(packet.body(), blocks);
  return packet.commit();
}

bool RtcpBuilder::source_description(std::uint32_t ssrc, std::string_view cname) {
  if (cname.empty() || cname.size() > 255) return false;
  Packet packet{*this, kSourceDescription, 1};
  auto& body = packet.body();
  body.u32(ssrc);
  body.u8(kSdesCname);
  body.u8(static_cast<std::uint8_t>(cname.size()));
  body.bytes({reinterpret_cast<const std::uint8_t*>(cname.data()), cname.size()});
  body.u8(0);  // ends the chunk; commit() pads with more of the same
  return packet.commit();
}

bool RtcpBuilder::bye(std::span<const std::uint32_t> sources) {
  if (sources.size() > kMaxCount) return false;
  Packet packet{*this, kBye, sources.size()};
  for (const auto ssrc : sources) packet.body().u32(ssrc);
  return packet.commit();
}

bool RtcpBuilder::nack(std::uint32_t sender, std::uint32_t media, std::span<const std::uint16_t> lost) {
  if (lost.empty()) return false;
  Packet packet{*this, kTransportLayerFeedback, kNackFormat};
  auto& body = packet.body();
  body.u32(sender);
  body.u32(media);
  for (std::size_t i = 0; i < lost.size();) {
    const auto first = lost[i++];
    std::uint16_t mask = 0;
    for (; i < lost.size(); ++i) {
      const auto ahead = static_cast<std::uint16_t>(lost[i] - first);
      if (ahead > 16) break;
      if (ahead != 0) mask = static_cast<std::uint16_t>(mask | 1U << (ahead - 1));
    }
    body.u16(first);
    body.u16(mask);
  }
  return packet.commit();
}

bool RtcpBuilder::picture_loss(std::uint32_t sender, std::uint32_t media) {
  Packet packet{*this, kPayloadFeedback, kPliFormat};
  packet.body().u32(sender);
  packet.body().u32(media);
  return packet.commit();
}

bool RtcpBuilder::full_intra_request(std::uint32_t sender, std::span<const FirItem> items) {
  if (items.empty()) return false;
  Packet packet{*this, kPayloadFeedback, kFirFormat};
  auto& body = packet.body();
  body.u32(sender);
  body.u32(0);  // RFC 5104, section 4.3.1.2: not used
  for (const auto& item : items) {
    body.u32(item.ssrc);
    body.u8(item.sequence);
    body.u24(0);
  }
  return packet.commit();
}

bool RtcpBuilder::remb(std::uint32_t sender, std::uint64_t bitrate, std::span<const std::uint32_t> sources) {
  if (sources.size() > 255) return false;
  const auto width = static_cast<unsigned>(std::bit_width(bitrate));
  const unsigned exponent = width > 18 ? width - 18 : 0;
  Packet packet{*this, kPayloadFeedback, kApplicationFormat};
  auto& body = packet.body();
  body.u32(sender);
  body.u32(0);
  body.u32(kRembName);
  body.u8(static_cast<std::uint8_t>(sources.size()));
  body.u24(exponent << 18 | static_cast<std::uint32_t>(bitrate >> exponent));
  for (const auto ssrc : sources) body.u32(ssrc);
  return packet.commit();
}

bool RtcpBuilder::receiver_reference_time(std::uint32_t sender, std::uint64_t ntp) {
  Packet packet{*this, kExtendedReport, 0};
  auto& body = packet.body();
  body.u32(sender);
  body.u8(kXrReferenceTime);
  body.u8(0);
  body.u16(2);
  body.u64(ntp);
  return packet.commit();
}

bool RtcpBuilder::dlrr(std::uint32_t sender, std::span<const DlrrItem> items) {
  if (items.empty()) return false;
  Packet packet{*this, kExtendedReport, 0};
  auto& body = packet.body();
  body.u32(sender);
  body.u8(kXrDlrr);
  body.u8(0);
  body.u16(static_cast<std::uint16_t>(items.size() * kDlrrSize / 4));
  for (const auto& item : items) {
    body.u32(item.ssrc);
    body.u32(item.last_rr);
    body.u32(item.delay_since_last_rr);
  }
  return packet.commit();
}

std::size_t RtcpBuilder::transport_feedback(std::uint32_t sender, std::uint32_t media, std::uint8_t feedback_count,
                                            std::int64_t base, std::span<const PacketArrival> arrivals) {
  const auto written = write_transport_feedback(sender, media, feedback_count, base, arrivals, out_.subspan(size_));
  size_ += written.size;
  return written.arrivals;
}

}  // namespace visavis::rtc
