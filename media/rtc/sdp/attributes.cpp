// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/sdp/attributes.hpp"

#include <algorithm>
#include <array>

#include "media/rtc/sdp/text.hpp"

namespace visavis::rtc {
namespace {

using namespace sdp_text;

constexpr std::size_t kMaxId = 32;        // mid, rid
constexpr std::size_t kMaxFeedback = 32;  // of one format; browsers have five
constexpr std::size_t kMaxName = 255;     // cname, msid, URIs

std::unexpected<std::string> wrong(std::string_view what) { return std::unexpected(std::string{what}); }
std::unexpected<std::string> too_many(std::string_view what) {
  return std::unexpected("more than " + std::to_string(kMaxSdpItems) + " " + std::string{what} + " in one m-line");
}

// ICE passwords are base64 as a rule; browsers use only alphanumerics, "+" and "/" (RFC 8839, section 5.4).
bool is_ice_text(std::string_view text, std::size_t minimum) {
  return text.size() >= minimum &&
         is_made_of(text, 256, [](char c) { return is_alphanumeric(c) || std::string_view{"+/-_="}.contains(c); });
}

LineResult read_fingerprint(std::vector<SdpFingerprint>& fingerprints, std::string_view value) {
  SdpFingerprint fingerprint;
  fingerprint.algorithm = take_word(value);
  fingerprint.value = take_word(value);
  std::ranges::transform(fingerprint.algorithm, fingerprint.algorithm.begin(), lower);
  std::ranges::transform(fingerprint.value, fingerprint.value.begin(), upper);
  const auto& text = fingerprint.value;
  if (!is_token(fingerprint.algorithm, kMaxId) || text.size() > std::size_t{64} * 3 || text.size() % 3 != 2)
    return wrong("a=fingerprint is malformed");
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'A' && text[i] <= 'F');
    if (i % 3 == 2 ? text[i] != ':' : !hex)
      return wrong("a=fingerprint is not pairs of hexadecimal digits with colons");
  }
  if (fingerprint.algorithm == "sha-256" && text.size() != 32 * 3 - 1)
    return wrong("a=fingerprint:sha-256 is not 32 bytes");
  if (fingerprints.size() == kMaxSdpItems) return too_many("fingerprints");
  fingerprints.push_back(std::move(fingerprint));
  return {};
}

LineResult read_setup(DtlsSetup& setup, std::string_view value) {
  if (value == "actpass") {
    setup = DtlsSetup::kActPass;
  } else if (value == "active") {
    setup = DtlsSetup::kActive;
  } else if (value == "passive") {
    setup = DtlsSetup::kPassive;
  } else if (value == "holdconn") {
    setup = DtlsSetup::kHoldConn;
  } else {
    return wrong("a=setup is none of actpass, active, passive, holdconn");
  }
  return {};
}

SdpCodec* find_codec(SdpMedia& media, std::string_view payload_type) {
  const auto wanted = number<std::uint8_t>(payload_type, 0, 127);
  const auto found =
      std::ranges::find_if(media.codecs, [&](const SdpCodec& c) { return wanted && c.payload_type == *wanted; });
  return found == media.codecs.end() ? nullptr : &*found;
}

// "111 opus/48000/2"
LineResult read_rtpmap(SdpMedia& media, std::string_view value) {
  auto* codec = find_codec(media, take_word(value));
  if (codec == nullptr) return {};  // of a payload type that the m-line does not have: meaningless, not harmful
  auto encoding = take_word(value);
  const auto name = take(encoding, '/');
  const auto clock = number<std::uint32_t>(take(encoding, '/'), 1, 1'000'000);
  const auto channels = encoding.empty() ? 1 : number<std::uint8_t>(encoding, 1, 16);
  if (!is_token(name, kMaxId) || !clock || !channels)
    return wrong("a=rtpmap is not \"<type> <name>/<clock>[/<channels>]\"");
  codec->name = name;
  codec->clock = *clock;
  codec->channels = *channels;
  return {};
}

LineResult read_fmtp(SdpMedia& media, std::string_view value) {
  if (auto* codec = find_codec(media, take_word(value))) codec->fmtp = value;
  return {};
}

LineResult read_feedback(SdpMedia& media, std::string_view value) {
  const auto format = take_word(value);
  if (value.empty() || value.size() > kMaxName) return wrong("a=rtcp-fb is not \"<type> <feedback>\"");
  const auto* only = format == "*" ? nullptr : find_codec(media, format);
  if (only == nullptr && format != "*") return {};
  for (auto& codec : media.codecs) {
    if (only != nullptr && only != &codec) continue;
    if (std::ranges::find(codec.feedback, value) != codec.feedback.end()) continue;
    if (codec.feedback.size() == kMaxFeedback) return wrong("more than 32 a=rtcp-fb of one format");
    codec.feedback.emplace_back(value);
  }
  return {};
}

// "3/sendonly urn:… attributes"
LineResult read_extmap(SdpMedia& media, std::string_view value) {
  auto id_text = take_word(value);
  const auto uri = take_word(value);
  const auto id = number<std::uint16_t>(take(id_text, '/'), 1, 14'335);
  const auto direction = id_text.empty() ? Direction::kSendRecv : direction_named(id_text);
  if (!id || !direction || !is_visible(uri, kMaxName))
    return wrong("a=extmap is not \"<id 1–255>[/<direction>] <URI>\"");
  // 15 is reserved; 4096 and above ask the answerer to choose an id (RFC 8285, section 7): not worth it for us.
  if (*id == 15 || *id > 255) return {};
  if (std::ranges::any_of(media.extensions, [&](const SdpExtension& e) { return e.id == *id; })) {
    return wrong("a=extmap gives one id to two extensions");
  }
  if (media.extensions.size() == kMaxSdpItems) return too_many("header extensions");
  media.extensions.push_back({static_cast<std::uint8_t>(*id), std::string{uri}, *direction});
  return {};
}

LineResult read_msid(SdpMedia& media, std::string_view value) {
  const auto stream = take_word(value);
  const auto track = take_word(value);
  if (!is_visible(stream, kMaxName) || (!track.empty() && !is_visible(track, kMaxName)))
    return wrong("a=msid is malformed");
  if (media.msid_stream.empty()) {
    media.msid_stream = stream;
    media.msid_track = track;
  }
  return {};
}

// "1577911991 cname:rQfH+VqA49pDS5mW" (RFC 5576)
LineResult read_ssrc(SdpMedia& media, std::string_view value) {
  const auto ssrc = number<std::uint32_t>(take_word(value), 1);
  if (!ssrc) return wrong("a=ssrc is not a number from 1 to 4294967295");
  auto found = std::ranges::find_if(media.ssrcs, [&](const SdpSsrc& s) { return s.ssrc == *ssrc; });
  if (found == media.ssrcs.end()) {
    if (media.ssrcs.size() == kMaxSdpItems) return too_many("SSRCs");
    media.ssrcs.push_back({*ssrc, {}, {}});
    found = media.ssrcs.end() - 1;
  }
  const auto name = take(value, ':');
  if (name != "cname" && name != "msid") return {};
  if (value.size() > 2 * kMaxName) return wrong("a=ssrc is longer than 510 characters");
  (name == "cname" ? found->cname : found->msid) = value;
  return name == "msid" && !value.empty() ? read_msid(media, value) : LineResult{};
}

LineResult read_ssrc_group(SdpMedia& media, std::string_view value) {
  SdpSsrcGroup group;
  group.semantics = take_word(value);
  while (!value.empty()) {
    const auto word = take_word(value);
    if (word.empty()) continue;
    const auto ssrc = number<std::uint32_t>(word, 1);
    if (!ssrc) return wrong("a=ssrc-group holds something that is not an SSRC");
    if (group.ssrcs.size() == kMaxSdpItems) return too_many("SSRCs of a group");
    group.ssrcs.push_back(*ssrc);
  }
  if (!is_token(group.semantics, kMaxId)) return wrong("a=ssrc-group has no semantics");
  if (media.ssrc_groups.size() == kMaxSdpItems) return too_many("SSRC groups");
  media.ssrc_groups.push_back(std::move(group));
  return {};
}

bool is_rid(std::string_view text) {
  return is_made_of(text, kMaxId, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
}

// "q send pt=96;max-width=320" (RFC 8851)
LineResult read_rid(SdpMedia& media, std::string_view value) {
  const auto id = take_word(value);
  const auto direction = take_word(value);
  if (!is_rid(id) || (direction != "send" && direction != "recv")) return wrong("a=rid is not \"<id> send|recv\"");
  if (media.rids.size() == kMaxSdpItems) return too_many("rids");
  media.rids.push_back({std::string{id}, direction == "send"});
  return {};
}

// "send q,q2;~h;f recv a" (RFC 8853)
LineResult read_simulcast(SdpMedia& media, std::string_view value) {
  while (!value.empty()) {
    const auto direction = take_word(value);
    auto list = take_word(value);
    if (direction.empty() && list.empty()) return {};
    if ((direction != "send" && direction != "recv") || list.empty())
      return wrong("a=simulcast is not \"send|recv <rids>\"");
    auto& rids = direction == "send" ? media.simulcast_send : media.simulcast_recv;
    while (!list.empty()) {
      auto alternatives = take(list, ';');
      auto rid = take(alternatives, ',');
      if (rid.starts_with('~')) rid.remove_prefix(1);
      if (!is_rid(rid)) return wrong("a=simulcast names something that is not a rid");
      if (rids.size() == kMaxSdpItems) return too_many("simulcast streams");
      rids.emplace_back(rid);
    }
  }
  return {};
}

LineResult read_mid(SdpMedia& media, std::string_view value) {
  if (!is_token(value, kMaxId)) return wrong("a=mid is not a token of at most 32 characters");
  media.mid = value;
  return {};
}

LineResult read_media_candidate(SdpMedia& media, std::string_view value) {
  auto candidate = read_candidate(value);
  if (!candidate) return std::unexpected(candidate.error());
  if (media.candidates.size() == kMaxSdpItems) return too_many("candidates");
  media.candidates.push_back(std::move(*candidate));
  return {};
}

LineResult read_sctp_port(SdpMedia& media, std::string_view value) {
  const auto port = number<std::uint16_t>(value);
  if (!port) return wrong("a=sctp-port is not a port");
  media.sctp_port = port;
  return {};
}

struct Reader {
  std::string_view name;
  LineResult (*read)(SdpMedia&, std::string_view);
};
constexpr std::array kReaders{
    Reader{"candidate", read_media_candidate},
    Reader{"extmap", read_extmap},
    Reader{"fingerprint", [](SdpMedia& m, std::string_view v) { return read_fingerprint(m.fingerprints, v); }},
    Reader{"fmtp", read_fmtp},
    Reader{"mid", read_mid},
    Reader{"msid", read_msid},
    Reader{"rid", read_rid},
    Reader{"rtcp-fb", read_feedback},
    Reader{"rtpmap", read_rtpmap},
    Reader{"sctp-port", read_sctp_port},
    Reader{"setup", [](SdpMedia& m, std::string_view v) { return read_setup(m.setup, v); }},
    Reader{"simulcast", read_simulcast},
    Reader{"ssrc", read_ssrc},
    Reader{"ssrc-group", read_ssrc_group},
};

// Attributes that are there or not.
void read_flag(SdpMedia& media, std::string_view name) {
  if (name == "rtcp-mux") media.rtcp_mux = true;
  if (name == "rtcp-rsize") media.rtcp_rsize = true;
  if (name == "bundle-only") media.bundle_only = true;
  if (name == "extmap-allow-mixed") media.extmap_allow_mixed = true;
  if (name == "end-of-candidates") media.end_of_candidates = true;
  if (const auto direction = direction_named(name)) media.direction = *direction;
}

LineResult read_group(Sdp& sdp, std::string_view value) {
  if (take_word(value) != "BUNDLE") return {};
  std::vector<std::string> mids;
  while (!value.empty()) {
    const auto mid = take_word(value);
    if (mid.empty()) continue;
    if (!is_token(mid, kMaxId)) return wrong("a=group:BUNDLE names something that is not a mid");
    if (mids.size() == kMaxSdpItems) return wrong("a=group:BUNDLE names more than 128 m-lines");
    mids.emplace_back(mid);
  }
  if (sdp.bundles.size() == kMaxSdpMedia) return wrong("more than 64 BUNDLE groups");
  sdp.bundles.push_back(std::move(mids));
  return {};
}

}  // namespace

LineResult read_ice_attribute(SdpIce& ice, std::string_view name, std::string_view value) {
  if (name == "ice-ufrag") {
    if (!is_ice_text(value, 4)) return wrong("a=ice-ufrag is not 4 to 256 letters, digits, + or /");
    ice.ufrag = value;
  } else if (name == "ice-pwd") {
    if (!is_ice_text(value, 22)) return wrong("a=ice-pwd is not 22 to 256 letters, digits, + or /");
    ice.pwd = value;
  }
  return {};
}

LineResult read_media_attribute(SdpMedia& media, std::string_view name, std::string_view value) {
  const auto reader = std::ranges::find(kReaders, name, &Reader::name);
  if (reader != kReaders.end()) return reader->read(media, value);
  read_flag(media, name);
  return read_ice_attribute(media.ice, name, value);
}

LineResult read_session_attribute(Sdp& sdp, std::string_view name, std::string_view value) {
  if (name == "group") return read_group(sdp, value);
  if (name == "fingerprint") return read_fingerprint(sdp.fingerprints, value);
  if (name == "setup") return read_setup(sdp.setup, value);
  if (name == "ice-lite") sdp.ice_lite = true;
  if (name == "extmap-allow-mixed") sdp.extmap_allow_mixed = true;
  if (name == "ice-options") {
    while (!value.empty() && sdp.ice_options.size() < kMaxSdpItems) {
      if (const auto option = take_word(value); !option.empty()) sdp.ice_options.emplace_back(option);
    }
  }
  return read_ice_attribute(sdp.ice, name, value);
}

std::expected<SdpCandidate, std::string> read_candidate(std::string_view text) {
  if (text.starts_with("candidate:")) text.remove_prefix(10);
  SdpCandidate candidate;
  candidate.foundation = take_word(text);
  const auto component = number<std::uint16_t>(take_word(text), 1, 256);
  candidate.transport = take_word(text);
  std::ranges::transform(candidate.transport, candidate.transport.begin(), lower);
  const auto priority = number<std::uint32_t>(take_word(text));
  candidate.address = take_word(text);
  const auto port = number<std::uint16_t>(take_word(text));
  const auto keyword = take_word(text);
  candidate.type = take_word(text);
  if (!is_visible(candidate.foundation, kMaxId) || !component || !is_token(candidate.transport, kMaxId) || !priority ||
      !is_visible(candidate.address, kMaxName) || !port || keyword != "typ" || !is_token(candidate.type, kMaxId)) {
    return wrong("a=candidate is not \"<foundation> <component> <transport> <priority> <address> <port> typ <type>\"");
  }
  candidate.component = *component;
  candidate.priority = *priority;
  candidate.port = *port;
  while (!text.empty()) {
    const auto name = take_word(text);
    const auto value = take_word(text);
    if (name == "tcptype" && is_token(value, kMaxId)) candidate.tcp_type = value;
  }
  return candidate;
}

}  // namespace visavis::rtc
