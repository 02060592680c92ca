// SPDX-License-Identifier: Apache-2.0
#include "platform/http/ws_frame.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "platform/http/text.hpp"

namespace visavis::http {
namespace {

constexpr std::uint16_t kNoStatus = 1005;

std::uint16_t code_of(WsClose c) { return static_cast<std::uint16_t>(c); }

bool is_control(std::uint8_t opcode) { return (opcode & 0x8) != 0; }

/// Codes a peer may send (RFC 6455 §7.4.1, §7.4.2).
bool is_sendable_code(std::uint16_t code) {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

}  // namespace

std::size_t WsDecoder::header_size() const {
  if (header_.size() < 2) return 2;
  const auto length = static_cast<std::uint8_t>(header_[1]) & 0x7f;
  const std::size_t mask = (static_cast<std::uint8_t>(header_[1]) & 0x80) != 0 ? 4 : 0;
  return 2 + (length == 126 ? 2U : length == 127 ? 8U : 0U) + mask;
}

std::uint16_t WsDecoder::feed(std::string_view bytes, const WsSink& sink) {
  while (!ended_) {
    if (!in_payload_) {
      while (header_.size() < header_size()) {
        if (bytes.empty()) return 0;
        header_ += bytes.front();
        bytes.remove_prefix(1);
      }
      if (const auto code = parse_header()) {
        ended_ = true;
        return code;
      }
    }
    auto& target = is_control(frame_.opcode) ? control_ : message_;
    const std::size_t n = std::min<std::uint64_t>(bytes.size(), frame_.length - done_);
    for (std::size_t i = 0; i < n; ++i) {
      target += static_cast<char>(static_cast<std::uint8_t>(bytes[i]) ^ frame_.mask[(done_ + i) % 4]);
    }
    done_ += n;
    bytes.remove_prefix(n);
    if (done_ < frame_.length) return 0;
    in_payload_ = false;
    header_.clear();
    if (const auto code = finish_frame(sink)) {
      ended_ = true;
      return code;
    }
  }
  return 0;
}

std::uint16_t WsDecoder::parse_header() {
  const auto b0 = static_cast<std::uint8_t>(header_[0]);
  const auto b1 = static_cast<std::uint8_t>(header_[1]);
  // No extension was negotiated, so no reserved bit may be set; a client masks every frame (RFC 6455 §5.1, §5.2).
  if ((b0 & 0x70) != 0 || (b1 & 0x80) == 0) return code_of(WsClose::kProtocolError);
  frame_ = {.fin = (b0 & 0x80) != 0, .opcode = static_cast<std::uint8_t>(b0 & 0x0f), .length = b1 & 0x7fU, .mask = {}};
  std::size_t at = 2;
  if (frame_.length >= 126) {
    const std::size_t n = frame_.length == 126 ? 2 : 8;
    frame_.length = 0;
    for (std::size_t i = 0; i < n; ++i) frame_.length = frame_.length << 8 | static_cast<std::uint8_t>(header_[at++]);
  }
  for (auto& m : frame_.mask) m = static_cast<std::uint8_t>(header_[at++]);
  done_ = 0;
  in_payload_ = true;
  return is_control(frame_.opcode) ? check_control() : check_data();
}

std::uint16_t WsDecoder::check_control() {
  const bool known = frame_.opcode == kWsCloseFrame || frame_.opcode == kWsPing || frame_.opcode == kWsPong;
  if (!known || !frame_.fin || frame_.length > 125) return code_of(WsClose::kProtocolError);
  if (++controls_ > limits_.controls_in_a_row) return code_of(WsClose::kTooMany);
  control_.clear();
  return 0;
}

std::uint16_t WsDecoder::check_data() {
  controls_ = 0;
  if (frame_.opcode == 0x2) return code_of(WsClose::kUnsupportedData);
  if (frame_.opcode > 0x2) return code_of(WsClose::kProtocolError);
  if ((frame_.opcode == 0) != in_message_) return code_of(WsClose::kProtocolError);
  if (!in_message_) {
    message_.clear();
    fragments_ = 0;
    in_message_ = true;
  }
  if (++fragments_ > limits_.fragments) return code_of(WsClose::kTooMany);
  if (frame_.length > limits_.message_bytes - message_.size()) return code_of(WsClose::kTooLarge);
  return 0;
}

std::uint16_t WsDecoder::finish_frame(const WsSink& sink) {
  if (is_control(frame_.opcode)) return finish_control(sink);
  if (!frame_.fin) return 0;
  in_message_ = false;
  if (!is_valid_utf8(message_)) return code_of(WsClose::kInvalidPayload);
  sink.on_text(std::exchange(message_, {}));
  return 0;
}

std::uint16_t WsDecoder::finish_control(const WsSink& sink) {
  if (frame_.opcode == kWsCloseFrame) return finish_close(sink);
  if (frame_.opcode == kWsPing) {
    sink.on_ping(control_);
  } else {
    sink.on_pong();
  }
  return 0;
}

std::uint16_t WsDecoder::finish_close(const WsSink& sink) {
  std::uint16_t code = kNoStatus;
  if (control_.size() == 1) return code_of(WsClose::kProtocolError);
  if (control_.size() >= 2) {
    code = static_cast<std::uint16_t>(static_cast<std::uint8_t>(control_[0]) << 8 |
                                      static_cast<std::uint8_t>(control_[1]));
    if (!is_sendable_code(code)) return code_of(WsClose::kProtocolError);
    if (!is_valid_utf8(std::string_view(control_).substr(2))) return code_of(WsClose::kInvalidPayload);
  }
  ended_ = true;
  sink.on_close(code);
  return 0;
}

std::string ws_frame(std::uint8_t opcode, std::string_view payload) {
  std::string out;
  out.reserve(payload.size() + 10);
  out += static_cast<char>(0x80 | opcode);
  const std::uint64_t n = payload.size();
  const int length_bytes = n < 126 ? 0 : n <= 0xffff ? 2 : 8;
  out += static_cast<char>(length_bytes == 0 ? n : length_bytes == 2 ? 126 : 127);
  for (int i = length_bytes - 1; i >= 0; --i) out += static_cast<char>(n >> (8 * i) & 0xff);
  out += payload;
  return out;
}

std::string ws_close_frame(std::uint16_t code, std::string_view reason) {
  reason = reason.substr(0, 123);
  while (!is_valid_utf8(reason)) reason.remove_suffix(1);
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  payload += reason;
  return ws_frame(kWsCloseFrame, payload);
}

std::string ws_accept_key(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 32> encoded{};
  const int n = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest.size()));
  return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(n)};
}

}  // namespace visavis::http
