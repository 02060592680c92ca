// SPDX-License-Identifier: Apache-2.0
// Makes durable what the contact centre decided, before anybody is told. The control thread submits batches; a writer
// thread commits all that wait in one transaction (group commit) and calls back in the order of submission.
//
// A batch that cannot be committed means that the state in memory holds something that never happened. Therefore it and
// every batch behind it fail, until the control thread has rebuilt its state from the store and calls resume():
//
//   control:  submit(1) submit(2) submit(3)          …reload… resume() submit(4)
//   writer:   1 ok      2 failed  3 failed (behind 2)                   4 ok
//
// Nothing is ever retried here: after a lost connection a commit may have happened, and only reading the store tells.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "center/audit/chain.hpp"
#include "platform/db/database.hpp"
#include "platform/tasks/task_thread.hpp"

namespace visavis::center {

/// An event and what it changes in the tables that are read later; `project` (may be empty) runs in the same
/// transaction and gets the event's sequence number. It may refuse with a DbError.
struct StoredEvent {
  audit::Entry entry;
  std::function<void(platform::DbSession&, std::int64_t seq)> project;
};

/// A command that must be applied only once, and what was answered. `scope`: whose command it is (contact or user id),
/// so that nobody can ask for another's answer.
struct AppliedCommand {
  std::string scope;
  std::string id;
  std::string reply;  // JSON
  UtcMillis at;
};

struct Batch {
  std::vector<StoredEvent> events;
  std::optional<AppliedCommand> command;
  std::vector<std::function<void(platform::DbSession&)>> records;  // run last: links, tokens, files …
};

class Committer {
 public:
  using Done = std::function<void(Result<void>)>;

  /// `head_key` signs the audit chains. `home` hands callbacks to the control thread; database outlives this object.
  Committer(platform::Database& database, std::string head_key, platform::Post home);
  /// Commits what waits, then ends.
  ~Committer();
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  /// Control thread; never blocks. `done` is called exactly once, in order.
  void submit(Batch batch, Done done);
  /// Control thread, after a failure and with the state read anew: batches submitted from now on are committed again.
  void resume();

  struct Counters {
    std::uint64_t batches = 0, transactions = 0, events = 0, failures = 0, waiting = 0;
    std::uint64_t commit_us = 0;  // sum over transactions
  };
  /// Any thread.
  Counters counters() const;

 private:
  struct Job {
    Batch batch;
    Done done;
    bool resume = false;
  };
  void run();
  void commit_group(std::deque<Job>& jobs);
  Result<void> commit(const std::vector<const Batch*>& batches);
  void answer(Job& job, const Result<void>& result);
  void prune(UtcMillis newest_command);

  platform::Database& database_;
  const std::string head_key_;
  const platform::Post home_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> waiting_;
  bool stopping_ = false;
  std::optional<Error> failed_;  // writer thread only
  UtcMillis pruned_at_;          // writer thread only
  std::atomic<std::uint64_t> batches_{0}, transactions_{0}, events_{0}, failures_{0}, waiting_count_{0}, commit_us_{0};
  std::thread thread_;
};

/// How long an answer is kept for a client that asks again.
inline constexpr std::chrono::hours kCommandMemory{24};

}  // namespace visavis::center
