// SPDX-License-Identifier: Apache-2.0
// A thread for work that blocks (disk, database, password hashing), so that control and media threads never do.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace visavis::platform {

/// Hands a function over to a thread; how results come home to the control thread.
using Post = std::function<void(std::function<void()>)>;

class TaskThread {
 public:
  /// `name` shows in debuggers and top (15 characters). At most `limit` tasks wait.
  explicit TaskThread(const std::string& name, std::size_t limit = 4096);
  /// Runs what waits, then ends.
  ~TaskThread();
  TaskThread(const TaskThread&) = delete;
  TaskThread& operator=(const TaskThread&) = delete;

  /// False where too much waits already: the caller answers "busy".
  [[nodiscard]] bool post(std::function<void()> task);

 private:
  void run();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  const std::size_t limit_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace visavis::platform
