// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>
#include <vector>

namespace visavis::center {

/// One run at a time of what takes a while: whoever asks during a run shares the next one, so that what they are told
/// has begun after they asked, and no earlier run ends after a later one. One thread.
class OneAtATime {
 public:
  using Done = std::function<void(bool ok)>;
  /// `run` calls what it is given once, at once or later.
  explicit OneAtATime(std::function<void(Done)> run) : run_(std::move(run)) {}

  void ask(Done done) {
    waiting_.push_back(std::move(done));
    if (!running_) next();
  }

 private:
  void next() {
    running_ = true;
    run_([this, served = std::exchange(waiting_, {})](bool ok) {
      running_ = false;
      if (!waiting_.empty()) next();
      for (const auto& done : served) done(ok);
    });
  }

  std::function<void(Done)> run_;
  std::vector<Done> waiting_;
  bool running_ = false;
};

}  // namespace visavis::center
