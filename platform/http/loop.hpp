// SPDX-License-Identifier: Apache-2.0
// The control thread: everything of the control plane runs on it, one thing at a time, and nothing on it may block.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/time.hpp"
#include "platform/http/task.hpp"

namespace visavis::http {

class Loop {
 public:
  using TimerId = std::uint64_t;

  /// `helpers` threads run what offload() is given (password hashing, file access).
  explicit Loop(unsigned helpers = 2);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs until stop(); may be called again. The calling thread becomes the control thread.
  void run();
  /// From any thread.
  void stop();
  /// After run(): waits for what offload() was given, before what it uses goes. What follows it is not run any more.
  void join_helpers();
  /// Queues `work` for the control thread; from any thread.
  void post(std::function<void()> work);
  /// Runs `work` on the control thread once `delay` has passed. Control thread only. Never zero.
  TimerId after(Millis delay, std::function<void()> work);
  void cancel(TimerId timer);
  /// Calls `ready` whenever `fd` is readable, until the loop ends. `ready` must consume what made it readable.
  void watch(int fd, std::function<void()> ready);
  /// Calls `handler` with the number of each of these signals, until the loop ends.
  void on_signals(std::initializer_list<int> signals, std::function<void(int)> handler);
  /// Runs `work` on a helper thread, then `then` on the control thread.
  void offload(std::function<void()> work, std::function<void()> then);

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// The value of `work`, computed on a helper thread.
template <class T>
Completion<T> offloaded(Loop& loop, std::function<T()> work) {
  return Completion<T>([&loop, work = std::move(work)](std::function<void(T)> done) {
    auto value = std::make_shared<std::optional<T>>();
    loop.offload([value, work] { value->emplace(work()); }, [value, done] { done(std::move(**value)); });
  });
}

}  // namespace visavis::http
