// SPDX-License-Identifier: Apache-2.0
// One SSRC that a publisher sends: a sound, a picture, or one simulcast layer of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "media/rtc/nack/nack_generator.hpp"
#include "media/rtc/nack/rtx_cache.hpp"
#include "media/rtc/stream/key_frame_requester.hpp"
#include "media/rtc/stream/receive_stats.hpp"
#include "media/rtc/stream/sender_clock.hpp"

namespace visavis::sfu {

struct IncomingStream {
  /// `number` is unique in the worker, so that a slot never takes a later stream for this one.
  IncomingStream(std::uint32_t number_, std::uint32_t clock_rate, rtc::RtxBudget& budget)
      : number(number_), stats(clock_rate), cache(budget) {}

  static constexpr Micros kAliveFor = Millis{600};

  /// Packets came lately; before the first one everything counts as alive, so that a lone stream is waited for.
  bool alive(Instant now) const { return !stats.started() || now - stats.last_packet() < kAliveFor; }

  std::uint32_t number;
  std::uint32_t ssrc = 0;      // 0 = not known yet (rid)
  std::uint32_t rtx_ssrc = 0;  // 0 = none known
  std::string rid;
  std::uint32_t pixels = 0;  // of the last key frame that told
  std::uint16_t lines = 0;   // its shorter side
  rtc::ReceiveStats stats;
  rtc::RtxCache cache;
  rtc::SenderClock clock;
  rtc::KeyFrameRequester key_frames;
  std::unique_ptr<rtc::NackGenerator> nack;  // where the publisher answers NACK
  std::uint64_t nacks_sent = 0;
  std::uint64_t recovered = 0;
  std::uint64_t plis_sent = 0;
};

}  // namespace visavis::sfu
