// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/sdp/sdp.hpp"

#include <gmock/gmock.h>

#include "media/rtc/sdp/testing.hpp"

namespace visavis::rtc {
namespace {

using testing::all_recorded;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::parsed;
using testing::recorded;
using testing::replaced;

std::string error_of(const std::string& text) {
  const auto sdp = Sdp::parse(text);
  return sdp ? "" : sdp.error().message;
}
// A description of one m-line with these further lines.
std::string with_lines(const std::string& lines) {
  return "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n" + lines;
}

TEST(Sdp, reads_a_chromium_offer) {
  const auto sdp = parsed(recorded("chromium_sendrecv"));
  ASSERT_EQ(sdp.media.size(), 2U);
  EXPECT_THAT(sdp.bundles, ElementsAre(ElementsAre("0", "1")));
  EXPECT_TRUE(sdp.extmap_allow_mixed);
  const auto& audio = sdp.media[0];
  EXPECT_EQ(audio.kind, MediaKind::kAudio);
  EXPECT_EQ(audio.direction, Direction::kSendRecv);
  EXPECT_EQ(audio.setup, DtlsSetup::kActPass);
  EXPECT_TRUE(audio.rtcp_mux && audio.rtcp_rsize);
  EXPECT_TRUE(audio.ice);
  ASSERT_EQ(audio.fingerprints.size(), 1U);
  EXPECT_EQ(audio.fingerprints[0].value.size(), 95U);
  EXPECT_EQ(audio.codecs[0].name, "opus");
  EXPECT_EQ(audio.codecs[0].channels, 2);
  EXPECT_EQ(fmtp_parameter(audio.codecs[0].fmtp, "useinbandfec"), "1");
  EXPECT_FALSE(audio.candidates.empty());
  const auto& video = sdp.media[1];
  EXPECT_EQ(video.ssrcs.size(), 2U);
  ASSERT_EQ(video.ssrc_groups.size(), 1U);
  EXPECT_EQ(video.ssrc_groups[0].semantics, "FID");
  EXPECT_EQ(video.msid_stream, "-");
  EXPECT_THAT(video.codecs[0].feedback, ElementsAre("goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"));
}

TEST(Sdp, reads_a_firefox_simulcast_offer) {
  const auto sdp = parsed(recorded("firefox_simulcast"));
  ASSERT_EQ(sdp.media.size(), 2U);
  EXPECT_EQ(sdp.fingerprints.size(), 1U);  // on the session level
  const auto& video = sdp.media[1];
  EXPECT_TRUE(video.bundle_only);
  EXPECT_FALSE(video.rejected());
  EXPECT_THAT(video.simulcast_send, ElementsAre("q", "h", "f"));
  EXPECT_EQ(video.rids.size(), 3U);
  const auto rid =
      std::ranges::find(video.extensions, "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", &SdpExtension::uri);
  ASSERT_NE(rid, video.extensions.end());
  EXPECT_EQ(rid->direction, Direction::kSendOnly);
}

TEST(Sdp, says_the_same_after_writing_and_reading) {
  for (const auto& name : all_recorded()) {
    const auto once = parsed(recorded(name)).to_string();
    EXPECT_EQ(parsed(once).to_string(), once) << name;
    EXPECT_EQ(parsed(once).media.size(), parsed(recorded(name)).media.size()) << name;
  }
}

TEST(Sdp, takes_bare_newlines_and_unknown_lines) {
  EXPECT_EQ(error_of("v=0\nk=x\nm=audio 9 UDP/TLS/RTP/SAVPF 111\na=whatever:1\na=x\n"), "");
}

TEST(Sdp, says_what_exceeds_its_limits) {
  EXPECT_THAT(error_of("v=0\r\n" + std::string(kMaxSdpSize, 'a')), HasSubstr("262144 are allowed"));
  EXPECT_THAT(error_of("v=0\r\na=" + std::string(kMaxSdpLine, 'x') + "\r\n"),
              HasSubstr("SDP line 2 has 16387 bytes, 16384 are allowed"));
  std::string many = "v=0\r\n";
  for (int i = 0; i < 10'000; ++i) many += "m=audio 9 RTP/SAVPF 0\r\n";
  EXPECT_THAT(error_of(many), HasSubstr("10000 m-lines, 64 are allowed"));
  EXPECT_THAT(error_of(std::string{"v=0\r\na=\0", 8}), HasSubstr("NUL"));
  std::string ssrcs;
  for (int i = 1; i <= 129; ++i) ssrcs += "a=ssrc:" + std::to_string(i) + " cname:x\r\n";
  EXPECT_THAT(error_of(with_lines(ssrcs)), HasSubstr("more than 128 SSRCs"));
}

TEST(Sdp, bounds_the_feedback_of_a_format) {
  std::string lines;
  for (int i = 0; i < 33; ++i) lines += "a=rtcp-fb:* nack x" + std::to_string(i) + "\r\n";
  EXPECT_THAT(error_of(with_lines(lines)), HasSubstr("more than 32"));
}

TEST(Sdp, names_the_line_that_is_wrong) {
  EXPECT_THAT(error_of(""), HasSubstr("v=0"));
  EXPECT_THAT(error_of("hello"), HasSubstr("v=0"));
  EXPECT_THAT(error_of("v=0\r\nhello\r\n"), HasSubstr("SDP line 2"));
  EXPECT_THAT(error_of(with_lines("a=mid:a b\r\n")), HasSubstr("SDP line 6: a=mid"));
  EXPECT_THAT(error_of("v=0\r\no=- x 1 IN IP4 0.0.0.0\r\n"), HasSubstr("session id"));
  EXPECT_THAT(error_of("v=1\r\n"), HasSubstr("v=0"));
  EXPECT_THAT(error_of("v=01\r\n"), HasSubstr("version"));
}

TEST(Sdp, checks_every_number) {
  for (const auto* line : {"a=rtpmap:111 opus/-1/2",
                           "a=rtpmap:111 opus/48000/0",
                           "a=rtpmap:111 opus/99999999999/2",
                           "a=rtpmap:111 /48000",
                           "a=extmap:0 urn:x",
                           "a=extmap:99999 urn:x",
                           "a=extmap:3/sideways urn:x",
                           "a=extmap:3",
                           "a=ssrc:0 cname:x",
                           "a=ssrc:4294967296 cname:x",
                           "a=ssrc:-5 cname:x",
                           "a=ssrc-group:FID 1 x",
                           "a=candidate:1 1 udp 1 192.0.2.1 65536 typ host",
                           "a=candidate:1 0 udp 1 192.0.2.1 1 typ host",
                           "a=candidate:1 1 udp 1 192.0.2.1 1",
                           "a=sctp-port:70000",
                           "a=setup:maybe",
                           "a=ice-ufrag:abc",
                           "a=ice-pwd:short",
                           "a=ice-ufrag:ab cd",
                           "a=fingerprint:sha-256 00:11",
                           "a=fingerprint:sha-256 zz",
                           "a=rid:q sideways",
                           "a=rid:q!",
                           "a=simulcast:send",
                           "a=simulcast:send ;q",
                           "a=mid:",
                           "a=rtcp-fb:111",
                           "a=msid:"}) {
    EXPECT_NE(error_of(with_lines(std::string{line} + "\r\n")), "") << line;
  }
  for (const auto* media : {"m=audio 99999 RTP/SAVPF 0", "m=audio 9 RTP/SAVPF 128", "m=audio 9 RTP/SAVPF", "m=audio",
                            "m=", "m=audio 9 RTP/SAVPF 0 0", "m=audio x RTP/SAVPF 0"}) {
    EXPECT_NE(error_of("v=0\r\n" + std::string{media} + "\r\n"), "") << media;
  }
}

TEST(Sdp, refuses_a_mid_or_an_extension_id_used_twice) {
  EXPECT_THAT(error_of(with_lines("a=mid:0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n")),
              HasSubstr("two m-lines"));
  EXPECT_THAT(error_of(with_lines("a=extmap:1 urn:a\r\na=extmap:1 urn:b\r\n")), HasSubstr("one id to two"));
}

TEST(Sdp, leaves_reserved_and_placeholder_extension_ids_out) {
  EXPECT_TRUE(parsed(with_lines("a=extmap:15 urn:a\r\na=extmap:4096 urn:b\r\n")).media[0].extensions.empty());
}

TEST(Sdp, applies_feedback_to_all_formats_with_an_asterisk) {
  const auto sdp = parsed("v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=rtcp-fb:* nack\r\n");
  EXPECT_THAT(sdp.media[0].codecs[1].feedback, ElementsAre("nack"));
}

TEST(Sdp, takes_the_first_of_simulcast_alternatives) {
  const auto sdp = parsed(with_lines("a=simulcast:recv a,b;~c send d\r\n"));
  EXPECT_THAT(sdp.media[0].simulcast_recv, ElementsAre("a", "c"));
  EXPECT_THAT(sdp.media[0].simulcast_send, ElementsAre("d"));
}

TEST(SdpCandidate, reads_udp_tcp_and_mdns) {
  const auto tcp = parse_candidate("candidate:4 1 TCP 1518214911 192.0.2.2 9 typ host tcptype active generation 0");
  ASSERT_TRUE(tcp);
  EXPECT_EQ(tcp->transport, "tcp");
  EXPECT_EQ(tcp->tcp_type, "active");
  EXPECT_EQ(parse_candidate(to_string(*tcp))->port, 9);
  const auto relayed = parse_candidate("0 1 udp 1 b247bb2f.local 55902 typ relay raddr 0.0.0.0 rport 0");
  ASSERT_TRUE(relayed);
  EXPECT_EQ(relayed->address, "b247bb2f.local");
  EXPECT_FALSE(parse_candidate(""));
}

TEST(SdpFragment, reads_candidates_and_new_credentials) {
  const auto fragment = parse_sdp_fragment(
      "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n"
      "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1\r\n"
      "a=end-of-candidates\r\n");  // RFC 9725, section 4.3.1
  ASSERT_TRUE(fragment) << fragment.error().message;
  EXPECT_EQ(fragment->ice.ufrag, "EsAw");
  ASSERT_EQ(fragment->candidates.size(), 1U);
  EXPECT_EQ(fragment->candidates[0].port, 61764);
  EXPECT_TRUE(fragment->end_of_candidates);
  EXPECT_FALSE(parse_sdp_fragment("a=candidate:nonsense\r\n"));
  EXPECT_FALSE(parse_sdp_fragment("nonsense"));
}

TEST(Fmtp, is_read_without_regard_to_case_and_spaces) {
  EXPECT_EQ(fmtp_parameter("a=1; Packetization-Mode=1 ;b", "packetization-mode"), "1");
  EXPECT_EQ(fmtp_parameter("a=1;b", "b"), "");
  EXPECT_FALSE(fmtp_parameter("a=1", "c"));
}

}  // namespace
}  // namespace visavis::rtc
