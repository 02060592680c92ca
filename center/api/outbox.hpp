// SPDX-License-Identifier: Apache-2.0
// "Committed before they are told": whatever is to be said waits here for the batches that were handed to the store
// before it. Batches are committed in order.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>

namespace visavis::center {

class Outbox {
 public:
  using Action = std::function<void()>;

  /// A batch goes to the store now; its number.
  std::uint64_t begin() { return ++handed_over_; }
  /// Runs `action` once everything handed over so far is committed; at once where nothing is under way.
  void post(Action action) {
    if (committed_ == handed_over_ && waiting_.empty()) {
      action();
    } else {
      waiting_.push_back({handed_over_, std::move(action)});
    }
  }
  void committed(std::uint64_t batch) {
    committed_ = batch;
    while (!waiting_.empty() && waiting_.front().after <= committed_) {
      const auto action = std::move(waiting_.front().action);
      waiting_.pop_front();
      action();
    }
  }
  /// Nothing that waits will ever be true: forgets all of it.
  void failed() {
    waiting_.clear();
    committed_ = handed_over_;
  }
  bool idle() const { return committed_ == handed_over_; }

 private:
  struct Entry {
    std::uint64_t after;
    Action action;
  };
  std::uint64_t handed_over_ = 0;
  std::uint64_t committed_ = 0;
  std::deque<Entry> waiting_;
};

}  // namespace visavis::center
