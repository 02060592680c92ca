// SPDX-License-Identifier: Apache-2.0
// RTCP (RFC 3550, section 6; RFC 4585, 5104, 3611, draft-alvestrand-rmcat-remb-03): views of what a compound holds.
// Reduced-size RTCP is accepted (RFC 5506). Transport-wide feedback is in transport_feedback.hpp, writing in
// rtcp_builder.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "media/rtc/wire/transport_feedback.hpp"

namespace visavis::rtc {

/// What a receiver says of one stream (RFC 3550, section 6.4.1).
struct ReportBlock {
  std::uint32_t ssrc = 0;
  std::uint8_t fraction_lost = 0;         // of 256, since the last report
  std::int32_t cumulative_lost = 0;       // 24 bits, signed
  std::uint32_t highest_sequence = 0;     // with the cycle count in the upper 16 bits
  std::uint32_t jitter = 0;               // in timestamp units
  std::uint32_t last_sr = 0;              // middle 32 bits of the NTP time, 0 = none
  std::uint32_t delay_since_last_sr = 0;  // in 1/65536 s
};

/// Fixed-size records inside a packet, decoded one at a time: `for (std::size_t i = 0; i < list.size(); ++i) list[i]`.
template <class T, std::size_t kSize, T (*kDecode)(const std::uint8_t*)>
class RtcpList {
 public:
  RtcpList() = default;
  /// `bytes` must be a whole number of records.
  explicit RtcpList(Bytes bytes) : bytes_(bytes) {}
  std::size_t size() const { return bytes_.size() / kSize; }
  bool empty() const { return bytes_.empty(); }
  T operator[](std::size_t i) const { return kDecode(&bytes_[i * kSize]); }

 private:
  Bytes bytes_;
};

struct NackItem {
  std::uint16_t first = 0;  // PID: lost
  std::uint16_t mask = 0;   // BLP: bit i set: first + i + 1 is lost too
};
struct FirItem {
  std::uint32_t ssrc = 0;
  std::uint8_t sequence = 0;
};
/// RFC 3611, section 4.5.
struct DlrrItem {
  std::uint32_t ssrc = 0;
  std::uint32_t last_rr = 0;
  std::uint32_t delay_since_last_rr = 0;
};

ReportBlock decode_report_block(const std::uint8_t* p);
NackItem decode_nack_item(const std::uint8_t* p);
FirItem decode_fir_item(const std::uint8_t* p);
DlrrItem decode_dlrr_item(const std::uint8_t* p);

using ReportBlocks = RtcpList<ReportBlock, 24, decode_report_block>;
using SsrcList = RtcpList<std::uint32_t, 4, load_be32>;
using NackItems = RtcpList<NackItem, 4, decode_nack_item>;
using FirItems = RtcpList<FirItem, 8, decode_fir_item>;
using DlrrItems = RtcpList<DlrrItem, 12, decode_dlrr_item>;

struct SenderInfo {
  std::uint64_t ntp = 0;  // 32.32 fixed point seconds since 1900
  std::uint32_t rtp_timestamp = 0;
  std::uint32_t packets = 0;
  std::uint32_t octets = 0;
};
struct SenderReport {
  std::uint32_t sender = 0;
  SenderInfo info;
  ReportBlocks blocks;
};
struct ReceiverReport {
  std::uint32_t sender = 0;
  ReportBlocks blocks;
};
/// Only the CNAME of the first chunk is of use to us.
struct SourceDescription {
  std::uint32_t ssrc = 0;
  std::string_view cname;
};
struct Bye {
  SsrcList sources;
};
struct Nack {
  std::uint32_t sender = 0;
  std::uint32_t media = 0;
  NackItems items;

  /// Calls `lost(sequence)` for each sequence number asked for, in order.
  template <class F>
  void for_each(F&& lost) const {
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto item = items[i];
      lost(item.first);
      for (unsigned bit = 0; bit < 16; ++bit) {
        if ((item.mask >> bit & 1U) != 0) lost(static_cast<std::uint16_t>(item.first + bit + 1));
      }
    }
  }
};
struct PictureLoss {
  std::uint32_t sender = 0;
  std::uint32_t media = 0;
};
struct FullIntraRequest {
  std::uint32_t sender = 0;
  FirItems items;
};
struct Remb {
  std::uint32_t sender = 0;
  std::uint64_t bitrate = 0;  // bit/s; saturates at 2^63
  SsrcList sources;
};
struct ExtendedReport {
  std::uint32_t sender = 0;
  std::optional<std::uint64_t> reference_time;  // RRTR: NTP time of a receiver
  DlrrItems dlrr;
};
/// Well formed, but of no use to us (APP, other feedback formats, …).
struct OtherRtcp {
  std::uint8_t type = 0;
  std::uint8_t format = 0;
};

using RtcpPacket = std::variant<SenderReport, ReceiverReport, SourceDescription, Bye, Nack, PictureLoss,
                                FullIntraRequest, Remb, TransportFeedback, ExtendedReport, OtherRtcp>;

/// Walks the packets of a compound. Views point into the compound.
class RtcpReader {
 public:
  explicit RtcpReader(Bytes compound) : rest_(compound) {}
  /// The next packet; nothing at the end; an error once at the first malformed packet, which ends the walk: what came
  /// before stands. So is a compound whose transport feedback tells of more than 2 × kMaxFeedbackStatuses packets in
  /// all: it would make its reader work for milliseconds.
  Parsed<std::optional<RtcpPacket>> next();

 private:
  Bytes rest_;
  std::uint32_t statuses_left_ = 2 * std::uint32_t{kMaxFeedbackStatuses};
};

}  // namespace visavis::rtc
