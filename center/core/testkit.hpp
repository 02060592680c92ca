// SPDX-License-Identifier: Apache-2.0
// For tests: a centre in fake time that also keeps everything that happened, as JSON text, so that it can be restarted.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "center/core/center.hpp"
#include "center/core/desk.hpp"
#include "center/core/json.hpp"

namespace visavis::center::testkit {

class CountingIds : public IdSource {
 public:
  std::string next(UtcMillis now) override { return uuid_v7(now, 0, ++count_ << 2); }

 private:
  std::uint64_t count_ = 0;
};

/// Queues "accounts" (skill accounts, chat/audio/video), "support" (skill support), "vip" (skill accounts, priority 10,
/// needs recording); agents ann (accounts), bob (support), cem (both).
inline TenantConfig two_queues(std::string tenant = "t1") {
  TenantConfig config;
  config.tenant_id = std::move(tenant);
  QueueConfig accounts;
  accounts.id = "accounts";
  accounts.name = {{"en", "Accounts"}, {"zh-CN", "账户"}};
  accounts.skills = {"accounts"};
  accounts.max_wait = Seconds{600};
  QueueConfig support = accounts;
  support.id = "support";
  support.name = {{"en", "Support"}, {"zh-CN", "支持"}};
  support.skills = {"support"};
  support.max_wait = Seconds{0};
  QueueConfig vip = accounts;
  vip.id = "vip";
  vip.priority = 10;
  vip.required_purposes = {Purpose::kRecording};
  config.queues = {accounts, support, vip};
  config.agents = {{"ann", "Ann", {"accounts"}, {}, 4},
                   {"bob", "Bob", {"support"}, {}, 4},
                   {"cem", "Cem", {"accounts", "support"}, {}, 4}};
  config.consent_versions = {{Purpose::kRecording, 1}, {Purpose::kTranscript, 2}};
  config.dispositions = {"solved", "follow_up"};
  return config;
}

class World {
 public:
  explicit World(std::vector<TenantConfig> configs = {two_queues()}) : configs_(std::move(configs)) { build(); }

  Result<std::vector<Event>> tell(const Command& command, const Actor& actor, const std::string& tenant = "t1") {
    auto events = center.handle(command, {tenant, actor, now, &ids});
    if (events) record(*events);
    return events;
  }

  /// The command must succeed.
  std::vector<Event> ok(const Command& command, const Actor& actor = {}, const std::string& tenant = "t1") {
    auto events = tell(command, actor, tenant);
    EXPECT_TRUE(events.has_value()) << events.error().code;
    return events.value_or(std::vector<Event>{});
  }

  /// The command must be refused; its code.
  std::string refused(const Command& command, const Actor& actor = {}, const std::string& tenant = "t1") {
    auto events = tell(command, actor, tenant);
    return events ? "(accepted)" : events.error().code;
  }

  /// Lets time pass, with every deadline on its way at its time.
  void pass(Millis time) {
    const UtcMillis until = now + time;
    while (center.deadline() <= until) {
      now = std::max(now, center.deadline());
      record(center.on_deadline(now, ids));
    }
    now = until;
  }

  void restart() {
    build();
    for (const std::string& line : log) {
      auto event = event_from_json(boost::json::parse(line).as_object());
      ASSERT_TRUE(event.has_value()) << event.error().message << " " << line;
      center.apply(*event);
    }
  }
  void restart_and_tell() {
    restart();
    record(center.restarted(now, ids));
  }

  std::string open(const std::string& queue = "accounts", Channel channel = Channel::kVideo, OpenContact c = {},
                   const std::string& tenant = "t1") {
    c.contact_id = ids.next(now);
    c.participant_id = ids.next(now);
    c.queue_id = queue;
    c.channel = channel;
    if (c.language.empty()) c.language = "zh-CN";
    ok(c, {}, tenant);
    ok(CustomerConnected{c.contact_id}, {}, tenant);
    return c.contact_id;
  }
  void ready(const std::string& user, const std::string& tenant = "t1") {
    ok(AgentConnected{user}, Actor::agent(user), tenant);
    ok(SetAgentState{routing::AgentState::kReady, {}}, Actor::agent(user), tenant);
  }
  /// The agent accepts the contact that must be ringing there.
  void accept(const std::string& user, const std::string& contact) { ok(AcceptOffer{contact}, Actor::agent(user)); }

  const Desk& desk(const std::string& tenant = "t1") const { return *center.desk(tenant); }
  const call::Contact& contact(const std::string& id) const { return *desk().contact(id); }
  std::string ringing(const std::string& user) const { return desk().agent(user)->ringing; }
  call::State state(const std::string& id) const { return contact(id).state; }

  Center center;
  CountingIds ids;
  UtcMillis now{1'700'000'000'000};
  std::vector<std::string> log;  // every event so far, as stored

 private:
  void build() {
    center = Center{};
    for (const TenantConfig& config : configs_) center.configure(config);
  }
  void record(const std::vector<Event>& events) {
    for (const Event& event : events) log.push_back(boost::json::serialize(to_json(event)));
  }
  std::vector<TenantConfig> configs_;
};

}  // namespace visavis::center::testkit
