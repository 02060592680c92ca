// SPDX-License-Identifier: Apache-2.0
#include "app/bot/voice.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

extern char** environ;

namespace visavis::bot {
namespace {

/// Standard output of a program found on PATH; empty where it cannot be started or fails.
std::vector<std::uint8_t> output_of(const std::vector<std::string>& command) {
  std::array<int, 2> pipe_ends{};
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return {};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::vector<char*> argv;
  for (const auto& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_ends[1]);
  std::vector<std::uint8_t> out;
  if (failed == 0) {
    std::array<std::uint8_t, 16'384> chunk{};
    for (ssize_t n = 0; (n = read(pipe_ends[0], chunk.data(), chunk.size())) > 0;) {
      out.insert(out.end(), chunk.begin(), chunk.begin() + n);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) out.clear();
  }
  close(pipe_ends[0]);
  return out;
}

std::uint32_t little_endian(std::span<const std::uint8_t> b, std::size_t at, std::size_t bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) value |= std::uint32_t{b[at + i]} << (8 * i);
  return value;
}

}  // namespace

Wav parse_wav(std::span<const std::uint8_t> file) {
  constexpr std::size_t kHeader = 44;
  if (file.size() < kHeader || std::memcmp(file.data(), "RIFF", 4) != 0) return {};
  if (little_endian(file, 22, 2) != 1 || little_endian(file, 34, 2) != 16) return {};
  Wav wav{static_cast<int>(little_endian(file, 24, 4)), {}};
  // espeak-ng writes to a pipe, so it cannot know the data chunk's length: everything after the header is sound.
  wav.samples.resize((file.size() - kHeader) / 2);
  for (std::size_t i = 0; i < wav.samples.size(); ++i) {
    wav.samples[i] = static_cast<std::int16_t>(little_endian(file, kHeader + 2 * i, 2));
  }
  return wav;
}

std::vector<std::int16_t> resample(std::span<const std::int16_t> in, int from_rate, int to_rate) {
  if (in.empty() || from_rate <= 0) return {};
  const std::size_t count = in.size() * static_cast<std::size_t>(to_rate) / static_cast<std::size_t>(from_rate);
  std::vector<std::int16_t> out(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double at = static_cast<double>(i) * from_rate / to_rate;
    const auto left = std::min(static_cast<std::size_t>(at), in.size() - 1);
    const auto right = std::min(left + 1, in.size() - 1);
    const double part = at - static_cast<double>(left);
    out[i] = static_cast<std::int16_t>(in[left] + (in[right] - in[left]) * part);
  }
  return out;
}

std::vector<std::int16_t> speak(const std::string& sentence, const std::string& language) {
  const std::string voice = language.starts_with("zh") ? "cmn" : "en";
  const auto wav = parse_wav(output_of({"espeak-ng", "-v", voice, "-s", "150", "--stdout", sentence}));
  return resample(wav.samples, wav.rate, kVoiceRate);
}

}  // namespace visavis::bot
