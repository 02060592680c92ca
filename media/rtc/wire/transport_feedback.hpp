// SPDX-License-Identifier: Apache-2.0
// Transport-wide congestion control feedback: when each packet of a transport arrived
// (draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace visavis::rtc {

/// Statuses in one packet, read or written. The format allows 65,535, but a browser that reports every 50–100 ms comes
/// nowhere near, and a packet of empty runs would cost a reader much time for few bytes.
inline constexpr std::uint16_t kMaxFeedbackStatuses = 8192;

/// A received feedback packet, checked as a whole: chunks cover every status and deltas cover every arrival.
struct TransportFeedback {
  /// `body` is what follows the RTCP header, RTCP padding removed.
  static Parsed<TransportFeedback> parse(Bytes body);

  std::uint32_t sender = 0;
  std::uint32_t media = 0;
  std::uint16_t base_sequence = 0;
  std::uint16_t status_count = 0;
  std::uint8_t feedback_count = 0;
  Micros reference_time{};  // multiple of 64 ms, 24 bits signed, wraps after 2^23 × 64 ms
  Bytes chunks;
  Bytes deltas;

  class Reader {
   public:
    explicit Reader(const TransportFeedback& feedback);
    struct Status {
      std::uint16_t sequence = 0;
      std::optional<Micros> arrival;  // reference_time plus all deltas so far; nothing = not received
    };
    /// Statuses in order of sequence; nothing at the end.
    std::optional<Status> next();

   private:
    unsigned next_symbol();
    ByteReader chunks_;
    ByteReader deltas_;
    Micros at_{};
    std::uint16_t sequence_ = 0;
    std::uint32_t left_ = 0;
    std::uint32_t chunk_left_ = 0;  // statuses left in the current chunk
    std::uint16_t chunk_ = 0;
  };
  Reader read() const { return Reader{*this}; }

  /// Calls `visit(sequence, std::optional<Micros> arrival)` for each status.
  template <class F>
  void for_each(F&& visit) const {
    auto reader = read();
    while (const auto status = reader.next()) visit(status->sequence, status->arrival);
  }
};

/// A packet that arrived, for building feedback.
struct PacketArrival {
  std::int64_t sequence = 0;  // unwrapped transport-wide sequence number
  Micros at{};                // any clock; only differences are sent, 250 µs steps
};

struct WrittenFeedback {
  std::size_t size = 0;      // bytes of `out` filled: one RTCP packet; 0 = not even the first arrival could be told
  std::size_t arrivals = 0;  // how many of the given arrivals it tells of; give the rest to the next packet
};

/// Writes one feedback packet for `arrivals`, ascending by sequence without repetition, that begins at sequence `base`
/// (≤ the first arrival: numbers between count as lost). Stops early where `out` ends, a gap between two arrivals
/// exceeds what a delta can say (±8.19 s) or more than kMaxFeedbackStatuses would be needed; a first arrival further
/// than that from `base` is not told: begin later then.
WrittenFeedback write_transport_feedback(std::uint32_t sender, std::uint32_t media, std::uint8_t feedback_count,
                                         std::int64_t base, std::span<const PacketArrival> arrivals, MutableBytes out);

}  // namespace visavis::rtc
