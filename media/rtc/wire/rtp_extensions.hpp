// SPDX-License-Identifier: Apache-2.0
// RTP header extensions (RFC 8285): which of them we know, their ids as negotiated, and their values.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"

namespace visavis::rtc {

enum class ExtensionKind : std::uint8_t {
  kMid,                   // urn:ietf:params:rtp-hdrext:sdes:mid, RFC 9143
  kRid,                   // urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id, RFC 8852
  kRepairedRid,           // urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id, RFC 8852
  kTransportSequence,     // draft-holmer-rmcat-transport-wide-cc-extensions-01
  kAbsSendTime,           // http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
  kAudioLevel,            // urn:ietf:params:rtp-hdrext:ssrc-audio-level, RFC 6464
  kVideoOrientation,      // urn:3gpp:video-orientation, 3GPP TS 26.114
  kPlayoutDelay,          // http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
  kDependencyDescriptor,  // AV1 RTP specification, appendix A; passed through
};
inline constexpr std::size_t kExtensionKinds = 9;

/// The URI in `a=extmap`.
std::string_view extension_uri(ExtensionKind kind);
/// None for extensions that we do not know.
std::optional<ExtensionKind> extension_kind(std::string_view uri);

/// The ids negotiated for one m-line; 0 = not negotiated, otherwise 1–255 without 15.
class ExtensionIds {
 public:
  std::uint8_t of(ExtensionKind kind) const { return ids_[static_cast<std::size_t>(kind)]; }
  void set(ExtensionKind kind, std::uint8_t id) { ids_[static_cast<std::size_t>(kind)] = id; }
  std::optional<ExtensionKind> kind_of(std::uint8_t id) const {
    const auto found = id == 0 ? ids_.end() : std::ranges::find(ids_, id);
    if (found == ids_.end()) return std::nullopt;
    return static_cast<ExtensionKind>(found - ids_.begin());
  }
  friend bool operator==(const ExtensionIds&, const ExtensionIds&) = default;

 private:
  std::array<std::uint8_t, kExtensionKinds> ids_{};
};

/// One extension element of a packet.
struct ExtensionElement {
  std::uint8_t id = 0;
  Bytes value;
};

/// Walks the elements of an RTP header extension in place. Stops at the end, at id 15 of the one-byte form (RFC 8285,
/// section 4.2) and at an element that is longer than the rest; what came before stands.
class ExtensionElements {
 public:
  ExtensionElements() = default;
  /// `profile` is the 16-bit "defined by profile" word; `data` the words after the length.
  ExtensionElements(std::uint16_t profile, Bytes data) : profile_(profile), data_(data) {}

  class Iterator {
   public:
    using value_type = ExtensionElement;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Iterator(std::uint16_t profile, Bytes rest) : rest_(rest), two_byte_((profile & 0xFFF0U) == 0x1000U) { advance(); }
    const ExtensionElement& operator*() const { return element_; }
    const ExtensionElement* operator->() const { return &element_; }
    Iterator& operator++() {
      advance();
      return *this;
    }
    void operator++(int) { advance(); }
    bool operator==(std::default_sentinel_t) const { return done_; }

   private:
    void advance();
    Bytes rest_;
    ExtensionElement element_;
    bool two_byte_ = false;
    bool done_ = false;
  };
  Iterator begin() const { return {profile_, known_form() ? data_ : Bytes{}}; }
  std::default_sentinel_t end() const { return {}; }

 private:
  bool known_form() const { return profile_ == 0xBEDE || (profile_ & 0xFFF0U) == 0x1000U; }
  std::uint16_t profile_ = 0;
  Bytes data_;
};

struct AudioLevel {
  bool voice = false;
  std::uint8_t minus_dbov = 127;  // 0 = loudest, 127 = silence
};
struct PlayoutDelay {
  std::uint16_t min_10ms = 0;  // in units of 10 ms, 12 bits
  std::uint16_t max_10ms = 0;
};

/// The values of all known extensions of one packet, read in one pass. Values of a wrong size count as absent.
struct ExtensionValues {
  static ExtensionValues read(const ExtensionElements& elements, const ExtensionIds& ids);

  std::string_view mid;
  std::string_view rid;
  std::string_view repaired_rid;
  std::optional<std::uint16_t> transport_sequence;
  std::optional<std::uint32_t> abs_send_time;  // 24 bits, 6.18 fixed point seconds
  std::optional<AudioLevel> audio_level;
  std::optional<std::uint8_t> video_orientation;  // the byte as it is
  std::optional<PlayoutDelay> playout_delay;
  Bytes dependency_descriptor;
};

}  // namespace visavis::rtc
