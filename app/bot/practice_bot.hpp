// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace visavis::bot {

struct BotOptions {
  std::string url;       // of the server, on this machine
  std::string token;     // contact token
  std::string language;  // "zh-CN" or "en"
};

/// Plays the customer until the call ends, the server goes away, or a time limit of 30 minutes. Returns the exit
/// status.
int run_practice_bot(const BotOptions& options);

}  // namespace visavis::bot
