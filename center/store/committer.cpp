// SPDX-License-Identifier: Apache-2.0
#include "center/store/committer.hpp"

#include <pthread.h>

#include <chrono>
#include <iterator>
#include <memory>
#include <utility>

namespace visavis::center {
namespace {

using platform::DbSession;

/// Larger groups gain nothing more per commit and only delay their first members.
constexpr std::size_t kLargestGroup = 256;
constexpr Millis kPruneEvery = std::chrono::hours{1};

void write(DbSession& db, std::string_view key, const std::vector<const Batch*>& batches) {
  std::vector<const audit::Entry*> entries;
  for (const auto* batch : batches) {
    for (const auto& event : batch->events) entries.push_back(&event.entry);
  }
  const auto numbers = audit::append(db, key, entries);
  auto number = numbers.begin();
  for (const auto* batch : batches) {
    for (const auto& event : batch->events) {
      if (event.project) event.project(db, *number);
      ++number;
    }
    if (const auto& command = batch->command) {
      // A client that repeats a command older than the book remembers hurts itself; it must not fail everybody's batch.
      db.run(
          "INSERT INTO applied_command (scope, id, reply, at) VALUES (:scope, :id, :reply, :at) "
          "ON CONFLICT (scope, id) DO UPDATE SET reply = excluded.reply, at = excluded.at",
          {{"scope", command->scope}, {"id", command->id}, {"reply", command->reply}, {"at", command->at}});
    }
    for (const auto& record : batch->records) record(db);
  }
}

}  // namespace

Committer::Committer(platform::Database& database, std::string head_key, platform::Post home)
    : database_(database), head_key_(std::move(head_key)), home_(std::move(home)), thread_([this] { run(); }) {
  pthread_setname_np(thread_.native_handle(), "committer");
}

Committer::~Committer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Committer::submit(Batch batch, Done done) {
  waiting_count_.fetch_add(1, std::memory_order_relaxed);
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({std::move(batch), std::move(done)});
  }
  changed_.notify_one();
}

void Committer::resume() {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back({.batch = {}, .done = {}, .resume = true});
  }
  changed_.notify_one();
}

Committer::Counters Committer::counters() const {
  const auto read = [](const auto& counter) { return counter.load(std::memory_order_relaxed); };
  return {.batches = read(batches_),
          .transactions = read(transactions_),
          .events = read(events_),
          .failures = read(failures_),
          .waiting = read(waiting_count_),
          .commit_us = read(commit_us_)};
}

void Committer::run() {
  for (;;) {
    std::deque<Job> group;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      while (!waiting_.empty() && group.size() < kLargestGroup && !waiting_.front().resume) {
        group.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
      if (group.empty()) {
        waiting_.pop_front();
        failed_.reset();
        continue;
      }
    }
    commit_group(group);
  }
}

void Committer::commit_group(std::deque<Job>& jobs) {
  if (!failed_) {
    std::vector<const Batch*> batches;
    batches.reserve(jobs.size());
    for (const auto& job : jobs) batches.push_back(&job.batch);
    const auto committed = commit(batches);
    // One batch at fault must not take those before it along: if several failed together, each tries alone, in order.
    // That is safe only where the failure came before the commit, which a refused record (a conflict) proves.
    const bool refused = !committed && committed.error().kind != ErrorKind::kUnavailable;
    if (committed || jobs.size() == 1 || !refused) {
      for (auto& job : jobs) answer(job, committed);
      if (!committed) failed_ = committed.error();
      return;
    }
  }
  for (auto& job : jobs) {
    const auto result = failed_ ? Result<void>(std::unexpected(*failed_)) : commit({&job.batch});
    if (!result && !failed_) failed_ = result.error();
    answer(job, result);
  }
}

Result<void> Committer::commit(const std::vector<const Batch*>& batches) {
  const auto began = std::chrono::steady_clock::now();
  const auto done = database_.write([&](DbSession& db) { write(db, head_key_, batches); });
  const auto took = std::chrono::steady_clock::now() - began;
  if (!done) return done;
  transactions_.fetch_add(1, std::memory_order_relaxed);
  commit_us_.fetch_add(static_cast<std::uint64_t>(std::chrono::duration_cast<Micros>(took).count()),
                       std::memory_order_relaxed);
  UtcMillis newest_command;
  for (const auto* batch : batches) {
    events_.fetch_add(batch->events.size(), std::memory_order_relaxed);
    if (batch->command) newest_command = std::max(newest_command, batch->command->at);
  }
  prune(newest_command);
  return done;
}

void Committer::prune(UtcMillis newest_command) {
  if (newest_command - pruned_at_ < kPruneEvery) return;
  pruned_at_ = newest_command;
  // What is left behind by a failure here goes with the next hour.
  [[maybe_unused]] const auto pruned = database_.write([&](DbSession& db) {
    db.run("DELETE FROM applied_command WHERE at < :before", {{"before", newest_command - kCommandMemory}});
  });
}

void Committer::answer(Job& job, const Result<void>& result) {
  (result ? batches_ : failures_).fetch_add(1, std::memory_order_relaxed);
  waiting_count_.fetch_sub(1, std::memory_order_relaxed);
  if (job.done) home_([done = std::move(job.done), result] { done(result); });
}

}  // namespace visavis::center
