// SPDX-License-Identifier: Apache-2.0
// PATCH of WHIP sessions (RFC 9725, section 4.3): what restarts ICE, what only trickles, what is wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/integration/people.hpp"

namespace visavis::app {
namespace {

using namespace testkit;
using ::testing::HasSubstr;
using ::testing::Not;

class IceRestart : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.start());
    token_ = server_.command({"token", "--room", "lobby", "--as", "cam", "--role", "pub"});
    token_.erase(token_.find_last_not_of(" \n") + 1);
    auto published = call(server_.port(), "POST", "/v1/rooms/lobby/whip", sdp_offer(), headers("application/sdp"));
    ASSERT_EQ(published.status, 201) << published.body;
    location_ = published.headers.at("location");
    tag_ = published.headers["etag"];
  }
  Headers headers(const std::string& type) const {
    return {{"Authorization", "Bearer " + token_}, {"Content-Type", type}};
  }
  Answer patch(const std::string& fragment, const std::string& tag = {}) {
    auto with = headers("application/trickle-ice-sdpfrag");
    if (!tag.empty()) with.emplace_back("If-Match", tag);
    return call(server_.port(), "PATCH", location_, fragment, with);
  }
  static std::string fragment(const std::string& ufrag) {
    return "a=ice-ufrag:" + ufrag + "\r\na=ice-pwd:" + std::string(24, 'p') + "\r\n";
  }
  ServerProcess server_{VISAVIS_BINARY};
  std::string token_, location_, tag_;
};

}  // namespace

TEST_F(IceRestart, gives_new_credentials_under_a_new_tag) {
  ASSERT_FALSE(tag_.empty());
  const auto restarted = patch(fragment("efgh"), "*");
  ASSERT_EQ(restarted.status, 200) << restarted.body;
  EXPECT_THAT(restarted.body, HasSubstr("a=ice-ufrag:"));
  EXPECT_THAT(restarted.body, Not(HasSubstr("efgh"))) << "the server's own, not the client's";
  const auto tag = restarted.headers.at("etag");
  EXPECT_NE(tag, tag_);
  EXPECT_EQ(patch(fragment("efgh"), tag_).code(), "ice_restarted");
  EXPECT_EQ(patch(fragment("efgh"), tag).status, 204) << "the same credentials again restart nothing";
}

TEST_F(IceRestart, a_malformed_fragment_is_refused_and_the_session_goes_on) {
  EXPECT_EQ(patch("a=ice-ufrag:x\r\na=ice-pwd:short\r\n").code(), "fragment_refused");
  EXPECT_EQ(patch(fragment("efgh")).status, 200);
  EXPECT_EQ(call(server_.port(), "DELETE", location_, {}, headers("text/plain")).status, 200);
  EXPECT_EQ(patch(fragment("ijkl")).code(), "session_unknown");
}

}  // namespace visavis::app
