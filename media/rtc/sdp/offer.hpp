// SPDX-License-Identifier: Apache-2.0
// The offering side, for our own clients (bot, load generator, tests).
#pragma once

#include <string>
#include <vector>

#include "media/rtc/sdp/negotiate.hpp"

namespace visavis::rtc {

struct OfferMedia {
  std::string mid;
  MediaKind kind = MediaKind::kAudio;
  Direction direction = Direction::kSendRecv;
  std::vector<NegotiatedCodec> codecs;  // usual_codecs(kind) for most
  OurStream ours;                       // where we send without rids
  std::vector<std::string> rids;        // simulcast send
};

struct OfferConfig {
  SdpIce ice;
  SdpFingerprint fingerprint;
  std::uint64_t session_id = 1;
  std::uint64_t version = 1;
  std::vector<OfferMedia> media;
};

/// The model of an offer with every extension we know; text by to_string(). DTLS actpass.
Sdp make_offer(const OfferConfig& config);

/// Applies a server's answer to our offer: codecs and extensions that both know, the server's SSRCs as encodings, its
/// candidates, credentials and fingerprint; `receives` and `sends` from our side.
Result<Negotiated> accept_answer(const OfferConfig& offer, const Sdp& answer);

}  // namespace visavis::rtc
