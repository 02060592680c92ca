// SPDX-License-Identifier: Apache-2.0
// Builds an RTCP compound in a caller's buffer. Each call adds a whole packet or, where it does not fit, nothing and
// returns false.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.hpp"
#include "media/rtc/wire/rtcp.hpp"

namespace visavis::rtc {

class RtcpBuilder {
 public:
  explicit RtcpBuilder(MutableBytes out) : out_(out) {}

  /// At most 31 blocks each.
  bool sender_report(std::uint32_t sender, const SenderInfo& info, std::span<const ReportBlock> blocks = {});
  bool receiver_report(std::uint32_t sender, std::span<const ReportBlock> blocks = {});
  /// One chunk with a CNAME of 1–255 bytes.
  bool source_description(std::uint32_t ssrc, std::string_view cname);
  /// At most 31 sources.
  bool bye(std::span<const std::uint32_t> sources);
  /// `lost` ascending in RFC 1982 order; neighbours within 16 share an item. False also for an empty list.
  bool nack(std::uint32_t sender, std::uint32_t media, std::span<const std::uint16_t> lost);
  bool picture_loss(std::uint32_t sender, std::uint32_t media);
  bool full_intra_request(std::uint32_t sender, std::span<const FirItem> items);
  /// `bitrate` in bit/s keeps its 18 highest bits; at most 255 sources.
  bool remb(std::uint32_t sender, std::uint64_t bitrate, std::span<const std::uint32_t> sources);
  bool receiver_reference_time(std::uint32_t sender, std::uint64_t ntp);
  bool dlrr(std::uint32_t sender, std::span<const DlrrItem> items);
  /// See write_transport_feedback(); returns how many arrivals were told, 0 = nothing added.
  std::size_t transport_feedback(std::uint32_t sender, std::uint32_t media, std::uint8_t feedback_count,
                                 std::int64_t base, std::span<const PacketArrival> arrivals);

  Bytes bytes() const { return out_.first(size_); }
  bool empty() const { return size_ == 0; }

 private:
  class Packet;
  MutableBytes out_;
  std::size_t size_ = 0;
};

}  // namespace visavis::rtc
