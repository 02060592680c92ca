// SPDX-License-Identifier: Apache-2.0
// Session descriptions (RFC 8866) as WebRTC uses them (RFC 8829): text to model and back. Attributes that we do not
// know are dropped. Every error says what is wrong, where, and the limit: it goes to whoever sent the description.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace visavis::rtc {

inline constexpr std::size_t kMaxSdpSize = std::size_t{256} * 1024;
inline constexpr std::size_t kMaxSdpLine = std::size_t{16} * 1024;
inline constexpr std::size_t kMaxSdpMedia = 64;
/// Codecs, extensions, SSRCs, groups, rids, candidates: each at most this many in one m-line.
inline constexpr std::size_t kMaxSdpItems = 128;

enum class MediaKind : std::uint8_t { kAudio, kVideo, kApplication, kOther };
enum class Direction : std::uint8_t { kSendRecv, kSendOnly, kRecvOnly, kInactive };
enum class DtlsSetup : std::uint8_t { kUnset, kActPass, kActive, kPassive, kHoldConn };

std::string_view to_string(MediaKind kind);
std::string_view to_string(Direction direction);
std::optional<Direction> direction_named(std::string_view name);

/// ice-ufrag and ice-pwd; both empty = absent.
struct SdpIce {
  std::string ufrag;
  std::string pwd;
  explicit operator bool() const { return !ufrag.empty() && !pwd.empty(); }
  friend bool operator==(const SdpIce&, const SdpIce&) = default;
};

/// `a=fingerprint`: algorithm in lower case ("sha-256"), value in upper case with colons.
struct SdpFingerprint {
  std::string algorithm;
  std::string value;
  friend bool operator==(const SdpFingerprint&, const SdpFingerprint&) = default;
};

/// `a=candidate` (RFC 8839, section 5.1; tcptype RFC 6544).
struct SdpCandidate {
  std::string foundation;
  std::uint16_t component = 1;
  std::string transport;  // "udp" or "tcp", lower case
  std::uint32_t priority = 0;
  std::string address;  // literal IP or an mDNS name
  std::uint16_t port = 0;
  std::string type;      // "host", "srflx", …
  std::string tcp_type;  // "passive" …; empty for UDP
};

/// One payload type of an m-line with all that is said about it.
struct SdpCodec {
  std::uint8_t payload_type = 0;
  std::string name;  // as written; empty where a static payload type has no a=rtpmap
  std::uint32_t clock = 0;
  std::uint8_t channels = 1;
  std::string fmtp;                   // parameters only
  std::vector<std::string> feedback;  // "nack", "nack pli", …; those for `*` included
};

struct SdpExtension {
  std::uint8_t id = 0;
  std::string uri;
  Direction direction = Direction::kSendRecv;  // of the extension itself ("a=extmap:8/sendonly")
};
struct SdpSsrc {
  std::uint32_t ssrc = 0;
  std::string cname;
  std::string msid;
};
struct SdpSsrcGroup {
  std::string semantics;  // "FID", "SIM", …
  std::vector<std::uint32_t> ssrcs;
};
struct SdpRid {
  std::string id;
  bool send = true;
};

struct SdpMedia {
  MediaKind kind = MediaKind::kOther;
  std::string type;  // first word of the m-line
  std::uint16_t port = 9;
  std::string protocol;              // "UDP/TLS/RTP/SAVPF" …
  std::vector<std::string> formats;  // of m-lines other than audio and video
  std::string mid;
  Direction direction = Direction::kSendRecv;
  std::vector<SdpCodec> codecs;  // in the order of the m-line
  std::vector<SdpExtension> extensions;
  std::vector<SdpSsrc> ssrcs;
  std::vector<SdpSsrcGroup> ssrc_groups;
  std::vector<SdpRid> rids;
  std::vector<std::string> simulcast_send;  // rids, the first of alternatives, without '~'
  std::vector<std::string> simulcast_recv;
  std::string msid_stream;  // of the first a=msid, or of the first SSRC's
  std::string msid_track;
  SdpIce ice;
  std::vector<SdpFingerprint> fingerprints;
  DtlsSetup setup = DtlsSetup::kUnset;
  std::vector<SdpCandidate> candidates;
  std::optional<std::uint16_t> sctp_port;
  bool end_of_candidates = false;
  bool rtcp_mux = false;
  bool rtcp_rsize = false;
  bool bundle_only = false;
  bool extmap_allow_mixed = false;

  /// Port 0 without a=bundle-only: the m-line is refused or stopped.
  bool rejected() const { return port == 0 && !bundle_only; }
};

struct Sdp {
  static Result<Sdp> parse(std::string_view text);
  std::string to_string() const;

  std::uint64_t session_id = 0;
  std::uint64_t version = 0;
  std::vector<std::vector<std::string>> bundles;  // mids of each a=group:BUNDLE
  SdpIce ice;
  std::vector<std::string> ice_options;
  std::vector<SdpFingerprint> fingerprints;
  DtlsSetup setup = DtlsSetup::kUnset;
  bool ice_lite = false;
  bool extmap_allow_mixed = false;
  std::vector<SdpMedia> media;
};

/// What WHIP/WHEP clients PATCH (`application/trickle-ice-sdpfrag`, RFC 8840): credentials and candidates, no m-lines
/// needed.
struct SdpFragment {
  SdpIce ice;
  std::vector<SdpCandidate> candidates;
  bool end_of_candidates = false;
};
Result<SdpFragment> parse_sdp_fragment(std::string_view text);

/// The text of an `a=candidate` value ("1 1 udp 2130706431 192.0.2.1 7000 typ host"), with or without "candidate:".
Result<SdpCandidate> parse_candidate(std::string_view text);
std::string to_string(const SdpCandidate& candidate);

/// Value of `key` in "a=1;b=2" without regard to case of the key; nothing where it is absent.
std::optional<std::string_view> fmtp_parameter(std::string_view fmtp, std::string_view key);
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace visavis::rtc
