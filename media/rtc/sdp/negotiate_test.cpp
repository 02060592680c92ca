// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/sdp/negotiate.hpp"

#include <gmock/gmock.h>

#include <set>

#include "media/rtc/sdp/testing.hpp"

namespace visavis::rtc {
namespace {

using testing::all_recorded;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::parsed;
using testing::recorded;
using testing::replaced;
using testing::server_config;

Negotiated answered(const std::string& offer, const AnswerConfig& config = server_config(),
                    const Negotiated* previous = nullptr) {
  auto result = answer_offer(parsed(offer), config, previous);
  EXPECT_TRUE(result) << result.error().message;
  return result ? *std::move(result) : Negotiated{};
}
std::string refusal(const std::string& offer, const Negotiated* previous = nullptr) {
  const auto result = answer_offer(parsed(offer), server_config(), previous);
  return result ? "" : result.error().message;
}
std::vector<CodecKind> kinds(const NegotiatedMedia& media) {
  std::vector<CodecKind> all;
  for (const auto& codec : media.codecs) all.push_back(codec.kind);
  return all;
}

// What RFC 8829, section 5.3 asks of any answer, whatever was offered.
void expect_sound_answer(const Sdp& offer, const Negotiated& result) {
  const auto answer = parsed(result.text);
  ASSERT_EQ(answer.media.size(), offer.media.size());
  EXPECT_TRUE(answer.ice_lite);
  std::set<std::uint32_t> ssrcs;
  std::size_t with_candidates = 0;
  for (std::size_t i = 0; i < answer.media.size(); ++i) {
    const auto& ours = answer.media[i];
    const auto& theirs = offer.media[i];
    EXPECT_EQ(ours.type, theirs.type);
    EXPECT_EQ(ours.mid, theirs.mid);
    EXPECT_EQ(ours.protocol, theirs.protocol);
    EXPECT_EQ(ours.rejected(), result.media[i].rejected);
    const bool bundled =
        !answer.bundles.empty() && std::ranges::find(answer.bundles[0], ours.mid) != answer.bundles[0].end();
    EXPECT_EQ(bundled, !ours.rejected() && !offer.bundles.empty());
    if (ours.rejected()) continue;
    EXPECT_EQ(ours.setup, DtlsSetup::kPassive);
    EXPECT_TRUE(ours.rtcp_mux);
    EXPECT_TRUE(ours.ice);
    EXPECT_EQ(ours.fingerprints.size(), 1U);
    if (!ours.candidates.empty()) ++with_candidates;
    for (const auto& extension : ours.extensions) {
      EXPECT_TRUE(std::ranges::any_of(
          theirs.extensions, [&](const SdpExtension& e) { return e.id == extension.id && e.uri == extension.uri; }));
    }
    for (const auto& codec : ours.codecs) {
      EXPECT_TRUE(std::ranges::any_of(theirs.codecs, [&](const SdpCodec& c) {
        return c.payload_type == codec.payload_type && equal_ignoring_case(c.name, codec.name) &&
               c.clock == codec.clock;
      })) << codec.name;
    }
    for (const auto& source : ours.ssrcs) EXPECT_TRUE(ssrcs.insert(source.ssrc).second) << source.ssrc;
  }
  EXPECT_EQ(with_candidates, 1U);
}

TEST(AnswerOffer, answers_every_recorded_offer) {
  const auto names = all_recorded();
  EXPECT_GE(names.size(), 10U);
  for (const auto& name : names) {
    SCOPED_TRACE(name);
    expect_sound_answer(parsed(recorded(name)), answered(recorded(name)));
  }
}

TEST(AnswerOffer, prefers_vp8_then_h264_then_vp9_then_av1) {
  const auto result = answered(recorded("chromium_sendrecv"));
  ASSERT_EQ(result.media.size(), 2U);
  EXPECT_THAT(kinds(result.media[0]), ElementsAre(CodecKind::kOpus, CodecKind::kRed));
  const auto& video = result.media[1];
  EXPECT_THAT(kinds(video), ElementsAre(CodecKind::kVp8, CodecKind::kH264, CodecKind::kH264, CodecKind::kH264,
                                        CodecKind::kVp9, CodecKind::kAv1));
  EXPECT_EQ(h264_format(video.codecs[1].fmtp)->profile, H264Profile::kConstrainedBaseline);
  for (const auto& codec : video.codecs) {
    EXPECT_TRUE(codec.rtx_payload_type) << to_string(codec.kind);
    EXPECT_TRUE(codec.feedback.nack && codec.feedback.pli && codec.feedback.fir && codec.feedback.transport_cc &&
                codec.feedback.remb);
  }
  EXPECT_TRUE(video.receives && video.sends);
  ASSERT_EQ(video.encodings.size(), 1U);
  EXPECT_NE(video.encodings[0].ssrc, 0U);
  EXPECT_NE(video.encodings[0].rtx_ssrc, 0U);
  EXPECT_NE(video.extensions.of(ExtensionKind::kTransportSequence), 0);
  EXPECT_NE(video.extensions.of(ExtensionKind::kMid), 0);
}

TEST(AnswerOffer, leaves_out_telephone_events_h265_and_video_red) {
  const auto result = answered(recorded("safari_sendrecv"));
  EXPECT_THAT(result.text, Not(HasSubstr("telephone-event")));
  EXPECT_THAT(result.text, Not(HasSubstr("H265")));
  EXPECT_THAT(result.text, Not(HasSubstr("red/90000")));
  EXPECT_THAT(kinds(result.media[1]),
              ElementsAre(CodecKind::kVp8, CodecKind::kH264, CodecKind::kH264, CodecKind::kVp9));
  EXPECT_EQ(h264_format(result.media[1].codecs[1].fmtp)->profile, H264Profile::kConstrainedBaseline);
  EXPECT_EQ(h264_format(result.media[1].codecs[2].fmtp)->profile, H264Profile::kConstrainedHigh);
}

TEST(AnswerOffer, obeys_the_video_list) {
  auto config = server_config();
  config.video = {CodecKind::kH264};
  const auto result = answered(recorded("chromium_sendrecv"), config);
  EXPECT_EQ(kinds(result.media[1]).front(), CodecKind::kH264);
  EXPECT_THAT(result.text, Not(HasSubstr("VP8")));
}

TEST(AnswerOffer, gives_each_slot_ssrcs_of_its_own_and_a_stream_of_its_own) {
  const auto result = answered(recorded("chromium_call"));
  ASSERT_EQ(result.media.size(), 6U);
  std::set<std::string> streams;
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_TRUE(result.media[i].sends) << i;
    EXPECT_EQ(result.media[i].receives, i < 3) << i;
    streams.insert(result.media[i].ours.stream_id);
  }
  EXPECT_EQ(streams.size(), 5U);
  EXPECT_THAT(result.text, HasSubstr("a=ssrc-group:FID " + std::to_string(result.media[4].ours.ssrc) + " " +
                                     std::to_string(result.media[4].ours.rtx_ssrc)));
  EXPECT_THAT(result.text, HasSubstr("a=msid:slot-4 track-4"));
  EXPECT_TRUE(result.media[5].rejected);  // the data channel
  EXPECT_THAT(result.text, HasSubstr("m=application 0 UDP/DTLS/SCTP webrtc-datachannel"));
  EXPECT_THAT(result.text, HasSubstr("a=group:BUNDLE 0 1 2 3 4\r\n"));
  const auto answer = parsed(result.text);
  EXPECT_TRUE(answer.media[0].ssrc_groups.empty());  // opus has no RTX
}

TEST(AnswerOffer, receives_simulcast_by_rid) {
  for (const auto* name : {"chromium_simulcast", "firefox_simulcast"}) {
    const auto result = answered(recorded(name));
    ASSERT_EQ(result.media.size(), 2U);
    ASSERT_EQ(result.media[1].encodings.size(), 3U) << name;
    EXPECT_EQ(result.media[1].encodings[2].rid, "f");
    EXPECT_FALSE(result.media[1].sends);
    EXPECT_THAT(result.text, HasSubstr("a=simulcast:recv q;h;f\r\n"));
    EXPECT_THAT(result.text, HasSubstr("a=rid:h recv\r\n"));
    EXPECT_NE(result.media[1].extensions.of(ExtensionKind::kRid), 0);
  }
}

TEST(AnswerOffer, turns_the_direction_of_header_extensions_round) {
  const auto result = answered(recorded("firefox_simulcast"));
  const auto& video = result.media[1];
  EXPECT_NE(video.extensions.of(ExtensionKind::kDependencyDescriptor), 0);
  EXPECT_EQ(video.send_extensions.of(ExtensionKind::kDependencyDescriptor), 0);
  EXPECT_EQ(video.extensions.of(ExtensionKind::kPlayoutDelay), 0);
  EXPECT_NE(video.send_extensions.of(ExtensionKind::kPlayoutDelay), 0);
  EXPECT_THAT(result.text, HasSubstr("a=extmap:8/recvonly https://aomediacodec"));
  EXPECT_THAT(result.text, HasSubstr("a=extmap:6/sendonly http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"));
}

TEST(AnswerOffer, reads_simulcast_by_ssrc_group) {
  const auto offer = replaced(recorded("safari_sendrecv"), "a=ssrc-group:FID 1620935577 4012558214",
                              "a=ssrc-group:SIM 1620935577 77\r\na=ssrc-group:FID 1620935577 4012558214");
  EXPECT_THAT(answered(offer).media[1].encodings,
              ElementsAre(RemoteEncoding{1620935577, 4012558214, ""}, RemoteEncoding{77, 0, ""}));
}

TEST(AnswerOffer, takes_the_media_stream_where_the_rtx_stream_is_listed_first) {
  const auto offer = replaced(recorded("safari_sendrecv"), "a=ssrc:1620935577 cname:0F3mBq7xT2uKZs9d",
                              "a=ssrc:4012558214 cname:0F3mBq7xT2uKZs9d\r\na=ssrc:1620935577 cname:0F3mBq7xT2uKZs9d");
  EXPECT_THAT(answered(offer).media[1].encodings, ElementsAre(RemoteEncoding{1620935577, 4012558214, ""}));
}

TEST(AnswerOffer, fills_only_the_direction_that_the_role_allows) {
  auto whip = server_config();
  whip.may_subscribe = false;
  const auto published = answered(recorded("gstreamer_whip"), whip);
  EXPECT_TRUE(published.media[0].receives && !published.media[0].sends);
  EXPECT_THAT(published.text, HasSubstr("a=recvonly"));
  EXPECT_THAT(published.text, Not(HasSubstr("a=ssrc:")));
  EXPECT_FALSE(published.media[1].rejected);  // bundle-only, port 0
  auto whep = server_config();
  whep.may_publish = false;
  const auto watched = answered(recorded("chromium_whep"), whep);
  EXPECT_TRUE(watched.media[1].sends && !watched.media[1].receives);
  EXPECT_TRUE(watched.media[1].encodings.empty());
  EXPECT_THAT(watched.text, HasSubstr("a=sendonly"));
}

TEST(AnswerOffer, does_not_claim_the_properties_of_the_other_sides_stream) {
  const auto result = answered(recorded("gstreamer_whip"));
  EXPECT_THAT(result.text, Not(HasSubstr("sprop")));
  EXPECT_THAT(result.text, HasSubstr("a=fmtp:96 packetization-mode=1;profile-level-id=42c01f\r\n"));
}

TEST(AnswerOffer, offers_every_advertised_address_once_udp_before_tcp) {
  const auto answer = parsed(answered(recorded("chromium_sendrecv")).text);
  const auto& candidates = answer.media[0].candidates;
  ASSERT_EQ(candidates.size(), 3U);
  EXPECT_EQ(to_string(candidates[0]), "1 1 udp 2130706431 203.0.113.5 7000 typ host");
  EXPECT_EQ(candidates[1].address, "2001:db8::5");
  EXPECT_EQ(candidates[2].tcp_type, "passive");
  EXPECT_GT(candidates[0].priority, candidates[1].priority);
  EXPECT_GT(candidates[1].priority, candidates[2].priority);
  EXPECT_TRUE(answer.media[0].end_of_candidates);
}

TEST(AnswerOffer, refuses_what_it_cannot_do_and_says_why) {
  const auto offer = recorded("chromium_sendrecv");
  EXPECT_THAT(refusal(replaced(offer, "a=setup:actpass", "a=setup:passive")), HasSubstr("setup:passive"));
  EXPECT_EQ(refusal(replaced(offer, "a=setup:actpass", "a=setup:active")), "");
  EXPECT_THAT(refusal(replaced(offer, "a=group:BUNDLE 0 1", "a=group:BUNDLE 0")), HasSubstr("BUNDLE"));
  EXPECT_THAT(refusal(replaced(offer, "a=rtcp-mux\r\n", "")), HasSubstr("rtcp-mux"));
  EXPECT_THAT(refusal(replaced(offer, "a=fingerprint:sha-256", "a=fingerprint:sha-1")), HasSubstr("sha-256"));
  EXPECT_THAT(refusal(replaced(offer, "a=ice-pwd", "a=x-ice-pwd")), HasSubstr("ice-pwd"));
  EXPECT_THAT(refusal(replaced(offer, "UDP/TLS/RTP/SAVPF", "RTP/AVP")), HasSubstr("nothing in the offer"));
  EXPECT_THAT(refusal("v=0\r\n"), HasSubstr("nothing in the offer"));
}

TEST(AnswerOffer, refuses_numbers_that_mean_two_things_in_one_bundle) {
  const auto offer = recorded("chromium_sendrecv");
  const auto ids = replaced(offer, "a=extmap:13 urn:3gpp:video-orientation", "a=extmap:1 urn:3gpp:video-orientation");
  EXPECT_THAT(refusal(ids), HasSubstr("extension id 1 means two"));
  auto formats = replaced(offer, "SAVPF 96 97", "SAVPF 111 97");
  formats = replaced(formats, "a=rtpmap:96 ", "a=rtpmap:111 VP8/90000\r\na=x:");
  formats = replaced(formats, "a=rtpmap:111 VP8/90000\r\na=x:VP8/90000\r\n", "a=rtpmap:111 VP8/90000\r\n");
  EXPECT_THAT(refusal(formats), HasSubstr("payload type 111 means two"));
}

TEST(AnswerOffer, refuses_an_m_line_without_a_known_codec_but_takes_the_rest) {
  const auto result = answered(replaced(recorded("chromium_sendrecv"), "opus/48000/2", "speex/48000/2"));
  EXPECT_TRUE(result.media[0].rejected);
  EXPECT_FALSE(result.media[1].rejected);
  EXPECT_THAT(result.text, HasSubstr("m=audio 0 UDP/TLS/RTP/SAVPF 111"));
  EXPECT_THAT(result.text, HasSubstr("a=group:BUNDLE 1\r\n"));
  EXPECT_FALSE(parsed(result.text).media[1].candidates.empty());
}

TEST(AnswerOffer, leaves_high_extension_ids_out_where_the_two_byte_form_was_not_announced) {
  auto offer = replaced(recorded("chromium_sendrecv"), "a=extmap:13 urn:3gpp", "a=extmap:113 urn:3gpp");
  EXPECT_EQ(answered(offer).media[1].extensions.of(ExtensionKind::kVideoOrientation), 113);
  offer = replaced(offer, "a=extmap-allow-mixed\r\n", "");
  EXPECT_EQ(answered(offer).media[1].extensions.of(ExtensionKind::kVideoOrientation), 0);
}

TEST(Renegotiation, keeps_slots_credentials_and_places) {
  const auto offer = recorded("chromium_sendrecv");
  const auto first = answered(offer);
  auto config = server_config();
  config.ice = {"newU", "anotherpasswordanotherpassword"};
  const auto second = answered(replaced(offer, "a=sendrecv", "a=recvonly"), config, &first);
  EXPECT_EQ(second.media[1].ours, first.media[1].ours);
  EXPECT_EQ(second.local_ice, first.local_ice);
  EXPECT_FALSE(second.ice_restarted);
  EXPECT_FALSE(second.media[1].receives);
  EXPECT_EQ(second.version, first.version + 1);
  EXPECT_EQ(second.session_id, first.session_id);
  EXPECT_THAT(second.text, HasSubstr("a=ice-ufrag:srvU"));
}

TEST(Renegotiation, notices_an_ice_restart) {
  const auto offer = recorded("safari_sendrecv");
  const auto first = answered(offer);
  auto config = server_config();
  config.ice = {"newU", "anotherpasswordanotherpassword"};
  const auto second = answered(replaced(offer, "a=ice-ufrag:u8Qf", "a=ice-ufrag:u9Qg"), config, &first);
  EXPECT_TRUE(second.ice_restarted);
  EXPECT_EQ(second.local_ice.ufrag, "newU");
  EXPECT_EQ(second.media[0].ours, first.media[0].ours);
}

TEST(Renegotiation, lets_m_lines_stop_and_be_taken_over_but_not_vanish_or_move) {
  const auto offer = recorded("safari_sendrecv");
  const auto first = answered(offer);
  auto stopped = replaced(offer, "m=video 9", "m=video 0");
  stopped = replaced(stopped, "a=group:BUNDLE 0 1", "a=group:BUNDLE 0");
  const auto second = answered(stopped, server_config(), &first);
  EXPECT_TRUE(second.media[1].rejected);
  auto taken = replaced(offer, "a=mid:1", "a=mid:7");
  taken = replaced(taken, "a=group:BUNDLE 0 1", "a=group:BUNDLE 0 7");
  const auto third = answered(taken, server_config(), &second);
  EXPECT_EQ(third.media[1].mid, "7");
  EXPECT_THAT(refusal(taken, &first), HasSubstr("keep their place"));
  EXPECT_THAT(refusal(offer.substr(0, offer.find("m=video")), &first), HasSubstr("do not remove"));
}

TEST(Renegotiation, refuses_another_certificate) {
  const auto offer = recorded("safari_sendrecv");
  const auto first = answered(offer);
  EXPECT_THAT(refusal(replaced(offer, "sha-256 5A:0B", "sha-256 5A:0C"), &first), HasSubstr("fingerprint changed"));
}

TEST(IceRestartFragment, carries_new_credentials_and_candidates) {
  auto config = server_config();
  const auto session = answered(recorded("gstreamer_whip"), config);
  config.ice = {"newU", "anotherpasswordanotherpassword"};
  const auto text = ice_restart_fragment(session, config);
  const auto fragment = parse_sdp_fragment(text);
  ASSERT_TRUE(fragment) << fragment.error().message;
  EXPECT_EQ(fragment->ice, config.ice);
  EXPECT_EQ(fragment->candidates.size(), 3U);
  EXPECT_THAT(text, HasSubstr("a=mid:video0\r\n"));
}

TEST(NegotiatedMedia, finds_codecs_and_their_retransmission_formats) {
  const auto result = answered(recorded("aiortc_sendrecv"));
  bool is_rtx = false;
  const auto* media = result.find("1");
  ASSERT_NE(media, nullptr);
  ASSERT_NE(media->codec_of(97, is_rtx), nullptr);
  EXPECT_FALSE(is_rtx);
  const auto* h264 = media->codec_of(102, is_rtx);
  ASSERT_NE(h264, nullptr);
  EXPECT_TRUE(is_rtx);
  EXPECT_EQ(h264->payload_type, 101);
  EXPECT_EQ(media->codec_of(9, is_rtx), nullptr);
  EXPECT_EQ(result.find("9"), nullptr);
}

}  // namespace
}  // namespace visavis::rtc
