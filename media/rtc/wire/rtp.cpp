// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/wire/rtp.hpp"

namespace visavis::rtc {
namespace {

constexpr std::uint8_t kVersion = 0x80;
constexpr std::uint8_t kPaddingBit = 0x20;
constexpr std::uint8_t kExtensionBit = 0x10;
constexpr std::size_t kMaxPacket = 65'535;

}  // namespace

Parsed<RtpView> RtpView::parse_header(Bytes packet) {
  if (packet.size() < kRtpFixedHeaderSize) return malformed("RTP: shorter than a header");
  if (packet.size() > kMaxPacket) return malformed("RTP: longer than a datagram");
  if ((packet[0] & 0xC0U) != kVersion) return malformed("RTP: the version is not 2");
  RtpView view;
  view.packet = packet;
  view.header.marker = (packet[1] & 0x80U) != 0;
  view.header.payload_type = packet[1] & 0x7FU;
  view.header.sequence = load_be16(&packet[2]);
  view.header.timestamp = load_be32(&packet[4]);
  view.header.ssrc = load_be32(&packet[8]);
  std::size_t size = kRtpFixedHeaderSize + (packet[0] & 0x0FU) * std::size_t{4};
  if (size > packet.size()) return malformed("RTP: the CSRC list is longer than the packet");
  if ((packet[0] & kExtensionBit) != 0) {
    if (packet.size() - size < 4) return malformed("RTP: the header extension is cut off");
    view.extension_profile = load_be16(&packet[size]);
    const auto words = std::size_t{load_be16(&packet[size + 2])} * 4;
    if (words > packet.size() - size - 4) return malformed("RTP: the header extension is longer than the packet");
    view.extension_data = packet.subspan(size + 4, words);
    size += 4 + words;
  }
  view.header_size = static_cast<std::uint16_t>(size);
  return view;
}

Parsed<RtpView> RtpView::parse(Bytes packet) {
  auto view = parse_header(packet);
  if (!view || (packet[0] & kPaddingBit) == 0) return view;
  const std::size_t after_header = packet.size() - view->header_size;
  if (after_header == 0 || packet.back() == 0 || packet.back() > after_header)
    return malformed("RTP: the padding is longer than the payload");
  view->padding = packet.back();
  return view;
}

RtpHeaderWriter::Element* RtpHeaderWriter::next(std::uint8_t id, std::size_t size) {
  if (id == 0 || size > 255 || count_ == elements_.size()) return nullptr;
  if (id > 14 || size == 0 || size > 16) two_byte_ = true;
  auto& element = elements_[count_++];
  element.id = id;
  element.size = static_cast<std::uint8_t>(size);
  element.data = nullptr;
  return &element;
}

void RtpHeaderWriter::add(std::uint8_t id, Bytes value) {
  if (auto* element = next(id, value.size())) element->data = value.data();
}
void RtpHeaderWriter::add_u8(std::uint8_t id, std::uint8_t value) {
  if (auto* element = next(id, 1)) element->small[0] = value;
}
void RtpHeaderWriter::add_u16(std::uint8_t id, std::uint16_t value) {
  if (auto* element = next(id, 2)) store_be16(element->small.data(), value);
}
void RtpHeaderWriter::add_u24(std::uint8_t id, std::uint32_t value) {
  if (auto* element = next(id, 3)) store_be24(element->small.data(), value);
}

Bytes RtpHeaderWriter::finish(MutableBytes out, bool padded) const {
  ByteWriter writer{out};
  writer.u8(static_cast<std::uint8_t>(kVersion | (padded ? kPaddingBit : 0) | (count_ != 0 ? kExtensionBit : 0)));
  writer.u8(static_cast<std::uint8_t>((header_.marker ? 0x80U : 0U) | (header_.payload_type & 0x7FU)));
  writer.u16(header_.sequence);
  writer.u32(header_.timestamp);
  writer.u32(header_.ssrc);
  if (count_ != 0) {
    writer.u16(two_byte_ ? 0x1000 : 0xBEDE);
    writer.u16(0);
    for (const auto& element : std::span{elements_}.first(count_)) {
      if (two_byte_) {
        writer.u8(element.id);
        writer.u8(element.size);
      } else {
        writer.u8(static_cast<std::uint8_t>((element.id << 4) | (element.size - 1)));
      }
      writer.bytes({element.data != nullptr ? element.data : element.small.data(), element.size});
    }
    while (writer.size() % 4 != 0 && !writer.bad()) writer.u8(0);
    if (!writer.bad())
      store_be16(&out[kRtpFixedHeaderSize + 2],
                 static_cast<std::uint16_t>((writer.size() - kRtpFixedHeaderSize - 4) / 4));
  }
  return writer.bad() ? Bytes{} : Bytes{out.first(writer.size())};
}

}  // namespace visavis::rtc
