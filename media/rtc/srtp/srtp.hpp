// SPDX-License-Identifier: Apache-2.0
// SRTP and SRTCP (RFC 3711, RFC 7714) for one DTLS association: a sender and a receiver, each with its own master key.
// The encryption is the only copy a packet sees. Nothing is allocated for a packet of a stream already known.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "media/rtc/srtp/cipher.hpp"
#include "media/rtc/srtp/keys.hpp"
#include "media/rtc/srtp/replay.hpp"

namespace visavis::rtc {

enum class SrtpError : std::uint8_t {
  kMalformed,        // too short, wrong version, header runs past the end, SRTCP not encrypted
  kUnauthenticated,  // the tag does not match: forged, damaged or another key
  kReplayed,         // seen before, or older than the replay window
  kTooManySsrcs,     // the peer uses more streams than kMaxSrtpSsrcs
  kNoSpace,          // `out` is too small
  kIndexReused,      // the sender was asked to encrypt another packet under an index already used (a GCM nonce!)
  kNotConnected,     // there are no keys yet (Transport only)
  kKeyExhausted,     // 2^48 RTP or 2^31 RTCP packets under one key (RFC 3711 section 9.2)
};
std::string_view to_string(SrtpError error);

/// What a packet grows by at most: GCM tag (16), and for SRTCP the index word (4) beside it.
inline constexpr std::size_t kSrtpMaxOverhead = 16;
inline constexpr std::size_t kSrtcpMaxOverhead = 20;
/// Streams remembered per direction; a stream is remembered only after one packet of it was authentic.
inline constexpr std::size_t kMaxSrtpSsrcs = 512;

/// An RTP packet about to be sent, in the pieces a forwarder has: its own header (AAD, sent in the clear), optionally a
/// few payload bytes rewritten for this subscriber (VP8 descriptor, RTX original sequence number), and the shared rest.
struct RtpParts {
  Bytes header;  // ≥ 12 bytes, with CSRCs and extensions
  Bytes prefix;
  Bytes payload;
};

class SrtpSender {
 public:
  SrtpSender(SrtpProfile profile, const SrtpMasterKey& key);

  /// Writes the protected packet to `out` and returns its size. `out` needs header + prefix + payload +
  /// kSrtpMaxOverhead bytes and may not overlap the pieces, except that a header already lying at out.begin() stays
  /// there.
  std::expected<std::size_t, SrtpError> protect_rtp(const RtpParts& parts, MutableBytes out);
  /// The same for a whole RTCP compound of ≥ 8 bytes; `out` needs kSrtcpMaxOverhead more.
  std::expected<std::size_t, SrtpError> protect_rtcp(Bytes compound, MutableBytes out);
  /// A stream that ended; its SSRC may not be used again under this key.
  void forget(std::uint32_t ssrc);

 private:
  SrtpCipher rtp_;
  SrtpCipher rtcp_;
  SsrcTable<RtpReplayWindow> rtp_streams_;
  std::uint32_t rtcp_index_ = 0;  // one count over all SSRCs: unique per SSRC is what matters, and this is that too
};

class SrtpReceiver {
 public:
  SrtpReceiver(SrtpProfile profile, const SrtpMasterKey& key);

  /// Decrypts in place; the result is the plain packet at the front of `packet`. After an error the bytes are garbage.
  std::expected<MutableBytes, SrtpError> unprotect_rtp(MutableBytes packet);
  std::expected<MutableBytes, SrtpError> unprotect_rtcp(MutableBytes packet);

 private:
  SrtpCipher rtp_;
  SrtpCipher rtcp_;
  SsrcTable<RtpReplayWindow> rtp_streams_;
  SsrcTable<RtcpReplayWindow> rtcp_streams_;
};

}  // namespace visavis::rtc
