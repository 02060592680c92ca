// SPDX-License-Identifier: Apache-2.0
// What the practice customer says, as sound: espeak-ng in a child process.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace visavis::bot {

inline constexpr int kVoiceRate = 48'000;

/// Mono samples at 48 kHz; empty where espeak-ng is missing or fails (the bot then only moves and writes).
/// `language` is "zh-CN" or "en". Blocks for some ten milliseconds per sentence.
std::vector<std::int16_t> speak(const std::string& sentence, const std::string& language);

/// Linear interpolation; good enough for speech made by a synthesiser.
std::vector<std::int16_t> resample(std::span<const std::int16_t> in, int from_rate, int to_rate);

/// 16-bit mono PCM out of a WAV file, with its rate; empty where it is none.
struct Wav {
  int rate = 0;
  std::vector<std::int16_t> samples;
};
Wav parse_wav(std::span<const std::uint8_t> file);

}  // namespace visavis::bot
