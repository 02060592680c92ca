// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/wire/rtp_extensions.hpp"

namespace visavis::rtc {
namespace {

constexpr std::array<std::string_view, kExtensionKinds> kUris{
    "urn:ietf:params:rtp-hdrext:sdes:mid",
    "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    "urn:3gpp:video-orientation",
    "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
    "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
};

std::string_view text_of(Bytes value) { return {reinterpret_cast<const char*>(value.data()), value.size()}; }

}  // namespace

std::string_view extension_uri(ExtensionKind kind) { return kUris[static_cast<std::size_t>(kind)]; }

std::optional<ExtensionKind> extension_kind(std::string_view uri) {
  const auto found = std::ranges::find(kUris, uri);
  if (found == kUris.end()) return std::nullopt;
  return static_cast<ExtensionKind>(found - kUris.begin());
}

void ExtensionElements::Iterator::advance() {
  // Zero bytes between elements are padding; a zero id with a length is not (RFC 8285, section 4.2).
  while (!rest_.empty() && rest_[0] == 0) rest_ = rest_.subspan(1);
  const std::size_t header = two_byte_ ? 2 : 1;
  if (rest_.size() < header) {
    done_ = true;
    return;
  }
  const auto id = static_cast<std::uint8_t>(two_byte_ ? rest_[0] : rest_[0] >> 4);
  const std::size_t size = two_byte_ ? rest_[1] : (rest_[0] & 0x0FU) + std::size_t{1};
  if (size > rest_.size() - header || id == 0 || (!two_byte_ && id == 15)) {
    done_ = true;
    return;
  }
  element_ = {id, rest_.subspan(header, size)};
  rest_ = rest_.subspan(header + size);
}

ExtensionValues ExtensionValues::read(const ExtensionElements& elements, const ExtensionIds& ids) {
  ExtensionValues values;
  for (const auto& [id, value] : elements) {
    const auto kind = ids.kind_of(id);
    if (!kind) continue;
    switch (*kind) {
      case ExtensionKind::kMid:
        values.mid = text_of(value);
        break;
      case ExtensionKind::kRid:
        values.rid = text_of(value);
        break;
      case ExtensionKind::kRepairedRid:
        values.repaired_rid = text_of(value);
        break;
      case ExtensionKind::kTransportSequence:
        if (value.size() == 2) values.transport_sequence = load_be16(value.data());
        break;
      case ExtensionKind::kAbsSendTime:
        if (value.size() == 3) values.abs_send_time = load_be24(value.data());
        break;
      case ExtensionKind::kAudioLevel:
        if (value.size() == 1)
          values.audio_level = AudioLevel{(value[0] & 0x80U) != 0, static_cast<std::uint8_t>(value[0] & 0x7FU)};
        break;
      case ExtensionKind::kVideoOrientation:
        if (value.size() == 1) values.video_orientation = value[0];
        break;
      case ExtensionKind::kPlayoutDelay:
        if (value.size() == 3) {
          const auto both = load_be24(value.data());
          values.playout_delay =
              PlayoutDelay{static_cast<std::uint16_t>(both >> 12), static_cast<std::uint16_t>(both & 0xFFFU)};
        }
        break;
      case ExtensionKind::kDependencyDescriptor:
        values.dependency_descriptor = value;
        break;
    }
  }
  return values;
}

}  // namespace visavis::rtc
