// SPDX-License-Identifier: Apache-2.0
#include "center/api/control.hpp"

#include <algorithm>
#include <map>

#include "platform/log/log.hpp"

namespace visavis::center {
namespace {

constexpr Millis kFirstPause{1'000};
constexpr Millis kLongestPause{30'000};
/// A store that fails again sooner than this has not recovered: the pauses go on growing.
constexpr Millis kSteady{60'000};

/// Needs the disk, and changes nothing.
void touch_store(platform::DbSession& db) { db.run("UPDATE tenant SET public_key = public_key"); }

Error not_stored(const Error& cause) {
  return {cause.kind == ErrorKind::kInternal ? ErrorKind::kUnavailable : cause.kind, cause.code,
          "Nothing was changed, because it could not be stored. Try again in a moment."};
}

}  // namespace

Control::Control(Ports ports, std::unique_ptr<Center> center) : ports_(std::move(ports)), center_(std::move(center)) {
  if (ports_.later) return;
  ports_.later = [loop = ports_.loop](Millis delay, std::function<void()> work) {
    loop->after(delay, std::move(work));
  };
}

void Control::configure(const TenantConfig& config) {
  std::erase_if(configs_, [&](const TenantConfig& c) { return c.tenant_id == config.tenant_id; });
  configs_.push_back(config);
  center_->configure(config);
  arm();
}

void Control::restarted() {
  auto events = center_->restarted(ports_.now(), *ports_.ids);
  if (!events.empty()) commit(std::move(events), nullptr, {}, {});
  arm();
}

void Control::run(Order order, Reply reply) {
  if (reloading_) {
    reply(fail(ErrorKind::kUnavailable, "storage_unavailable",
               "The server cannot store anything right now. Try again in a moment."));
    return;
  }
  const bool once = !order.scope.empty() && !order.id.empty();
  if (once) {
    const auto found = ports_.book->begin(order.scope, order.id);
    if (found.state == CommandBook::State::kDone) {
      outbox_.post([reply = std::move(reply), json = found.reply] { reply(json); });
      return;
    }
    if (found.state == CommandBook::State::kPending) {
      also_waiting_[{order.scope, order.id}].push_back(std::move(reply));
      return;
    }
  }
  auto events = center_->handle(order.command, {order.tenant_id, order.actor, ports_.now(), ports_.ids});
  if (!events) {
    if (once) ports_.book->forget(order.scope, order.id);
    outbox_.post([reply = std::move(reply), error = events.error()] { reply(std::unexpected(error)); });
    return;
  }
  std::string json = order.reply ? order.reply(*events) : "{}";
  commit(std::move(*events), &order, std::move(json), std::move(reply));
  arm();
}

void Control::commit(std::vector<Event> events, Order* order, std::string reply_json, Reply reply) {
  Batch batch;
  for (const auto& event : events) batch.events.push_back(ports_.stored(event));
  std::string scope;
  std::string id;
  if (order) {
    batch.records = std::move(order->records);
    if (!order->scope.empty() && !order->id.empty()) {
      scope = order->scope;
      id = order->id;
    }
  }
  if (!id.empty()) batch.command = AppliedCommand{scope, id, reply_json, ports_.now()};
  if (batch.events.empty() && batch.records.empty() && !batch.command) {
    if (reply) outbox_.post([reply = std::move(reply), json = std::move(reply_json)] { reply(json); });
    return;
  }
  const auto number = outbox_.begin();
  publish(std::move(events));
  ports_.committer->submit(std::move(batch), [this, number, scope, id, json = std::move(reply_json),
                                              reply = std::move(reply)](Result<void> result) {
    if (result) {
      if (!id.empty()) ports_.book->finish(scope, id, json);
      outbox_.committed(number);
      answer(scope, id, reply, json);
      return;
    }
    if (!id.empty()) ports_.book->forget(scope, id);
    answer(scope, id, reply, std::unexpected(not_stored(result.error())));
    commit_failed(result.error());
  });
}

void Control::answer(const std::string& scope, const std::string& id, const Reply& reply,
                     const Result<std::string>& result) {
  if (reply) reply(result);
  const auto also = also_waiting_.extract({scope, id});
  if (also.empty()) return;
  for (const auto& other : also.mapped()) other(result);
}

void Control::applied(const std::string& scope, const std::string& id,
                      std::function<void(std::optional<std::string>)> done) {
  if (scope.empty() || id.empty()) {
    done(std::nullopt);
    return;
  }
  const auto found = ports_.book->begin(scope, id);
  if (found.state == CommandBook::State::kPending) {
    also_waiting_[{scope, id}].push_back([done = std::move(done)](const Result<std::string>& result) {
      done(result ? std::optional(*result) : std::nullopt);
    });
    return;
  }
  if (found.state == CommandBook::State::kNew) ports_.book->forget(scope, id);
  done(found.state == CommandBook::State::kDone ? std::optional(found.reply) : std::nullopt);
}

void Control::publish(std::vector<Event> events) {
  std::map<std::string, std::vector<Event>> by_tenant;
  for (auto& event : events) by_tenant[event.meta.tenant_id].push_back(std::move(event));
  for (const auto& [tenant_id, of_tenant] : by_tenant) outbox_.post(ports_.tell(tenant_id, of_tenant));
}

void Control::record(std::vector<std::function<void(platform::DbSession&)>> records,
                     std::function<void(Result<void>)> done) {
  Batch batch;
  batch.records = std::move(records);
  const auto number = outbox_.begin();
  ports_.committer->submit(std::move(batch), [this, number, done = std::move(done)](Result<void> result) {
    if (result) {
      outbox_.committed(number);
      done({});
      return;
    }
    done(std::unexpected(not_stored(result.error())));
    commit_failed(result.error());
  });
}

void Control::commit_failed(const Error& error) {
  log_error("commit_failed", {{"code", error.code}, {"cause", error.cause}});
  outbox_.failed();
  if (std::exchange(reloading_, true)) return;
  ports_.start_over();
  if (ports_.now() - recovered_at_ > kSteady) pause_ = Millis{0};
  if (pause_ == Millis{0}) {
    pause_ = kFirstPause;
    try_reload();
  } else {
    try_again_later();
  }
}

/// Behind the callbacks of the other batches that failed with the first.
void Control::try_reload() {
  ports_.loop->post(
      [this] { ports_.reload([this](Result<std::unique_ptr<Center>> center) { reloaded(std::move(center)); }); });
}

void Control::reloaded(Result<std::unique_ptr<Center>> center) {
  if (!center) {
    log_error("reload_failed", {{"code", center.error().code}, {"cause", center.error().cause}});
    try_again_later();
    return;
  }
  ports_.committer->resume();
  center_ = std::move(*center);
  for (const auto& config : configs_) center_->configure(config);
  // What can be read cannot always be written (disk full): nothing is decided before a write has succeeded.
  Order proof;
  proof.records.emplace_back(touch_store);
  commit(center_->restarted(ports_.now(), *ports_.ids), &proof, {},
         [this](const Result<std::string>& stored) { stored ? recovered() : try_again_later(); });
}

void Control::try_again_later() {
  ports_.later(pause_, [this] { try_reload(); });
  pause_ = std::min(pause_ * 2, kLongestPause);
}

void Control::recovered() {
  reloading_ = false;
  recovered_at_ = ports_.now();
  log_info("reloaded");
  // Whoever came back in the meantime was not let into the state.
  ports_.start_over();
  arm();
}

void Control::arm() {
  if (reloading_) return;  // armed once it is over: a deadline that has passed would come again at once
  const auto at = center_->deadline();
  if (at == timer_at_ && timer_ != 0) return;
  if (timer_ != 0) ports_.loop->cancel(timer_);
  timer_ = 0;
  timer_at_ = at;
  if (at == kNoDeadline) return;
  const auto delay = std::max(Millis{0}, at - ports_.now());
  timer_ = ports_.loop->after(std::min(delay, Millis{3'600'000}), [this] {
    timer_ = 0;
    on_deadline();
  });
}

void Control::on_deadline() {
  if (reloading_) return;
  auto events = center_->on_deadline(ports_.now(), *ports_.ids);
  if (!events.empty()) commit(std::move(events), nullptr, {}, {});
  arm();
}

}  // namespace visavis::center
