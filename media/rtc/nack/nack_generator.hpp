// SPDX-License-Identifier: Apache-2.0
// Which packets of one incoming stream to ask for again (RFC 4585 section 6.2.1). A gap is asked for once a little
// reordering has been given its chance, then again about once per round trip, until the packet comes, the tries are
// spent or it is too late. Nothing is allocated; a gap too wide to repair is given up at once.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/time.hpp"

namespace visavis::rtc {

class NackGenerator {
 public:
  struct Config {
    unsigned max_tries = 12;
    Micros max_age = Millis{2500};     // a packet older than this is of no use to anybody
    Micros reorder_time = Millis{6};   // first ask this long after the gap was seen …
    unsigned reorder_packets = 3;      // … or once so many later packets have come
    Micros min_interval = Millis{20};  // between two asks for the same packet
    Micros unknown_rtt = Millis{100};
  };

  enum class Arrival : std::uint8_t {
    kInOrder,    // the next one, or the first after a gap
    kRecovered,  // it was missing: late, or retransmitted
    kDuplicate,  // it came before
    kTooOld,     // before anything remembered
    kRestart,    // a jump so wide that the stream must have begun anew
  };

  NackGenerator() : NackGenerator(Config{}) {}
  explicit NackGenerator(const Config& config) : config_(config) {}

  /// Call for every packet of the stream, retransmitted ones under their original number.
  Arrival on_packet(std::uint16_t seq, Instant now);

  /// When collect() next has something to do; kNever without gaps.
  Instant deadline() const { return deadline_; }

  /// Writes the numbers due now into `out`, oldest first; returns how many. `rtt` zero means unknown.
  std::size_t collect(Instant now, Micros rtt, std::span<std::uint16_t> out);

  /// True once after packets were given up: a video stream then needs a key frame.
  bool take_gave_up();

  std::size_t missing() const { return count_; }
  /// Packets given up since the beginning.
  std::uint64_t lost() const { return lost_; }

 private:
  static constexpr std::size_t kMaxMissing = 256;
  static constexpr std::uint16_t kWindow = 2048;
  struct Missing {
    std::uint16_t seq;
    std::uint16_t tries;
    std::uint32_t since;  // microseconds modulo 2^32, compared by their difference: half the memory of an Instant
    std::uint32_t next;
  };

  void restart(std::uint16_t seq);
  void add_gap(std::uint16_t first, std::uint16_t count, Instant now);
  void erase(std::uint16_t seq);
  void give_up(std::size_t how_many);
  void hasten(Instant now);
  void update_deadline(Instant now);
  std::uint32_t interval(Micros rtt, unsigned tries) const;

  Config config_;
  bool started_ = false;
  bool gave_up_ = false;
  std::uint16_t highest_ = 0;
  std::uint16_t oldest_known_ = 0;  // nothing before it is judged
  std::uint64_t lost_ = 0;
  Instant deadline_ = kNever;
  std::size_t count_ = 0;
  std::array<Missing, kMaxMissing> missing_;  // oldest first
  std::bitset<kWindow> received_;
};

}  // namespace visavis::rtc
