// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/sdp/offer.hpp"

#include <algorithm>

#include "media/rtc/sdp/description.hpp"

namespace visavis::rtc {
namespace {

bool offers_to_send(Direction d) { return d == Direction::kSendRecv || d == Direction::kSendOnly; }
bool offers_to_receive(Direction d) { return d == Direction::kSendRecv || d == Direction::kRecvOnly; }

// The same ids on every m-line, as BUNDLE wants.
ExtensionIds offered_extensions(MediaKind kind) {
  ExtensionIds ids;
  for (std::size_t i = 0; i < kExtensionKinds; ++i) {
    const auto extension = static_cast<ExtensionKind>(i);
    const bool only_video = extension == ExtensionKind::kVideoOrientation ||
                            extension == ExtensionKind::kPlayoutDelay ||
                            extension == ExtensionKind::kDependencyDescriptor || extension == ExtensionKind::kRid ||
                            extension == ExtensionKind::kRepairedRid;
    const bool only_audio = extension == ExtensionKind::kAudioLevel;
    const bool wanted = kind == MediaKind::kVideo ? !only_audio : !only_video;
    if (wanted) ids.set(extension, static_cast<std::uint8_t>(i + 1));
  }
  return ids;
}

SdpMedia make_media(const OfferConfig& config, const OfferMedia& wanted) {
  SdpMedia media;
  media.kind = wanted.kind;
  media.type = to_string(wanted.kind);
  media.protocol = "UDP/TLS/RTP/SAVPF";
  media.mid = wanted.mid;
  media.direction = wanted.direction;
  media.ice = config.ice;
  media.fingerprints = {config.fingerprint};
  media.setup = DtlsSetup::kActPass;
  media.rtcp_mux = true;
  media.rtcp_rsize = true;
  write_codecs(media, wanted.codecs);
  const auto extensions = offered_extensions(wanted.kind);
  write_extensions(media, extensions, extensions);
  if (!offers_to_send(wanted.direction)) return media;
  if (wanted.rids.empty()) {
    write_stream(media, wanted.ours, wanted.codecs);
    return media;
  }
  media.msid_stream = wanted.ours.stream_id;
  media.msid_track = wanted.ours.track_id;
  for (const auto& rid : wanted.rids) media.rids.push_back({rid, true});
  media.simulcast_send = wanted.rids;
  return media;
}

// The codecs of the answer that were offered, in the answer's order and with what both said of feedback.
std::vector<NegotiatedCodec> agreed_codecs(const OfferMedia& offered, const SdpMedia& answered) {
  std::vector<NegotiatedCodec> agreed;
  for (auto codec : known_codecs(answered)) {
    const auto ours = std::ranges::find_if(offered.codecs, [&](const NegotiatedCodec& c) {
      return c.kind == codec.kind && c.payload_type == codec.payload_type;
    });
    if (ours == offered.codecs.end()) continue;
    if (codec.rtx_payload_type != ours->rtx_payload_type) codec.rtx_payload_type.reset();
    agreed.push_back(std::move(codec));
  }
  return agreed;
}

NegotiatedMedia accept_media(const OfferMedia& offered, const SdpMedia& answered) {
  NegotiatedMedia media;
  media.mid = offered.mid;
  media.kind = offered.kind;
  media.rejected = answered.rejected();
  if (media.rejected) return media;
  media.codecs = agreed_codecs(offered, answered);
  media.sends = offers_to_send(offered.direction) && offers_to_receive(answered.direction);
  media.receives = offers_to_receive(offered.direction) && offers_to_send(answered.direction);
  media.reduced_size = answered.rtcp_rsize;
  const auto ours = offered_extensions(offered.kind);
  const auto theirs = known_extensions(answered, false);
  for (std::size_t i = 0; i < kExtensionKinds; ++i) {
    const auto kind = static_cast<ExtensionKind>(i);
    if (ours.of(kind) == theirs.receive.of(kind)) media.extensions.set(kind, ours.of(kind));
    if (ours.of(kind) == theirs.send.of(kind)) media.send_extensions.set(kind, ours.of(kind));
  }
  if (media.receives) media.encodings = announced_encodings(answered);
  media.ours = offered.ours;
  return media;
}

}  // namespace

Sdp make_offer(const OfferConfig& config) {
  Sdp offer;
  offer.session_id = config.session_id;
  offer.version = config.version;
  offer.ice_options = {"trickle"};
  std::vector<std::string> bundle;
  for (const auto& wanted : config.media) {
    offer.media.push_back(make_media(config, wanted));
    bundle.push_back(wanted.mid);
  }
  offer.bundles.push_back(std::move(bundle));
  return offer;
}

Result<Negotiated> accept_answer(const OfferConfig& offer, const Sdp& answer) {
  if (answer.media.size() != offer.media.size()) {
    return refuse("the answer has " + std::to_string(answer.media.size()) + " m-lines, the offer " +
                  std::to_string(offer.media.size()));
  }
  Negotiated result;
  for (std::size_t i = 0; i < offer.media.size(); ++i) {
    const auto& media = answer.media[i];
    if (media.mid != offer.media[i].mid)
      return refuse("the answer's m-line " + std::to_string(i) + " has another mid than the offer's");
    result.media.push_back(accept_media(offer.media[i], media));
    if (!media.rejected() && result.media.back().codecs.empty())
      return refuse("the answer to mid \"" + media.mid + "\" has no codec that was offered");
  }
  const auto first = std::ranges::find(result.media, false, &NegotiatedMedia::rejected);
  if (first == result.media.end()) return refuse("the answer refuses every m-line");
  auto transport = describe_transport(answer, answer.media[static_cast<std::size_t>(first - result.media.begin())]);
  if (!transport) return std::unexpected(transport.error());
  if (transport->setup != DtlsSetup::kPassive) return refuse("the answer is not a=setup:passive");
  result.local_ice = offer.ice;
  result.remote_ice = std::move(transport->ice);
  result.remote_fingerprint = std::move(transport->fingerprint);
  result.remote_candidates = std::move(transport->candidates);
  result.session_id = answer.session_id;
  result.version = answer.version;
  return result;
}

}  // namespace visavis::rtc
