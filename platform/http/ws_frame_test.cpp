// SPDX-License-Identifier: Apache-2.0
#include "platform/http/ws_frame.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace visavis::http {
namespace {

std::string client_frame(int b0, std::string_view payload) {
  std::string out{static_cast<char>(b0)};
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else {
    out += static_cast<char>(0x80 | 127);
    for (int i = 7; i >= 0; --i) out += static_cast<char>(std::uint64_t{payload.size()} >> (8 * i) & 0xff);
  }
  const std::string mask = "\x11\x22\x33\x44";
  out += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) out += static_cast<char>(payload[i] ^ mask[i % 4]);
  return out;
}

struct Heard {
  std::vector<std::string> texts, pings;
  int pongs = 0;
  int closed = -1;
  WsSink sink{.on_text = [this](std::string t) { texts.push_back(std::move(t)); },
              .on_ping = [this](std::string p) { pings.push_back(std::move(p)); },
              .on_pong = [this] { ++pongs; },
              .on_close = [this](std::uint16_t code) { closed = code; }};
};

std::uint16_t feed_one(const std::string& bytes) {
  Heard heard;
  WsDecoder decoder({});
  return decoder.feed(bytes, heard.sink);
}

}  // namespace

TEST(WsDecoder, takes_frames_in_any_portions) {
  const std::string bytes = client_frame(0x01, "hel") + client_frame(0x89, "p") + client_frame(0x80, "lo") +
                            client_frame(0x81, std::string(300, 'x')) + client_frame(0x88, "\x03\xe8");
  for (std::size_t step : {std::size_t{1}, std::size_t{3}, bytes.size()}) {
    Heard heard;
    WsDecoder decoder({});
    for (std::size_t i = 0; i < bytes.size(); i += step) {
      ASSERT_EQ(decoder.feed(std::string_view(bytes).substr(i, step), heard.sink), 0);
    }
    EXPECT_EQ(heard.texts, (std::vector<std::string>{"hello", std::string(300, 'x')}));
    EXPECT_EQ(heard.pings, std::vector<std::string>{"p"});
    EXPECT_EQ(heard.closed, 1000);
  }
}

TEST(WsDecoder, closes_on_what_the_standard_forbids) {
  EXPECT_EQ(feed_one(std::string("\x81\x01", 2) + "x"), 1002);  // not masked
  EXPECT_EQ(feed_one(client_frame(0xc1, "x")), 1002);           // reserved bit: no extension was negotiated
  EXPECT_EQ(feed_one(client_frame(0x80, "x")), 1002);           // continues nothing
  EXPECT_EQ(feed_one(client_frame(0x01, "x") + client_frame(0x81, "y")), 1002);  // new message inside another
  EXPECT_EQ(feed_one(client_frame(0x83, "x")), 1002);                            // unknown opcode
  EXPECT_EQ(feed_one(client_frame(0x09, "x")), 1002);                            // fragmented ping
  EXPECT_EQ(feed_one(client_frame(0x89, std::string(126, 'x'))), 1002);          // long ping
  EXPECT_EQ(feed_one(client_frame(0x88, "x")), 1002);                            // close of one byte
  EXPECT_EQ(feed_one(client_frame(0x88, "\x03\xed")), 1002);                     // 1005 is never sent
  EXPECT_EQ(feed_one(client_frame(0x82, "x")), 1003);                            // binary
  EXPECT_EQ(feed_one(client_frame(0x81, "\xff")), 1007);
  EXPECT_EQ(feed_one(client_frame(0x88, "\x03\xe8\xff")), 1007);
}

TEST(WsDecoder, caps_what_a_peer_can_make_it_hold) {
  Heard heard;
  WsDecoder small({.message_bytes = 10, .fragments = 3, .controls_in_a_row = 4});
  EXPECT_EQ(small.feed(client_frame(0x01, "123456") + client_frame(0x00, "12345"), heard.sink), 4413);
  EXPECT_LE(small.buffered(), 16U);

  WsDecoder fragments({.message_bytes = 10, .fragments = 3, .controls_in_a_row = 4});
  std::string flood = client_frame(0x01, "");
  for (int i = 0; i < 3; ++i) flood += client_frame(0x00, "");
  EXPECT_EQ(fragments.feed(flood, heard.sink), 4429);

  WsDecoder pings({.message_bytes = 10, .fragments = 3, .controls_in_a_row = 4});
  std::string storm;
  for (int i = 0; i < 5; ++i) storm += client_frame(0x89, "");
  EXPECT_EQ(pings.feed(storm, heard.sink), 4429);

  WsDecoder huge({});
  EXPECT_EQ(huge.feed(std::string("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14), heard.sink), 4413);
}

TEST(WsDecoder, takes_nothing_after_a_close) {
  Heard heard;
  WsDecoder decoder({});
  EXPECT_EQ(decoder.feed(client_frame(0x88, "") + client_frame(0x81, "late"), heard.sink), 0);
  EXPECT_EQ(heard.closed, 1005);
  EXPECT_TRUE(heard.texts.empty());
}

TEST(WsFrame, writes_the_three_lengths) {
  EXPECT_EQ(ws_frame(kWsText, "hi"), "\x81\x02hi");
  EXPECT_EQ(ws_frame(kWsText, std::string(126, 'x')).substr(0, 4), std::string("\x81\x7e\x00\x7e", 4));
  EXPECT_EQ(ws_frame(kWsText, std::string(65536, 'x')).substr(0, 10), std::string("\x81\x7f\0\0\0\0\0\1\0\0", 10));
}

TEST(WsFrame, cuts_close_reasons_between_characters) {
  std::string reason(122, 'a');
  reason += "你";
  const auto frame = ws_close_frame(1000, reason);
  EXPECT_EQ(frame.size(), 2U + 2U + 122U);
}

TEST(WsFrame, answers_keys_as_in_the_standard) {
  EXPECT_EQ(ws_accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");  // RFC 6455 §1.3
}

}  // namespace visavis::http
