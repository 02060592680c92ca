// SPDX-License-Identifier: Apache-2.0
// How many decisions a second become durable, alone (each waits for its own sync) and under load (group commit). The
// database lies in the temporary folder: on a disk, mind TMPDIR.
#include <benchmark/benchmark.h>

#include <atomic>
#include <filesystem>

#include "base/ids.hpp"
#include "center/schema/schema.hpp"
#include "center/store/committer.hpp"
#include "center/tenant/tenant.hpp"

namespace visavis::center {
namespace {

class Store {
 public:
  Store() {
    path_ = std::filesystem::temp_directory_path() / ("visavis-bench-" + random_token(6));
    std::filesystem::create_directory(path_);
    database_ = platform::Database::open({.url = "sqlite:" + (path_ / "bench.db").string()}).value();
    (void)migrate_schema(*database_, UtcMillis{1}).value();
    (void)database_->write([](platform::DbSession& db) { insert_tenant(db, {"t1", "bench", {}, {}, {}, {1}}); });
    committer_.emplace(*database_, std::string(32, 'k'), [](const std::function<void()>& task) { task(); });
  }
  ~Store() {
    committer_.reset();
    database_.reset();
    std::filesystem::remove_all(path_);
  }
  Committer& committer() { return *committer_; }

 private:
  std::filesystem::path path_;
  std::unique_ptr<platform::Database> database_;
  std::optional<Committer> committer_;
};

Batch decision(std::int64_t number) {
  Batch batch;
  for (int i = 0; i < 3; ++i) {
    batch.events.push_back({{.tenant_id = "t1",
                             .type = "chat.posted",
                             .at = {number},
                             .actor = "system",
                             .contact_id = "c1",
                             .data = std::string(200, 'x')},
                            {}});
  }
  batch.command = AppliedCommand{"c1", std::to_string(number), std::string(100, 'r'), {number}};
  return batch;
}

/// `range(0)` decisions are under way at any time; each is three events and an answered command.
void commit_decisions(benchmark::State& state) {
  Store store;
  std::atomic<std::int64_t> under_way = 0;
  std::int64_t number = 0;
  for (auto _ : state) {
    while (under_way.load() >= state.range(0)) under_way.wait(under_way.load());
    under_way.fetch_add(1);
    store.committer().submit(decision(++number), [&](const Result<void>&) {
      under_way.fetch_sub(1);
      under_way.notify_one();
    });
  }
  while (under_way.load() > 0) std::this_thread::yield();
  const auto counters = store.committer().counters();
  state.counters["decisions_per_s"] = benchmark::Counter(static_cast<double>(number), benchmark::Counter::kIsRate);
  state.counters["decisions_per_commit"] =
      static_cast<double>(counters.batches) / static_cast<double>(std::max<std::uint64_t>(counters.transactions, 1));
}
BENCHMARK(commit_decisions)->Arg(1)->Arg(16)->Arg(256)->UseRealTime();

}  // namespace
}  // namespace visavis::center
