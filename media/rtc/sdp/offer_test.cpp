// SPDX-License-Identifier: Apache-2.0
#include "media/rtc/sdp/offer.hpp"

#include <gmock/gmock.h>

#include "media/rtc/sdp/testing.hpp"

namespace visavis::rtc {
namespace {

using ::testing::HasSubstr;
using testing::parsed;
using testing::replaced;
using testing::server_config;

OfferConfig client() {
  OfferConfig config;
  config.ice = {"cliU", "clientpasswordclientpassword"};
  config.fingerprint = {
      "sha-256", "FF:EE:DD:CC:BB:AA:99:88:77:66:55:44:33:22:11:00:FF:EE:DD:CC:BB:AA:99:88:77:66:55:44:33:22:11:00"};
  config.media = {
      {"a", MediaKind::kAudio, Direction::kSendRecv, usual_codecs(MediaKind::kAudio), {11, 0, "me", "me", "mic"}, {}},
      {"v", MediaKind::kVideo, Direction::kSendRecv, usual_codecs(MediaKind::kVideo), {22, 23, "me", "me", "cam"}, {}},
      {"w", MediaKind::kVideo, Direction::kRecvOnly, usual_codecs(MediaKind::kVideo), {}, {}}};
  return config;
}

TEST(Offer, and_answer_agree_on_both_sides) {
  const auto config = client();
  const auto server = answer_offer(parsed(make_offer(config).to_string()), server_config());
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_EQ(server->remote_ice, config.ice);
  EXPECT_EQ(server->remote_fingerprint, config.fingerprint);
  EXPECT_EQ(server->media[1].encodings, (std::vector<RemoteEncoding>{{22, 23, ""}}));
  const auto ours = accept_answer(config, parsed(server->text));
  ASSERT_TRUE(ours) << ours.error().message;
  EXPECT_EQ(ours->remote_ice, server_config().ice);
  EXPECT_EQ(ours->remote_fingerprint, server_config().fingerprint);
  EXPECT_EQ(ours->remote_candidates.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(ours->media[i].codecs, server->media[i].codecs) << i;
    EXPECT_EQ(ours->media[i].extensions, server->media[i].extensions) << i;
    EXPECT_EQ(ours->media[i].sends, server->media[i].receives) << i;
    EXPECT_EQ(ours->media[i].receives, server->media[i].sends) << i;
    EXPECT_EQ(ours->media[i].encodings.at(0).ssrc, server->media[i].ours.ssrc) << i;
  }
  EXPECT_EQ(ours->media[2].encodings[0].rtx_ssrc, server->media[2].ours.rtx_ssrc);
}

TEST(Offer, announces_simulcast_by_rid) {
  auto config = client();
  config.media[1].rids = {"l", "h"};
  const auto server = answer_offer(parsed(make_offer(config).to_string()), server_config());
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_EQ(server->media[1].encodings, (std::vector<RemoteEncoding>{{0, 0, "l"}, {0, 0, "h"}}));
}

TEST(AcceptAnswer, refuses_answers_that_do_not_fit) {
  const auto config = client();
  const auto server = answer_offer(make_offer(config), server_config());
  ASSERT_TRUE(server);
  const auto error = [&](const std::string& text) {
    const auto accepted = accept_answer(config, parsed(text));
    return accepted ? "" : accepted.error().message;
  };
  EXPECT_THAT(error(server->text.substr(0, server->text.rfind("m=video"))), HasSubstr("2 m-lines"));
  EXPECT_THAT(error(replaced(server->text, "a=mid:w", "a=mid:x")), HasSubstr("another mid"));
  EXPECT_THAT(error(replaced(server->text, "a=setup:passive", "a=setup:active")), HasSubstr("passive"));
  EXPECT_THAT(error(replaced(server->text, "opus/48000", "pcm/48000")), HasSubstr("no codec"));
  EXPECT_THAT(error(replaced(replaced(server->text, "m=video 9", "m=video 0"), "m=audio 9", "m=audio 0")),
              HasSubstr("every m-line"));
}

TEST(AcceptAnswer, takes_a_refused_m_line) {
  const auto config = client();
  const auto server = answer_offer(make_offer(config), server_config());
  const auto accepted = accept_answer(config, parsed(replaced(server->text, "m=audio 9", "m=audio 0")));
  ASSERT_TRUE(accepted) << accepted.error().message;
  EXPECT_TRUE(accepted->media[0].rejected);
  EXPECT_FALSE(accepted->media[1].rejected);
}

}  // namespace
}  // namespace visavis::rtc
