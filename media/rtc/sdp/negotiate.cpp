// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/sdp/negotiate.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "media/rtc/sdp/description.hpp"

namespace visavis::rtc {
namespace {

bool is_rtp(const SdpMedia& media) { return media.kind == MediaKind::kAudio || media.kind == MediaKind::kVideo; }

// Mode 0 has no FU-A, so it cannot carry pictures of today's size; profiles beyond 8-bit 4:2:0 are what few can decode.
bool is_usable(const NegotiatedCodec& codec) {
  switch (codec.kind) {
    case CodecKind::kH264: {
      const auto format = h264_format(codec.fmtp);
      return format && format->packetization_mode == 1;
    }
    case CodecKind::kVp9:
      return fmtp_parameter(codec.fmtp, "profile-id").value_or("0") == "0";
    case CodecKind::kAv1:
      return fmtp_parameter(codec.fmtp, "profile").value_or("0") == "0";
    default:
      return true;
  }
}

// RED is of use only around an opus format of the same m-line: "a=fmtp:63 111/111".
bool red_carries(const NegotiatedCodec& red, const std::vector<NegotiatedCodec>& codecs) {
  return std::ranges::any_of(codecs, [&](const NegotiatedCodec& c) {
    return c.kind == CodecKind::kOpus && red.fmtp.starts_with(std::to_string(c.payload_type) + "/");
  });
}

bool decoded_by_more(const NegotiatedCodec& a, const NegotiatedCodec& b) {
  return a.kind == CodecKind::kH264 && h264_format(a.fmtp)->profile < h264_format(b.fmtp)->profile;
}

std::vector<NegotiatedCodec> choose_codecs(const SdpMedia& offered, const AnswerConfig& config) {
  static const std::vector<CodecKind> audio{CodecKind::kOpus, CodecKind::kRed};
  const auto known = known_codecs(offered);
  std::vector<NegotiatedCodec> chosen;
  for (const auto kind : offered.kind == MediaKind::kAudio ? audio : config.video) {
    const auto first = static_cast<std::ptrdiff_t>(chosen.size());
    for (const auto& codec : known) {
      if (codec.kind != kind || !is_usable(codec) || (kind == CodecKind::kRed && !red_carries(codec, known))) continue;
      // Several formats of one codec: the H264 profile that most can decode first, otherwise as offered.
      const auto place = std::upper_bound(chosen.begin() + first, chosen.end(), codec, decoded_by_more);
      chosen.insert(place, codec);
    }
  }
  return chosen;
}

bool is_bundled(const Sdp& offer, const SdpMedia& media) {
  return !offer.bundles.empty() && std::ranges::find(offer.bundles.front(), media.mid) != offer.bundles.front().end();
}

NegotiatedMedia negotiate_media(const Sdp& offer, const SdpMedia& offered, const AnswerConfig& config,
                                const NegotiatedMedia* before) {
  NegotiatedMedia media;
  media.mid = offered.mid;
  media.kind = offered.kind;
  if (is_rtp(offered) && !offered.rejected() && offered.protocol.ends_with("RTP/SAVPF"))
    media.codecs = choose_codecs(offered, config);
  media.rejected = media.codecs.empty();
  if (before != nullptr) media.ours = before->ours;
  if (media.rejected) return media;
  const auto direction = offered.direction;
  media.receives = config.may_publish && (direction == Direction::kSendRecv || direction == Direction::kSendOnly);
  media.sends = config.may_subscribe && (direction == Direction::kSendRecv || direction == Direction::kRecvOnly);
  const auto extensions = known_extensions(offered, offered.extmap_allow_mixed || offer.extmap_allow_mixed);
  media.extensions = extensions.receive;
  media.send_extensions = extensions.send;
  media.reduced_size = offered.rtcp_rsize;
  if (media.receives) media.encodings = announced_encodings(offered);
  if (media.sends && media.ours.ssrc == 0 && config.stream_for) media.ours = config.stream_for(media.mid, media.kind);
  return media;
}

// RFC 9143, sections 7 and 9: one transport needs one bundle, rtcp-mux, and payload types and extension ids that mean
// one thing.
Result<void> check_bundle(const Sdp& offer, const std::vector<NegotiatedMedia>& media) {
  const auto accepted = std::ranges::count(media, false, &NegotiatedMedia::rejected);
  std::map<std::uint8_t, std::string> formats;
  std::map<std::uint8_t, std::string> extensions;
  for (std::size_t i = 0; i < media.size(); ++i) {
    if (media[i].rejected) continue;
    const auto& offered = offer.media[i];
    if (accepted > 1 && (offered.mid.empty() || !is_bundled(offer, offered))) {
      return refuse("mid \"" + offered.mid + "\" is not in a=group:BUNDLE: all m-lines must share one transport");
    }
    if (!offered.rtcp_mux)
      return refuse("mid \"" + offered.mid + "\" has no a=rtcp-mux: RTP and RTCP must share one port");
    for (const auto& codec : offered.codecs) {
      const auto meaning = codec.name + "/" + std::to_string(codec.clock) + " " + codec.fmtp;
      if (formats.try_emplace(codec.payload_type, meaning).first->second != meaning) {
        return refuse("payload type " + std::to_string(codec.payload_type) + " means two codecs in one BUNDLE group");
      }
    }
    for (const auto& extension : offered.extensions) {
      if (extensions.try_emplace(extension.id, extension.uri).first->second != extension.uri) {
        return refuse("header extension id " + std::to_string(extension.id) +
                      " means two extensions in one BUNDLE group");
      }
    }
  }
  return {};
}

// RFC 8829, section 5.2.2: m-lines keep their place; only one that was refused or stopped may be taken by another mid.
Result<void> check_continuity(const Sdp& offer, const Negotiated& previous) {
  if (offer.media.size() < previous.media.size()) {
    return refuse("the offer has " + std::to_string(offer.media.size()) + " m-lines, but " +
                  std::to_string(previous.media.size()) +
                  " were negotiated before: stop an m-line with port 0, do not remove it");
  }
  for (std::size_t i = 0; i < previous.media.size(); ++i) {
    if (!previous.media[i].rejected &&
        (offer.media[i].mid != previous.media[i].mid || offer.media[i].kind != previous.media[i].kind)) {
      return refuse("m-line " + std::to_string(i) + " was \"" + previous.media[i].mid + "\" before and is \"" +
                    offer.media[i].mid + "\" now: m-lines keep their place");
    }
  }
  return {};
}

Result<void> take_transport(const Sdp& offer, const AnswerConfig& config, const Negotiated* previous,
                            Negotiated& result) {
  const auto first = std::ranges::find(result.media, false, &NegotiatedMedia::rejected);
  if (first == result.media.end()) {
    return refuse(
        "nothing in the offer can be taken: offer opus audio or VP8, H264 (packetization-mode=1), VP9 or AV1 video "
        "over UDP/TLS/RTP/SAVPF");
  }
  auto transport = describe_transport(offer, offer.media[static_cast<std::size_t>(first - result.media.begin())]);
  if (!transport) return std::unexpected(transport.error());
  if (transport->setup == DtlsSetup::kPassive)
    return refuse("the offer insists on a=setup:passive, but the server is always passive: offer actpass");
  if (transport->setup == DtlsSetup::kHoldConn) return refuse("the offer has a=setup:holdconn: offer actpass");
  result.remote_ice = std::move(transport->ice);
  result.remote_fingerprint = std::move(transport->fingerprint);
  result.remote_candidates = std::move(transport->candidates);
  result.local_ice = config.ice;
  if (previous == nullptr) return {};
  if (result.remote_fingerprint != previous->remote_fingerprint) {
    return refuse("the certificate fingerprint changed in a renegotiation: open a new session instead");
  }
  result.ice_restarted = result.remote_ice != previous->remote_ice;
  if (!result.ice_restarted) result.local_ice = previous->local_ice;
  return {};
}

// Host candidates; among themselves preferred as given (RFC 8445, section 5.1.2.1; TCP: RFC 6544, section 4.2).
std::vector<SdpCandidate> make_candidates(const AnswerConfig& config) {
  constexpr std::uint32_t kComponent = 256 - 1;
  constexpr std::uint32_t kHostType = 126;
  constexpr std::uint32_t kTcpHostType = 90;
  constexpr std::uint32_t kTcpPassive = 4U << 13;  // direction preference of passive among host candidates
  std::vector<SdpCandidate> candidates;
  const auto add = [&](const NetAddress& address, std::uint32_t type, std::uint32_t local, bool tcp) {
    candidates.push_back({.foundation = std::to_string(candidates.size() + 1),
                          .component = 1,
                          .transport = tcp ? "tcp" : "udp",
                          .priority = type << 24 | local << 8 | kComponent,
                          .address = address.ip_string(),
                          .port = address.port(),
                          .type = "host",
                          .tcp_type = tcp ? "passive" : ""});
  };
  std::uint32_t preference = 0xFFFF;
  for (const auto& address : config.udp) add(address, kHostType, preference--, false);
  preference = kTcpPassive + 0x1FFF;
  for (const auto& address : config.tcp) add(address, kTcpHostType, preference--, true);
  return candidates;
}

Direction direction_of(const NegotiatedMedia& media) {
  if (media.sends) return media.receives ? Direction::kSendRecv : Direction::kSendOnly;
  return media.receives ? Direction::kRecvOnly : Direction::kInactive;
}

SdpMedia rejection_of(const SdpMedia& offered) {
  SdpMedia media;
  media.kind = offered.kind;
  media.type = offered.type;
  media.port = 0;
  media.protocol = offered.protocol;
  media.formats = offered.formats;
  media.mid = offered.mid;
  media.direction = Direction::kInactive;
  // An m-line has at least one format (RFC 8866, section 5.14).
  if (!offered.codecs.empty()) media.codecs.push_back({offered.codecs.front().payload_type, {}, 0, 1, {}, {}});
  return media;
}

SdpMedia answer_media(const SdpMedia& offered, const NegotiatedMedia& negotiated, const AnswerConfig& config,
                      const SdpIce& ice) {
  if (negotiated.rejected) return rejection_of(offered);
  SdpMedia media;
  media.kind = offered.kind;
  media.type = offered.type;
  media.protocol = offered.protocol;
  media.mid = offered.mid;
  media.direction = direction_of(negotiated);
  media.ice = ice;
  media.fingerprints = {config.fingerprint};
  media.setup = DtlsSetup::kPassive;
  media.rtcp_mux = true;
  media.rtcp_rsize = offered.rtcp_rsize;
  write_codecs(media, negotiated.codecs);
  write_extensions(media, negotiated.extensions, negotiated.send_extensions);
  if (negotiated.sends) write_stream(media, negotiated.ours, negotiated.codecs);
  for (const auto& encoding : negotiated.encodings) {
    if (encoding.rid.empty()) continue;
    media.rids.push_back({encoding.rid, false});
    media.simulcast_recv.push_back(encoding.rid);
  }
  return media;
}

std::string write_answer(const Sdp& offer, const Negotiated& result, const AnswerConfig& config) {
  Sdp answer;
  answer.session_id = result.session_id;
  answer.version = result.version;
  answer.ice_lite = true;
  answer.extmap_allow_mixed = offer.extmap_allow_mixed;
  std::vector<std::string> bundle;
  for (std::size_t i = 0; i < result.media.size(); ++i) {
    const auto& negotiated = result.media[i];
    auto media = answer_media(offer.media[i], negotiated, config, result.local_ice);
    media.extmap_allow_mixed = !negotiated.rejected && offer.media[i].extmap_allow_mixed;
    if (!negotiated.rejected && bundle.empty()) {
      // One transport: its candidates are told once, in the m-line that carries it.
      media.candidates = make_candidates(config);
      media.end_of_candidates = true;
    }
    if (!negotiated.rejected) bundle.push_back(negotiated.mid);
    answer.media.push_back(std::move(media));
  }
  if (!offer.bundles.empty()) answer.bundles.push_back(std::move(bundle));
  return answer.to_string();
}

}  // namespace

const NegotiatedCodec* NegotiatedMedia::codec_of(std::uint8_t payload_type, bool& is_rtx) const {
  for (const auto& codec : codecs) {
    is_rtx = codec.rtx_payload_type == payload_type;
    if (is_rtx || codec.payload_type == payload_type) return &codec;
  }
  is_rtx = false;
  return nullptr;
}

const NegotiatedMedia* Negotiated::find(std::string_view mid) const {
  const auto found = std::ranges::find(media, mid, &NegotiatedMedia::mid);
  return found == media.end() ? nullptr : &*found;
}

Result<Negotiated> answer_offer(const Sdp& offer, const AnswerConfig& config, const Negotiated* previous) {
  if (previous != nullptr) {
    if (const auto same = check_continuity(offer, *previous); !same) return std::unexpected(same.error());
  }
  Negotiated result;
  result.session_id = previous != nullptr ? previous->session_id : config.session_id;
  result.version = previous != nullptr ? previous->version + 1 : 1;
  for (std::size_t i = 0; i < offer.media.size(); ++i) {
    // A slot of a mid that took the place of another is a new one.
    const auto* before = previous != nullptr && i < previous->media.size() &&
                                 previous->media[i].mid == offer.media[i].mid &&
                                 previous->media[i].kind == offer.media[i].kind
                             ? &previous->media[i]
                             : nullptr;
    result.media.push_back(negotiate_media(offer, offer.media[i], config, before));
  }
  if (const auto bundle = check_bundle(offer, result.media); !bundle) return std::unexpected(bundle.error());
  if (const auto transport = take_transport(offer, config, previous, result); !transport)
    return std::unexpected(transport.error());
  result.text = write_answer(offer, result, config);
  return result;
}

std::string ice_restart_fragment(const Negotiated& session, const AnswerConfig& config) {
  const auto first = std::ranges::find(session.media, false, &NegotiatedMedia::rejected);
  std::string text = "a=ice-lite\r\n";
  if (first != session.media.end()) {
    text += "m=" + std::string{to_string(first->kind)} + " 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:" + first->mid + "\r\n";
  }
  text += "a=ice-ufrag:" + config.ice.ufrag + "\r\na=ice-pwd:" + config.ice.pwd + "\r\n";
  for (const auto& candidate : make_candidates(config)) text += "a=candidate:" + to_string(candidate) + "\r\n";
  return text + "a=end-of-candidates\r\n";
}

}  // namespace visavis::rtc
