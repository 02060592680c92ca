// SPDX-License-Identifier: Apache-2.0
// Practice callers: child processes of this same program.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace visavis::app {

class Bots {
 public:
  static constexpr std::size_t kMost = 8;  // at once

  /// `url`: where this server listens, as the child reaches it.
  explicit Bots(std::string url) : url_(std::move(url)) {}
  /// Ends those that still run.
  ~Bots();
  Bots(const Bots&) = delete;
  Bots& operator=(const Bots&) = delete;

  /// False where too many run already or the process cannot be started.
  bool start(const std::string& contact_token);

 private:
  void reap();
  std::string url_;
  std::vector<pid_t> running_;
};

}  // namespace visavis::app
