// SPDX-License-Identifier: Apache-2.0
// The one way in which the contact centre changes: a command is decided, what it changed is committed, then people are
// told. Control thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "center/api/outbox.hpp"
#include "center/core/center.hpp"
#include "center/store/command_book.hpp"
#include "center/store/committer.hpp"
#include "platform/http/loop.hpp"

namespace visavis::center {

/// Something to be done on somebody's behalf.
struct Order {
  std::string tenant_id{};
  Actor actor{};
  Command command{};
  /// Both set: applied once, also across a restart; asked again, the stored reply is given.
  std::string scope{};
  std::string id{};
  /// JSON of the reply, from the events; unset: {}.
  std::function<std::string(std::span<const Event>)> reply{};
  /// Rows that belong to it, written in the same transaction.
  std::vector<std::function<void(platform::DbSession&)>> records{};
};

class Control {
 public:
  using Reply = std::function<void(Result<std::string>)>;  // JSON

  struct Ports {
    http::Loop* loop = nullptr;
    Committer* committer = nullptr;
    CommandBook* book = nullptr;
    IdSource* ids = nullptr;
    std::function<UtcMillis()> now;
    /// How an event is stored.
    std::function<StoredEvent(const Event&)> stored;
    /// Reads a contact centre as the store knows it, after a failed commit, on another thread: a store that cannot be
    /// reached can take its time. The result comes back on the control thread.
    using Reloaded = std::function<void(Result<std::unique_ptr<Center>>)>;
    std::function<void(Reloaded)> reload;
    /// Right after a decision: what is to be said, bound to be said after the commit. Called before the state moves on.
    std::function<std::function<void()>(const std::string& tenant_id, std::span<const Event>)> tell;
    /// Runs something after a while; unset: the loop's own timer.
    std::function<void(Millis, std::function<void()>)> later{};
    /// Nothing told since the last commit holds any more: everybody has to come back.
    std::function<void()> start_over;
  };

  Control(Ports ports, std::unique_ptr<Center> center);

  /// `reply` is called once, after the commit; with an error nothing has changed.
  void run(Order order, Reply reply);
  /// The stored reply of a command that was applied already, or is being committed: `done` is called after the commit
  /// then. Nothing for one that is not known, or could not be stored.
  void applied(const std::string& scope, const std::string& id, std::function<void(std::optional<std::string>)> done);
  /// Rows without a command (files, links …): in order with everything else.
  void record(std::vector<std::function<void(platform::DbSession&)>> records, std::function<void(Result<void>)> done);
  /// Once, after the state was read from the store: nobody is connected yet.
  void restarted();
  /// Says something that needs nothing but what is decided already to be committed.
  void after_commits(Outbox::Action action) { outbox_.post(std::move(action)); }

  void configure(const TenantConfig& config);
  const Desk* desk(std::string_view tenant_id) const { return center_->desk(tenant_id); }
  UtcMillis now() const { return ports_.now(); }
  IdSource& ids() { return *ports_.ids; }
  /// The store takes writes, as far as is known.
  bool healthy() const { return !reloading_; }

 private:
  void commit(std::vector<Event> events, Order* order, std::string reply_json, Reply reply);
  void publish(std::vector<Event> events);
  void answer(const std::string& scope, const std::string& id, const Reply& reply, const Result<std::string>& result);
  void commit_failed(const Error& error);
  void try_reload();
  void reloaded(Result<std::unique_ptr<Center>> center);
  void try_again_later();
  void recovered();
  void on_deadline();
  void arm();

  Ports ports_;
  std::unique_ptr<Center> center_;
  std::vector<TenantConfig> configs_;
  std::map<std::pair<std::string, std::string>, std::vector<Reply>> also_waiting_;  // same command asked twice at once
  Outbox outbox_;
  http::Loop::TimerId timer_ = 0;
  UtcMillis timer_at_ = kNoDeadline;
  bool reloading_ = false;  // until a write has succeeded again
  Millis pause_{0};         // before the next attempt; grows from one to the next
  UtcMillis recovered_at_{0};
};

}  // namespace visavis::center
