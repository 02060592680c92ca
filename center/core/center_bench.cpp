// SPDX-License-Identifier: Apache-2.0
// What one step costs when ten thousand contacts are open.
#include <benchmark/benchmark.h>

#include "base/ids.hpp"
#include "center/core/center.hpp"
#include "center/core/desk.hpp"

namespace visavis::center {
namespace {

constexpr int kAgents = 1'000;
constexpr int kOpen = 10'000;

class CountingIds : public IdSource {
 public:
  std::string next(UtcMillis now) override { return uuid_v7(now, 0, ++count_ << 2); }

 private:
  std::uint64_t count_ = 0;
};

/// A thousand agents in a call each, nine thousand customers waiting in ten queues.
struct Crowd {
  Crowd() {
    TenantConfig config;
    config.tenant_id = "t";
    for (int i = 0; i < 10; ++i) {
      QueueConfig queue;
      queue.id = "q" + std::to_string(i);
      queue.skills = {"s" + std::to_string(i)};
      config.queues.push_back(queue);
    }
    for (int i = 0; i < kAgents; ++i) {
      const std::string id = "agent" + std::to_string(i);
      config.agents.push_back({id, id, {"s" + std::to_string(i % 10)}, {}, 0});
    }
    center.configure(config);
    for (int i = 0; i < kAgents; ++i) {
      const Actor agent = Actor::agent("agent" + std::to_string(i));
      tell(AgentConnected{agent.user_id}, agent);
      tell(SetAgentState{routing::AgentState::kReady, {}}, agent);
      open(i);
      tell(AcceptOffer{center.desk("t")->agent(agent.user_id)->ringing}, agent);
    }
    for (int i = kAgents; i < kOpen; ++i) open(i);
  }
  std::size_t tell(const Command& command, const Actor& actor) {
    const auto events = center.handle(command, {"t", actor, now, &ids});
    return events ? events->size() : 0;
  }
  std::string open(int i) {
    OpenContact c;
    c.contact_id = ids.next(now);
    c.participant_id = ids.next(now);
    c.queue_id = "q" + std::to_string(i % 10);
    c.channel = Channel::kVideo;
    c.language = "en";
    tell(c, {});
    tell(CustomerConnected{c.contact_id}, {});
    now = now + Millis{1};
    return c.contact_id;
  }
  Center center;
  CountingIds ids;
  UtcMillis now{1'700'000'000'000};
};

Crowd& crowd() {
  static Crowd one;
  return one;
}

/// One small command (hold, and its line in the chat) among ten thousand contacts.
void hold_and_back(benchmark::State& state) {
  Crowd& c = crowd();
  const std::string id = *c.center.desk("t")->contacts_of("agent7").begin();
  bool on = false;
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(c.tell(SetHold{id, on = !on}, Actor::agent("agent7")));
}
BENCHMARK(hold_and_back)->Iterations(10'000);

/// Somebody comes, waits among the others and gives up.
void come_and_go(benchmark::State& state) {
  Crowd& c = crowd();
  for ([[maybe_unused]] auto _ : state) {
    const std::string id = c.open(3);
    c.tell(LeaveContact{id}, Actor::customer(id));
  }
}
BENCHMARK(come_and_go)->Iterations(10'000);

/// An agent ends a call, wraps up, is rung by the next and accepts.
void next_call(benchmark::State& state) {
  Crowd& c = crowd();
  int i = 0;
  for ([[maybe_unused]] auto _ : state) {
    const Actor agent = Actor::agent("agent" + std::to_string(i++ % kAgents));
    const std::string id = *c.center.desk("t")->contacts_of(agent.user_id).begin();
    c.tell(EndContact{id, {}}, agent);
    c.tell(CompleteWrapup{id, "done", true, {}}, agent);
    c.tell(AcceptOffer{c.center.desk("t")->agent(agent.user_id)->ringing}, agent);
  }
}
BENCHMARK(next_call)->Iterations(4'000);

/// Position and estimate for everyone who waits.
void all_places(benchmark::State& state) {
  const Desk& desk = *crowd().center.desk("t");
  for ([[maybe_unused]] auto _ : state) {
    for (const queue::Waiting* w : desk.waiting_in_order()) benchmark::DoNotOptimize(desk.place(w->contact_id));
  }
}
BENCHMARK(all_places)->Unit(benchmark::kMillisecond)->Iterations(20);

}  // namespace
}  // namespace visavis::center
