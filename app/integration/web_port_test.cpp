// SPDX-License-Identifier: Apache-2.0
// A network that lets only the web through: media over the web port.
#include <gtest/gtest.h>

#include <functional>

#include "app/integration/people.hpp"
#include "media/rtc/wire/stun.hpp"

namespace visavis::app {
namespace {

using namespace testkit;

std::string line_of(const std::string& sdp, const std::string& key) {
  const auto at = sdp.find(key);
  if (at == std::string::npos) return {};
  return sdp.substr(at + key.size(), sdp.find('\r', at) - at - key.size());
}

/// A session's answer by the web port to a check that is written by `send`.
void expect_answer_to_check(const std::function<void(Socket&, const std::string& frame)>& send) {
  ServerProcess server{VISAVIS_BINARY};
  ASSERT_TRUE(server.start());
  std::string token = server.command({"token", "--room", "lobby", "--as", "cam", "--role", "pub"});
  token.erase(token.find_last_not_of(" \n") + 1);
  const Headers headers{{"Authorization", "Bearer " + token}, {"Content-Type", "application/sdp"}};
  const auto published = call(server.port(), "POST", "/v1/rooms/lobby/whip", sdp_offer(), headers);
  ASSERT_EQ(published.status, 201) << published.body;
  const std::string offered = " 127.0.0.1 " + std::to_string(server.port()) + " typ host tcptype passive";
  EXPECT_NE(published.body.find(offered), std::string::npos) << published.body;

  const std::string name = line_of(published.body, "a=ice-ufrag:") + ":abcd";
  const std::string password = line_of(published.body, "a=ice-pwd:");
  rtc::StunBindingRequest request;
  request.transaction = {1, 2, 3};
  request.username = name;
  request.password = password;
  request.priority = 1;
  std::array<std::uint8_t, rtc::kStunMaxBuilt> space;
  const Bytes check = rtc::build_binding_request(request, space);
  std::string frame{static_cast<char>(check.size() >> 8), static_cast<char>(check.size())};
  frame.append(check.begin(), check.end());
  Socket media(server.port());
  send(media, frame);
  std::string heard;
  while (heard.size() < 2 + rtc::kStunHeaderSize && media.read_more(heard)) {
  }
  ASSERT_GE(heard.size(), 2 + rtc::kStunHeaderSize);
  const std::vector<std::uint8_t> bytes(heard.begin() + 2, heard.end());
  const auto answer = rtc::StunView::parse(bytes);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->is_binding(rtc::StunClass::kSuccess));
  EXPECT_TRUE(answer->integrity_ok(password));
  EXPECT_EQ(call(server.port(), "GET", "/healthz").status, 200);
}

TEST(WebPort, is_offered_for_media_and_answers_checks_between_web_requests) {
  expect_answer_to_check([](Socket& media, const std::string& frame) { media.send(frame); });
}

TEST(WebPort, answers_a_check_that_comes_in_many_segments) {
  expect_answer_to_check([](Socket& media, const std::string& frame) {
    for (const char byte : frame) media.send(std::string(1, byte));
  });
}

}  // namespace
}  // namespace visavis::app
