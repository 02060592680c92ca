// SPDX-License-Identifier: Apache-2.0
// What the tests of this folder share: recorded offers and a server's configuration.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "media/rtc/sdp/negotiate.hpp"

namespace visavis::rtc::testing {

inline std::string recorded(const std::string& name) {
  const std::ifstream file{std::filesystem::path{VISAVIS_SDP_TESTDATA} / (name + ".sdp")};
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty()) << name;
  return text.str();
}

inline std::vector<std::string> all_recorded() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{VISAVIS_SDP_TESTDATA})
    names.push_back(entry.path().stem());
  return names;
}

inline Sdp parsed(const std::string& text) {
  auto sdp = Sdp::parse(text);
  EXPECT_TRUE(sdp) << sdp.error().message;
  return sdp ? *std::move(sdp) : Sdp{};
}

inline std::string replaced(std::string text, const std::string& what, const std::string& with) {
  EXPECT_NE(text.find(what), std::string::npos) << what;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

inline AnswerConfig server_config() {
  AnswerConfig config;
  config.ice = {"srvU", "serverpasswordserverpassword"};
  config.fingerprint = {
      "sha-256", "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"};
  config.udp = {*NetAddress::parse("203.0.113.5", 7000), *NetAddress::parse("2001:db8::5", 7000)};
  config.tcp = {*NetAddress::parse("203.0.113.5", 7000)};
  config.session_id = 42;
  config.stream_for = [next = std::uint32_t{1'000}](std::string_view mid, MediaKind) mutable {
    next += 2;
    return OurStream{next, next + 1, "visavis", "slot-" + std::string{mid}, "track-" + std::string{mid}};
  };
  return config;
}

}  // namespace visavis::rtc::testing
