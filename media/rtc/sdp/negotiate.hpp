// SPDX-License-Identifier: Apache-2.0
// The server's side of offer/answer (RFC 3264, RFC 8829, RFC 9143): one BUNDLE transport, ICE-lite, DTLS always
// passive. An m-line on which the client receives is a slot: its SSRCs are in the answer from the first, so that
// whoever publishes later appears without renegotiation.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "media/rtc/sdp/codecs.hpp"
#include "media/rtc/sdp/sdp.hpp"
#include "media/rtc/wire/net_address.hpp"
#include "media/rtc/wire/rtp_extensions.hpp"

namespace visavis::rtc {

/// What the server sends on one m-line. Two m-lines with the same stream_id are played in lip-sync by browsers.
struct OurStream {
  std::uint32_t ssrc = 0;
  std::uint32_t rtx_ssrc = 0;  // 0 = none; used only where RTX is negotiated
  std::string cname;
  std::string stream_id;
  std::string track_id;
  friend bool operator==(const OurStream&, const OurStream&) = default;
};

/// One encoding that the far side announces: by SSRC, by rid (its SSRC is learnt from packets), or neither.
struct RemoteEncoding {
  std::uint32_t ssrc = 0;      // 0 = not announced
  std::uint32_t rtx_ssrc = 0;  // 0 = not announced
  std::string rid;
  friend bool operator==(const RemoteEncoding&, const RemoteEncoding&) = default;
};

struct NegotiatedMedia {
  std::string mid;
  MediaKind kind = MediaKind::kOther;
  bool rejected = false;                  // port 0: nothing else counts
  bool receives = false;                  // we receive on it (the far side publishes)
  bool sends = false;                     // we send on it
  std::vector<NegotiatedCodec> codecs;    // in our order of preference; the far side publishes the first it can
  ExtensionIds extensions;                // to read what the far side sends
  ExtensionIds send_extensions;           // those of them that the far side wants to get
  std::vector<RemoteEncoding> encodings;  // simulcast: in the order the far side announced, as a rule low to high or
                                          // high to low: tell layers by their resolution or bitrate
  OurStream ours;                         // where sends
  bool reduced_size = false;              // RFC 5506 negotiated

  /// The codec of a payload type; `is_rtx` tells whether it is its retransmission format. Nullptr where unknown.
  const NegotiatedCodec* codec_of(std::uint8_t payload_type, bool& is_rtx) const;
};

struct Negotiated {
  std::vector<NegotiatedMedia> media;  // in m-line order
  SdpIce local_ice;                    // as in the answer (the previous ones where ICE was not restarted)
  SdpIce remote_ice;
  SdpFingerprint remote_fingerprint;  // sha-256
  std::vector<SdpCandidate> remote_candidates;
  bool ice_restarted = false;  // new remote credentials since the previous description
  std::uint64_t session_id = 0;
  std::uint64_t version = 0;
  std::string text;  // the answer (answer_offer) or nothing (accept_answer)

  const NegotiatedMedia* find(std::string_view mid) const;
};

struct AnswerConfig {
  SdpIce ice;                    // fresh; used at first and when the client restarts ICE
  SdpFingerprint fingerprint;    // of our certificate, sha-256
  std::vector<NetAddress> udp;   // advertised host candidates, best first
  std::vector<NetAddress> tcp;   // passive (RFC 6544)
  std::uint64_t session_id = 1;  // for o=, < 2^62
  bool may_publish = true;       // false: nothing is received (WHEP)
  bool may_subscribe = true;     // false: nothing is sent (WHIP)
  std::vector<CodecKind> video{CodecKind::kVp8, CodecKind::kH264, CodecKind::kVp9,
                               CodecKind::kAv1};  // allowed, in order
  /// Called once for each m-line on which we send, the first time it is negotiated.
  std::function<OurStream(std::string_view mid, MediaKind kind)> stream_for;
};

/// Answers `offer`. `previous`: what was negotiated before on the same connection: m-lines keep their place and mid,
/// slots keep their SSRCs. Errors are ErrorKind::kInvalid with a message for whoever made the offer; nothing has
/// changed then.
Result<Negotiated> answer_offer(const Sdp& offer, const AnswerConfig& config, const Negotiated* previous = nullptr);

/// The answer to an ICE restart by PATCH (RFC 9725, section 4.3.2): an SDP fragment with config.ice and our candidates.
/// The caller then keeps the new credentials of both sides in `session`.
std::string ice_restart_fragment(const Negotiated& session, const AnswerConfig& config);

}  // namespace visavis::rtc
