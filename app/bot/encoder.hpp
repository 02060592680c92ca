// SPDX-License-Identifier: Apache-2.0
// VP8 and Opus for the practice customer, and their RTP payloads (RFC 7741, RFC 7587).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "app/bot/picture.hpp"

namespace visavis::bot {

class Vp8Encoder {
 public:
  /// Throws std::runtime_error where libvpx refuses (at start-up only).
  Vp8Encoder(int width, int height, int frames_per_second, int kilobits_per_second);
  ~Vp8Encoder();
  /// One frame, key frame on request; empty where the encoder dropped it.
  std::vector<std::uint8_t> encode(const Picture& picture, bool key_frame);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class OpusEncoder20ms {
 public:
  static constexpr std::size_t kSamples = 960;
  OpusEncoder20ms();
  ~OpusEncoder20ms();
  /// `samples`: exactly kSamples, 48 kHz mono.
  std::vector<std::uint8_t> encode(std::span<const std::int16_t> samples);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The pieces of a VP8 frame, each with its payload descriptor (15-bit picture id), at most `limit` bytes.
std::vector<std::vector<std::uint8_t>> vp8_payloads(std::span<const std::uint8_t> frame, std::uint16_t picture_id,
                                                    std::size_t limit);

}  // namespace visavis::bot
