// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/sdp/description.hpp"

#include <algorithm>

#include "media/rtc/sdp/text.hpp"

namespace visavis::rtc {
namespace {

constexpr std::size_t kMaxEncodings = 4;  // browsers send three layers at most

CodecFeedback feedback_of(const SdpCodec& codec) {
  const auto has = [&](std::string_view wanted) {
    return std::ranges::any_of(codec.feedback, [&](const std::string& f) { return equal_ignoring_case(f, wanted); });
  };
  return {.nack = has("nack"),
          .pli = has("nack pli"),
          .fir = has("ccm fir"),
          .transport_cc = has("transport-cc"),
          .remb = has("goog-remb")};
}

std::optional<std::uint8_t> rtx_of(const SdpMedia& media, std::uint8_t payload_type) {
  for (const auto& codec : media.codecs) {
    if (!equal_ignoring_case(codec.name, "rtx")) continue;
    const auto apt = fmtp_parameter(codec.fmtp, "apt");
    if (apt && sdp_text::number<std::uint8_t>(*apt) == payload_type) return codec.payload_type;
  }
  return std::nullopt;
}

std::uint32_t rtx_ssrc_of(const SdpMedia& media, std::uint32_t ssrc) {
  for (const auto& group : media.ssrc_groups) {
    if (group.semantics == "FID" && group.ssrcs.size() == 2 && group.ssrcs[0] == ssrc) return group.ssrcs[1];
  }
  return 0;
}

// "sprop-…" tells of the stream that its author sends (RFC 6184, section 8.2.2; RFC 7587, section 6.1): an answer that
// repeated it would say it of ours.
std::string without_sender_properties(std::string_view fmtp) {
  std::string kept;
  while (!fmtp.empty()) {
    auto parameter = sdp_text::take(fmtp, ';');
    while (parameter.starts_with(' ')) parameter.remove_prefix(1);
    if (parameter.empty() || parameter.starts_with("sprop-")) continue;
    if (!kept.empty()) kept += ';';
    kept += parameter;
  }
  return kept;
}

}  // namespace

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorKind::kInvalid, "sdp_refused", std::move(message));
}

std::vector<NegotiatedCodec> known_codecs(const SdpMedia& media) {
  std::vector<NegotiatedCodec> known;
  for (const auto& codec : media.codecs) {
    const auto kind = codec_kind(codec.name);
    // Video has a "red" of its own (RFC 2198 around ULPFEC), which is not ours.
    if (!kind || media_kind(*kind) != media.kind) continue;
    const bool audio = media.kind == MediaKind::kAudio;
    if (codec.clock != (audio ? 48'000U : 90'000U) || codec.channels != (audio ? 2 : 1)) continue;
    known.push_back({*kind, codec.payload_type, codec.clock, codec.channels, without_sender_properties(codec.fmtp),
                     rtx_of(media, codec.payload_type), feedback_of(codec)});
  }
  return known;
}

KnownExtensions known_extensions(const SdpMedia& media, bool two_byte_allowed) {
  KnownExtensions known;
  for (const auto& extension : media.extensions) {
    const auto kind = extension_kind(extension.uri);
    if (!kind || (extension.id > 15 && !two_byte_allowed)) continue;
    const auto theirs = extension.direction;
    const bool receive = theirs == Direction::kSendRecv || theirs == Direction::kSendOnly;
    const bool send = theirs == Direction::kSendRecv || theirs == Direction::kRecvOnly;
    if (receive && known.receive.of(*kind) == 0) known.receive.set(*kind, extension.id);
    if (send && known.send.of(*kind) == 0) known.send.set(*kind, extension.id);
  }
  return known;
}

std::vector<RemoteEncoding> announced_encodings(const SdpMedia& media) {
  std::vector<RemoteEncoding> encodings;
  for (const auto& rid : media.simulcast_send) {
    const auto announced = [&](const SdpRid& r) { return r.send && r.id == rid; };
    if (encodings.size() < kMaxEncodings && std::ranges::any_of(media.rids, announced))
      encodings.push_back({0, 0, rid});
  }
  if (!encodings.empty()) return encodings;
  for (const auto& group : media.ssrc_groups) {
    if (group.semantics != "SIM") continue;
    for (const auto ssrc : group.ssrcs) {
      if (encodings.size() < kMaxEncodings) encodings.push_back({ssrc, rtx_ssrc_of(media, ssrc), {}});
    }
    if (!encodings.empty()) return encodings;
  }
  if (media.ssrcs.empty()) return {RemoteEncoding{}};
  // The first SSRC is the media stream unless a FID group names it as the second.
  auto first = media.ssrcs.front().ssrc;
  for (const auto& group : media.ssrc_groups) {
    if (group.semantics == "FID" && group.ssrcs.size() == 2) {
      first = group.ssrcs[0];
      break;
    }
  }
  return {{first, rtx_ssrc_of(media, first), {}}};
}

Result<TransportDescription> describe_transport(const Sdp& sdp, const SdpMedia& first) {
  TransportDescription transport;
  transport.ice = first.ice ? first.ice : sdp.ice;
  if (!transport.ice) return refuse("the SDP has no a=ice-ufrag and a=ice-pwd for mid \"" + first.mid + "\"");
  transport.setup = first.setup != DtlsSetup::kUnset ? first.setup : sdp.setup;
  const auto& fingerprints = first.fingerprints.empty() ? sdp.fingerprints : first.fingerprints;
  const auto found = std::ranges::find(fingerprints, "sha-256", &SdpFingerprint::algorithm);
  if (found == fingerprints.end()) return refuse("the SDP has no a=fingerprint:sha-256 for mid \"" + first.mid + "\"");
  transport.fingerprint = *found;
  for (const auto& media : sdp.media) {
    transport.candidates.insert(transport.candidates.end(), media.candidates.begin(), media.candidates.end());
  }
  return transport;
}

bool has_rtx(const std::vector<NegotiatedCodec>& codecs) {
  return std::ranges::any_of(codecs, [](const NegotiatedCodec& c) { return c.rtx_payload_type.has_value(); });
}

void write_codecs(SdpMedia& media, const std::vector<NegotiatedCodec>& codecs) {
  for (const auto& codec : codecs) {
    SdpCodec written{
        codec.payload_type, std::string{to_string(codec.kind)}, codec.clock, codec.channels, codec.fmtp, {}};
    if (codec.feedback.remb) written.feedback.emplace_back("goog-remb");
    if (codec.feedback.transport_cc) written.feedback.emplace_back("transport-cc");
    if (codec.feedback.fir) written.feedback.emplace_back("ccm fir");
    if (codec.feedback.nack) written.feedback.emplace_back("nack");
    if (codec.feedback.pli) written.feedback.emplace_back("nack pli");
    media.codecs.push_back(std::move(written));
    if (!codec.rtx_payload_type) continue;
    media.codecs.push_back(
        {*codec.rtx_payload_type, "rtx", codec.clock, 1, "apt=" + std::to_string(codec.payload_type), {}});
  }
}

void write_extensions(SdpMedia& media, const ExtensionIds& receive, const ExtensionIds& send) {
  for (std::size_t i = 0; i < kExtensionKinds; ++i) {
    const auto kind = static_cast<ExtensionKind>(i);
    const std::string uri{extension_uri(kind)};
    if (receive.of(kind) != 0 && receive.of(kind) == send.of(kind)) {
      media.extensions.push_back({receive.of(kind), uri, Direction::kSendRecv});
      continue;
    }
    if (receive.of(kind) != 0) media.extensions.push_back({receive.of(kind), uri, Direction::kRecvOnly});
    if (send.of(kind) != 0) media.extensions.push_back({send.of(kind), uri, Direction::kSendOnly});
  }
}

void write_stream(SdpMedia& media, const OurStream& stream, const std::vector<NegotiatedCodec>& codecs) {
  media.msid_stream = stream.stream_id;
  media.msid_track = stream.track_id;
  if (stream.ssrc == 0) return;
  const auto msid = stream.stream_id + " " + stream.track_id;
  media.ssrcs.push_back({stream.ssrc, stream.cname, msid});
  if (stream.rtx_ssrc == 0 || !has_rtx(codecs)) return;
  media.ssrcs.push_back({stream.rtx_ssrc, stream.cname, msid});
  media.ssrc_groups.push_back({"FID", {stream.ssrc, stream.rtx_ssrc}});
}

}  // namespace visavis::rtc
