// SPDX-License-Identifier: Apache-2.0
#include "app/server/bots.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "base/time.hpp"
#include "platform/log/log.hpp"

namespace visavis::app {
namespace {

constexpr Millis kEndWithin{2'000};
constexpr Millis kLook{10};

}  // namespace

Bots::~Bots() {
  reap();
  for (const auto pid : running_) ::kill(pid, SIGTERM);
  for (Millis waited{0}; !running_.empty() && waited < kEndWithin; waited += kLook) {
    std::this_thread::sleep_for(kLook);
    reap();
  }
  for (const auto pid : running_) ::kill(pid, SIGKILL);
  for (const auto pid : running_) ::waitpid(pid, nullptr, 0);
}

void Bots::reap() {
  std::erase_if(running_, [](pid_t pid) { return ::waitpid(pid, nullptr, WNOHANG) != 0; });
}

bool Bots::start(const std::string& contact_token) {
  reap();
  if (running_.size() >= kMost) return false;
  std::vector<std::string> arguments{"visavis", "practice-bot", "--url", url_};
  // The token is not an argument: other users of the machine can read those.
  std::vector<std::string> variables{"VISAVIS_CONTACT_TOKEN=" + contact_token};
  for (char** variable = environ; *variable != nullptr; ++variable) variables.emplace_back(*variable);
  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (auto& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
  };
  auto argv = pointers(arguments);
  auto envp = pointers(variables);
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, "/proc/self/exe", nullptr, nullptr, argv.data(), envp.data());
  if (error != 0) {
    log_error("practice_bot_failed", {{"errno", error}});
    return false;
  }
  running_.push_back(pid);
  return true;
}

}  // namespace visavis::app
