// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "media/rtc/sdp/sdp.hpp"

namespace visavis::rtc {
namespace {

// Collects lines; every line ends with CR LF (RFC 8866, section 5).
class Lines {
 public:
  template <class... Parts>
  void add(const Parts&... parts) {
    (append(parts), ...);
    text_ += "\r\n";
  }
  std::string take() { return std::move(text_); }

 private:
  void append(std::string_view part) { text_ += part; }
  void append(std::uint64_t part) { text_ += std::to_string(part); }
  std::string text_;
};

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const auto& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

void write_setup(Lines& lines, DtlsSetup setup) {
  constexpr std::array<std::string_view, 5> kNames{"", "actpass", "active", "passive", "holdconn"};
  if (setup != DtlsSetup::kUnset) lines.add("a=setup:", kNames[static_cast<std::size_t>(setup)]);
}

void write_security(Lines& lines, const SdpIce& ice, const std::vector<SdpFingerprint>& fingerprints, DtlsSetup setup) {
  if (!ice.ufrag.empty()) lines.add("a=ice-ufrag:", ice.ufrag);
  if (!ice.pwd.empty()) lines.add("a=ice-pwd:", ice.pwd);
  for (const auto& fingerprint : fingerprints)
    lines.add("a=fingerprint:", fingerprint.algorithm, " ", fingerprint.value);
  write_setup(lines, setup);
}

void write_codecs(Lines& lines, const SdpMedia& media) {
  for (const auto& codec : media.codecs) {
    const std::uint64_t type = codec.payload_type;
    if (!codec.name.empty()) {
      lines.add("a=rtpmap:", type, " ", codec.name, "/", std::uint64_t{codec.clock},
                codec.channels > 1 ? "/" + std::to_string(codec.channels) : std::string{});
    }
    for (const auto& feedback : codec.feedback) lines.add("a=rtcp-fb:", type, " ", feedback);
    if (!codec.fmtp.empty()) lines.add("a=fmtp:", type, " ", codec.fmtp);
  }
}

void write_sources(Lines& lines, const SdpMedia& media) {
  for (const auto& group : media.ssrc_groups) {
    std::string ssrcs;
    for (const auto ssrc : group.ssrcs) ssrcs += " " + std::to_string(ssrc);
    lines.add("a=ssrc-group:", group.semantics, ssrcs);
  }
  for (const auto& source : media.ssrcs) {
    const std::uint64_t ssrc = source.ssrc;
    if (!source.cname.empty()) lines.add("a=ssrc:", ssrc, " cname:", source.cname);
    if (!source.msid.empty()) lines.add("a=ssrc:", ssrc, " msid:", source.msid);
    if (source.cname.empty() && source.msid.empty()) lines.add("a=ssrc:", ssrc);
  }
  for (const auto& rid : media.rids) lines.add("a=rid:", rid.id, rid.send ? " send" : " recv");
  const bool sends = !media.simulcast_send.empty();
  const bool receives = !media.simulcast_recv.empty();
  if (sends || receives) {
    lines.add("a=simulcast:", sends ? "send " + joined(media.simulcast_send, ";") : std::string{},
              sends && receives ? " " : "", receives ? "recv " + joined(media.simulcast_recv, ";") : std::string{});
  }
}

void write_media(Lines& lines, const SdpMedia& media) {
  std::string formats;
  for (const auto& codec : media.codecs) formats += " " + std::to_string(codec.payload_type);
  for (const auto& format : media.formats) formats += " " + format;
  lines.add("m=", media.type, " ", std::uint64_t{media.port}, " ", media.protocol, formats);
  lines.add("c=IN IP4 0.0.0.0");
  const bool rtp = media.kind == MediaKind::kAudio || media.kind == MediaKind::kVideo;
  if (rtp && media.port != 0) lines.add("a=rtcp:9 IN IP4 0.0.0.0");
  for (const auto& candidate : media.candidates) lines.add("a=candidate:", to_string(candidate));
  if (media.end_of_candidates) lines.add("a=end-of-candidates");
  write_security(lines, media.ice, media.fingerprints, media.setup);
  if (!media.mid.empty()) lines.add("a=mid:", media.mid);
  if (media.bundle_only) lines.add("a=bundle-only");
  if (media.extmap_allow_mixed) lines.add("a=extmap-allow-mixed");
  for (const auto& extension : media.extensions) {
    const auto direction =
        extension.direction == Direction::kSendRecv ? std::string{} : "/" + std::string{to_string(extension.direction)};
    lines.add("a=extmap:", std::uint64_t{extension.id}, direction, " ", extension.uri);
  }
  if (rtp) lines.add("a=", to_string(media.direction));
  if (!media.msid_stream.empty()) {
    lines.add("a=msid:", media.msid_stream, media.msid_track.empty() ? std::string{} : " " + media.msid_track);
  }
  if (media.rtcp_mux) lines.add("a=rtcp-mux");
  if (media.rtcp_rsize) lines.add("a=rtcp-rsize");
  write_codecs(lines, media);
  write_sources(lines, media);
  if (media.sctp_port) lines.add("a=sctp-port:", std::uint64_t{*media.sctp_port});
}

}  // namespace

std::string to_string(const SdpCandidate& c) {
  auto text = c.foundation + " " + std::to_string(c.component) + " " + c.transport + " " + std::to_string(c.priority) +
              " " + c.address + " " + std::to_string(c.port) + " typ " + c.type;
  if (!c.tcp_type.empty()) text += " tcptype " + c.tcp_type;
  return text;
}

std::string Sdp::to_string() const {
  Lines lines;
  lines.add("v=0");
  lines.add("o=- ", session_id, " ", version, " IN IP4 127.0.0.1");
  lines.add("s=-");
  lines.add("t=0 0");
  if (ice_lite) lines.add("a=ice-lite");
  for (const auto& mids : bundles) lines.add("a=group:BUNDLE", mids.empty() ? "" : " ", joined(mids, " "));
  if (extmap_allow_mixed) lines.add("a=extmap-allow-mixed");
  if (!ice_options.empty()) lines.add("a=ice-options:", joined(ice_options, " "));
  write_security(lines, ice, fingerprints, setup);
  for (const auto& one : media) write_media(lines, one);
  return lines.take();
}

}  // namespace visavis::rtc
