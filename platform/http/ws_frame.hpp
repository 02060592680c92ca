// SPDX-License-Identifier: Apache-2.0
// WebSocket framing (RFC 6455 §5), sans-IO, server side. Our own, since the caps that matter here (fragments of a
// message, control frames in a row, bytes before a message is complete) are not to be had from Beast's stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace visavis::http {

/// Status codes of RFC 6455 §7.4.1 that this server sends by itself.
enum class WsClose : std::uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,
  kProtocolError = 1002,
  kUnsupportedData = 1003,
  kInvalidPayload = 1007,
  kPolicy = 1008,
  kServiceRestart = 1012,
  kTooLarge = 4413,
  kTooMany = 4429,
};

struct WsLimits {
  std::size_t message_bytes = 256 * 1024;
  std::size_t fragments = 64;          // per message
  std::size_t controls_in_a_row = 16;  // control frames between two data frames
};

struct WsSink {
  std::function<void(std::string)> on_text;
  std::function<void(std::string)> on_ping;  // payload to be sent back
  std::function<void()> on_pong;
  /// The peer closes: its status code, 1005 for none (RFC 6455 §7.1.5).
  std::function<void(std::uint16_t)> on_close;
};

/// Takes the bytes of masked client frames in any portions. After an error or a close frame nothing more is taken.
class WsDecoder {
 public:
  explicit WsDecoder(WsLimits limits) : limits_(limits) {}

  /// 0 while all is well, else the status code to close with.
  std::uint16_t feed(std::string_view bytes, const WsSink& sink);
  /// Bytes held for messages that are not complete.
  std::size_t buffered() const { return header_.size() + message_.size() + control_.size(); }

 private:
  struct Header {
    bool fin = false;
    std::uint8_t opcode = 0;
    std::uint64_t length = 0;
    std::uint8_t mask[4] = {};
  };
  std::size_t header_size() const;
  std::uint16_t parse_header();
  std::uint16_t check_data();
  std::uint16_t check_control();
  std::uint16_t finish_frame(const WsSink& sink);
  std::uint16_t finish_control(const WsSink& sink);
  std::uint16_t finish_close(const WsSink& sink);

  WsLimits limits_;
  std::string header_;  // bytes of the header so far
  bool in_payload_ = false;
  Header frame_;
  std::uint64_t done_ = 0;  // payload bytes of this frame so far
  std::string message_;     // fragments of the message so far
  std::string control_;
  bool in_message_ = false;
  std::size_t fragments_ = 0;
  std::size_t controls_ = 0;
  bool ended_ = false;
};

inline constexpr std::uint8_t kWsText = 0x1, kWsCloseFrame = 0x8, kWsPing = 0x9, kWsPong = 0xa;

/// One unmasked, unfragmented server frame.
std::string ws_frame(std::uint8_t opcode, std::string_view payload);
/// `reason` is cut at 123 bytes (RFC 6455 §5.5), never inside a character.
std::string ws_close_frame(std::uint16_t code, std::string_view reason);
/// Sec-WebSocket-Accept for a Sec-WebSocket-Key (RFC 6455 §4.2.2).
std::string ws_accept_key(std::string_view key);

}  // namespace visavis::http
