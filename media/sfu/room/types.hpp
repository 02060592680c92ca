// SPDX-License-Identifier: Apache-2.0
// What the rooms of one worker take and tell: numbers for rooms, sessions and people, the sink, statistics.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "media/rtc/ice/ice.hpp"
#include "media/rtc/sdp/sdp.hpp"
#include "media/rtc/srtp/keys.hpp"

namespace visavis::sfu {

using RoomKey = std::uint64_t;
using SessionKey = std::uint64_t;
using ParticipantKey = std::uint64_t;  // 0 = nobody

enum class SessionRole : std::uint8_t { kPublishSubscribe, kPublishOnly, kSubscribeOnly };
enum class CloseCause : std::uint8_t { kByCommand, kByPeer, kConsentLost, kDtlsFailed, kNeverConnected, kRoomClosed };

/// How large a subscriber shows what an m-line brings.
struct View {
  static constexpr std::uint16_t kNoLimit = 0xFFFF;
  std::string_view mid;
  std::uint16_t lines = kNoLimit;  // device pixels of the picture's shorter side; 0 = not shown at all
};

/// One m-line in one direction; counters since the session began.
struct TrackReport {
  std::string_view mid;
  rtc::MediaKind kind = rtc::MediaKind::kAudio;
  bool outgoing = false;
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t lost = 0;
  std::uint64_t nacks = 0;
  std::uint64_t retransmitted = 0;
  std::uint64_t plis = 0;
  std::uint32_t bitrate = 0;
  float loss_fraction = 0;
  Micros jitter{};
};

/// Sums over a worker.
struct EngineCounters {
  std::uint64_t packets_in = 0;  // authentic RTP
  std::uint64_t bytes_in = 0;
  std::uint64_t packets_out = 0;  // RTP sent
  std::uint64_t bytes_out = 0;
  std::uint64_t dropped_malformed = 0;
  std::uint64_t dropped_unauthenticated = 0;
  std::uint64_t dropped_unknown_path = 0;
  std::uint64_t nacks_sent = 0;      // sequence numbers asked for
  std::uint64_t nacks_received = 0;  // sequence numbers asked of us
  std::uint64_t retransmissions = 0;
  std::uint64_t plis_sent = 0;
};

/// Where everything that leaves the rooms goes. Nothing may call back into the rooms from inside.
class EngineSink {
 public:
  /// Room for one datagram of at most rtc::PacketBuffer::kCapacity bytes, valid until commit() or the next reserve().
  virtual MutableBytes reserve() = 0;
  /// Sends the first `size` bytes of what reserve() gave.
  virtual void commit(const rtc::Path& path, std::size_t size) = 0;
  void transmit(const rtc::Path& path, Bytes datagram) {
    const MutableBytes out = reserve();
    if (datagram.size() > out.size()) return;
    std::memcpy(out.data(), datagram.data(), datagram.size());
    commit(path, datagram.size());
  }

  virtual void on_connected(SessionKey session, rtc::SrtpProfile profile, const rtc::Path& path) = 0;
  virtual void on_closed(SessionKey session, CloseCause cause) = 0;
  virtual void on_reachable(SessionKey session, bool reachable) = 0;
  virtual void on_slot_changed(SessionKey session, std::string_view mid, ParticipantKey participant,
                               rtc::MediaKind kind, std::uint8_t ordinal) = 0;
  virtual void on_track_flow(SessionKey session, std::string_view mid, rtc::MediaKind kind, bool flowing) = 0;
  /// `codec` empty: no codec would suit everybody.
  virtual void on_codec_switch_needed(SessionKey session, std::string_view mid, std::string_view codec) = 0;
  virtual void on_stats(SessionKey session, Micros round_trip, std::span<const TrackReport> tracks) = 0;

 protected:
  ~EngineSink() = default;
};

}  // namespace visavis::sfu
