// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <utility>
#include <vector>

namespace visavis::center {

/// One run at a time of what takes a while: whoever asks during a run shares the next one, so that what they are told
/// has begun after they asked, and no earlier run ends after a later one. After one that failed another is made later.
/// One thread.
class OneAtATime {
 public:
  using Done = std::function<void(bool ok)>;
  /// `run` calls what it is given once, at once or later; `later` does so after a while.
  OneAtATime(std::function<void(Done)> run, std::function<void(std::function<void()>)> later)
      : run_(std::move(run)), later_(std::move(later)) {}

  void ask(Done done) {
    waiting_.push_back(std::move(done));
    if (!running_) next();
  }

 private:
  void next() {
    running_ = true;
    run_([this, served = std::exchange(waiting_, {})](bool ok) {
      running_ = false;
      if (!ok) try_again();
      if (!waiting_.empty()) next();
      for (const auto& done : served) done(ok);
    });
  }

  /// However many runs fail: each would otherwise begin a chain of its own.
  void try_again() {
    if (std::exchange(again_due_, true)) return;
    later_([this] {
      again_due_ = false;
      ask([](bool) {});
    });
  }

  std::function<void(Done)> run_;
  std::function<void(std::function<void()>)> later_;
  std::vector<Done> waiting_;
  bool running_ = false;
  bool again_due_ = false;
};

}  // namespace visavis::center
