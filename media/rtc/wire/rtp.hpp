// SPDX-License-Identifier: Apache-2.0
// RTP packets (RFC 3550, section 5.1): a checked view of a received one, and a writer of fresh headers, so that each
// subscriber gets a header of its own in front of a payload that all share.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "media/rtc/wire/rtp_extensions.hpp"
#include "media/rtc/wire/sequence.hpp"

namespace visavis::rtc {

inline constexpr std::size_t kRtpFixedHeaderSize = 12;

struct RtpHeader {
  std::uint8_t payload_type = 0;  // 7 bits
  bool marker = false;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;
};

struct RtpView {
  /// A packet in the clear: padding is checked (1 ≤ padding ≤ what follows the header) and left out of payload().
  static Parsed<RtpView> parse(Bytes packet);
  /// Only what SRTP leaves readable: padding (encrypted, like the payload) is not looked at, so payload() is all the
  /// rest.
  static Parsed<RtpView> parse_header(Bytes packet);

  RtpHeader header;
  std::uint16_t header_size = 0;  // fixed part, CSRCs and extension
  std::uint8_t padding = 0;       // bytes at the end, the count byte included
  std::uint16_t extension_profile = 0;
  Bytes extension_data;  // without its four-byte header; empty = none
  Bytes packet;

  Bytes payload() const { return packet.subspan(header_size, packet.size() - header_size - padding); }
  ExtensionElements extensions() const { return {extension_profile, extension_data}; }
  ExtensionValues extension_values(const ExtensionIds& ids) const { return ExtensionValues::read(extensions(), ids); }
};

/// Writes an RTP header with extensions into a caller's buffer: the one-byte form where every element fits it, else the
/// two-byte form (RFC 8285, section 4.3). Elements with id 0 (not negotiated) are left out, so callers need not ask.
/// Values given as views must live until finish().
class RtpHeaderWriter {
 public:
  static constexpr std::size_t kMaxElements = 12;

  explicit RtpHeaderWriter(const RtpHeader& header) : header_(header) {}

  void add(std::uint8_t id, Bytes value);
  void add_text(std::uint8_t id, std::string_view value) {
    add(id, {reinterpret_cast<const std::uint8_t*>(value.data()), value.size()});
  }
  void add_u8(std::uint8_t id, std::uint8_t value);
  void add_u16(std::uint8_t id, std::uint16_t value);
  void add_u24(std::uint8_t id, std::uint32_t value);

  /// The part of `out` that was filled; nothing where it does not fit. `padded`: sets the padding bit; the caller
  /// appends the padding.
  Bytes finish(MutableBytes out, bool padded = false) const;

 private:
  struct Element {
    std::uint8_t id = 0;
    std::uint8_t size = 0;
    std::array<std::uint8_t, 3> small{};
    const std::uint8_t* data = nullptr;  // nullptr: small
  };
  Element* next(std::uint8_t id, std::size_t size);
  RtpHeader header_;
  std::array<Element, kMaxElements> elements_;
  std::uint8_t count_ = 0;
  bool two_byte_ = false;
};

}  // namespace visavis::rtc
