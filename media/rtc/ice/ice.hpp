// SPDX-License-Identifier: Apache-2.0
// What both ICE agents (RFC 8445) share: paths, credentials, limits and the sink of their events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "media/rtc/wire/net_address.hpp"

namespace visavis::rtc {

enum class PathProtocol : std::uint8_t { kUdp, kTcp };

/// Where a datagram came from or goes to: one of our sockets (the worker's own number for it) and the far address.
struct Path {
  std::uint32_t socket = 0;
  PathProtocol protocol = PathProtocol::kUdp;
  NetAddress remote;
  friend bool operator==(const Path&, const Path&) = default;
};

/// One side's ice-ufrag and ice-pwd (RFC 8839 section 5.4).
struct IceCredentials {
  std::string ufrag;  // 4–256 characters of ALPHA / DIGIT / "+" / "/"
  std::string pwd;    // 22–256 characters
  /// 48 random bits for ufrag, 144 for pwd, from the operating system.
  static IceCredentials random();
  friend bool operator==(const IceCredentials&, const IceCredentials&) = default;
};

/// Media stops this long after the last authenticated Binding request of the selected path (RFC 7675 section 5.1).
inline constexpr Micros kConsentLife = Seconds{30};
/// A peer that was sending media is called unreachable after this much silence,
inline constexpr Micros kUnreachableAfter = Seconds{3};
/// and one that sent only checks after this: consent checks may lie 6 s apart (RFC 7675 section 5.1).
inline constexpr Micros kUnreachableIdleAfter = Seconds{8};
/// Paths of one session that are remembered; the longest silent one makes room.
inline constexpr std::size_t kMaxIcePaths = 16;

/// Why a STUN message did nothing.
struct IceCounters {
  std::uint64_t malformed = 0;        // not a STUN Binding message that makes sense here
  std::uint64_t unauthenticated = 0;  // unknown user or wrong MESSAGE-INTEGRITY
};

class IceSink {
 public:
  virtual void on_ice_transmit(const Path& path, Bytes message) = 0;
  /// Media goes there from now on.
  virtual void on_ice_selected(const Path& path) = 0;
  virtual void on_ice_reachable(bool reachable) = 0;
  /// No path has consent any more: send nothing. The session is over unless ICE is restarted.
  virtual void on_ice_consent_lost() = 0;

 protected:
  ~IceSink() = default;
};

}  // namespace visavis::rtc

template <>
struct std::hash<visavis::rtc::Path> {
  std::size_t operator()(const visavis::rtc::Path& path) const noexcept {
    return path.remote.hash() ^ (std::size_t{path.socket} * 0x9E3779B97F4A7C15ULL);
  }
};
