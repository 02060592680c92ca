// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <random>

#include "media/rtc/dtls/dtls.hpp"
#include "media/rtc/nack/rtx_cache.hpp"
#include "media/sfu/room/timer_wheel.hpp"
#include "media/sfu/room/types.hpp"

namespace visavis::sfu {

/// What all sessions of one worker share. Lives in the Engine and outlives every session.
struct EngineContext {
  EngineContext(EngineSink& sink_, std::shared_ptr<const rtc::DtlsIdentity> identity_, std::uint64_t seed, Instant now)
      : sink(sink_), identity(std::move(identity_)), random(seed), wheel(now) {}

  std::uint32_t random_ssrc() {
    const auto ssrc = static_cast<std::uint32_t>(random());
    return ssrc == 0 ? 1 : ssrc;
  }

  EngineSink& sink;
  std::shared_ptr<const rtc::DtlsIdentity> identity;
  std::mt19937_64 random;
  TimerWheel wheel;
  EngineCounters counters;
  rtc::RtxBudget rtx_budget;
  std::uint32_t next_stream_number = 1;
};

}  // namespace visavis::sfu
