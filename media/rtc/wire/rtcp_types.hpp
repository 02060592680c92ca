// SPDX-License-Identifier: Apache-2.0
// Numbers that reading and writing RTCP share (IANA "RTP Parameters").
#pragma once

#include <cstddef>
#include <cstdint>

namespace visavis::rtc::rtcp {

inline constexpr std::uint8_t kSenderReport = 200;
inline constexpr std::uint8_t kReceiverReport = 201;
inline constexpr std::uint8_t kSourceDescription = 202;
inline constexpr std::uint8_t kBye = 203;
inline constexpr std::uint8_t kTransportLayerFeedback = 205;
inline constexpr std::uint8_t kPayloadFeedback = 206;
inline constexpr std::uint8_t kExtendedReport = 207;

inline constexpr std::uint8_t kNackFormat = 1;
inline constexpr std::uint8_t kTransportCcFormat = 15;
inline constexpr std::uint8_t kPliFormat = 1;
inline constexpr std::uint8_t kFirFormat = 4;
inline constexpr std::uint8_t kApplicationFormat = 15;
inline constexpr std::uint32_t kRembName = 0x52454D42;  // "REMB"

inline constexpr std::uint8_t kSdesCname = 1;
inline constexpr std::uint8_t kXrReferenceTime = 4;
inline constexpr std::uint8_t kXrDlrr = 5;

inline constexpr std::size_t kHeaderSize = 4;
inline constexpr std::size_t kSenderInfoSize = 24;  // sender's SSRC included
inline constexpr std::size_t kReportBlockSize = 24;
inline constexpr std::size_t kDlrrSize = 12;
inline constexpr std::size_t kMaxCount = 31;  // of the five-bit count

}  // namespace visavis::rtc::rtcp
