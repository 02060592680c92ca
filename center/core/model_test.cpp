// SPDX-License-Identifier: Apache-2.0
// Ten thousand random steps of customers, agents, connections, time and restarts, with everything that must always hold
// checked after each. A failure prints its seed and step; VISAVIS_MODEL_SEED=n runs that one.
#include <cstdlib>
#include <iostream>
#include <random>

#include "center/core/invariants.hpp"
#include "center/core/testkit.hpp"

namespace visavis::center {
namespace {

using testkit::World;
constexpr int kSteps = 10'000;

/// Like two_queues, with more of everything and short times, so that much happens in few steps.
TenantConfig busy_tenant(const std::string& id) {
  TenantConfig config = testkit::two_queues(id);
  config.queues[0].overflow_queue_id = "support";
  config.queues[0].max_wait = Seconds{300};
  config.agents.push_back({"dan", "Dan", {"accounts", "support"}, {"en"}, 2});
  config.agents.push_back({"eve", "Eve", {"support"}, {"zh-CN"}, 1});
  config.agents.push_back({"fay", "Fay", {"accounts"}, {"zh-CN", "en"}, 3});
  config.timings.keep_closed = Seconds{900};
  return config;
}

class Model {
 public:
  explicit Model(std::uint64_t seed) : world_({busy_tenant("t1"), busy_tenant("t2")}), random_(seed) {}

  void run() {
    for (step_ = 0; step_ < kSteps && !::testing::Test::HasFailure(); ++step_) {
      SCOPED_TRACE("step " + std::to_string(step_));
      tenant_ = chance(70) ? "t1" : "t2";
      act();
      testkit::check_invariants(desk(), world_.now);
      if (step_ % 1'000 == 999) restart();
    }
  }

  std::size_t answered() const { return answered_; }
  std::size_t refused() const { return refused_; }
  std::size_t offers() const { return offers_; }

 private:
  std::uint64_t below(std::uint64_t n) { return std::uniform_int_distribution<std::uint64_t>(0, n - 1)(random_); }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <class C>
  auto any_of(const C& c) {
    auto it = c.begin();
    std::advance(it, static_cast<std::ptrdiff_t>(below(c.size())));
    return *it;
  }
  const Desk& desk() const { return world_.desk(tenant_); }

  void act() {
    switch (below(10)) {
      case 0:
        return open();
      case 1:
        return connections();
      case 2:
        return pass();
      case 3:
      case 4:
        return by_customer();
      default:
        return by_agent();
    }
  }

  /// Applies and checks what the step alone can tell: order of offers; that a refused command has changed nothing.
  void tell(const Command& command, const Actor& actor) {
    const bool compare = chance(20);  // dumping is the dearest part of a step
    const std::string before = compare ? testkit::dump(desk()) : std::string{};
    const auto events = world_.tell(command, actor, tenant_);
    if (events) {
      note(*events);
    } else {
      ++refused_;
      if (compare) EXPECT_EQ(testkit::dump(desk()), before) << events.error().code;
      EXPECT_FALSE(events.error().message.empty());
    }
  }

  void note(const std::vector<Event>& events) {
    for (const Event& event : events) {
      EXPECT_EQ(event.meta.tenant_id, tenant_);
      if (std::holds_alternative<call::AgentJoined>(event.data)) ++answered_;
      const auto* offer = std::get_if<routing::Offered>(&event.data);
      if (!offer) continue;
      ++offers_;
      if (offer->kind == routing::OfferKind::kNew) {
        testkit::check_nobody_was_passed_over(desk(), event.meta.contact_id, offer->user_id);
      }
    }
  }

  void open() {
    OpenContact c;
    c.contact_id = world_.ids.next(world_.now);
    c.participant_id = world_.ids.next(world_.now);
    c.queue_id = any_of(std::vector<std::string>{"accounts", "support", "vip", "nowhere"});
    c.channel = static_cast<Channel>(below(3));
    c.language = any_of(std::vector<std::string>{"zh-CN", "en", "fr"});
    c.name = "李雷";
    c.vip = chance(10);
    if (chance(80)) c.consents = {{Purpose::kRecording, 1, chance(80)}};
    if (chance(10)) c.to_user_id = any_of(users());
    c.practice = chance(5);
    tell(c, {});
    if (chance(90)) tell(CustomerConnected{c.contact_id}, {});
  }

  std::vector<std::string> users() const { return {"ann", "bob", "cem", "dan", "eve", "fay", "nobody"}; }

  std::string some_contact() {
    const auto& all = desk().contacts();
    if (all.empty() || chance(2)) return world_.ids.next(world_.now);
    if (chance(3) && !world_.desk("t2").contacts().empty()) return any_of(world_.desk("t2").contacts()).first;
    return any_of(all).first;
  }

  void connections() {
    if (chance(50)) {
      const std::string user = any_of(users());
      if (chance(80)) {
        tell(AgentConnected{user}, Actor::agent(user));
        tell(SetAgentState{routing::AgentState::kReady, {}}, Actor::agent(user));
      } else if (chance(75)) {
        tell(AgentLost{user}, Actor::agent(user));
      } else {
        tell(AgentDismissed{user}, Actor::system());
      }
      return;
    }
    const std::string contact = some_contact();
    if (chance(75)) {
      tell(CustomerConnected{contact}, Actor::customer(contact));
    } else {
      tell(CustomerLost{contact}, Actor::customer(contact));
    }
  }

  void pass() {
    const Millis time{chance(90) ? below(6'000) : below(70'000)};
    const UtcMillis until = world_.now + time;
    int rounds = 0;
    while (world_.center.deadline() <= until) {
      ASSERT_LT(++rounds, 1'000) << "time does not get on";
      world_.pass(std::max(world_.center.deadline() - world_.now, Millis{0}));
      for (const char* tenant : {"t1", "t2"}) testkit::check_invariants(world_.desk(tenant), world_.now);
    }
    world_.pass(until - world_.now);
  }

  void by_customer() {
    const std::string c = some_contact();
    const Actor actor = Actor::customer(chance(97) ? c : some_contact());
    switch (below(9)) {
      case 0:
        return chance(30) ? tell(LeaveContact{c}, actor) : void();
      case 1:
        return tell(RateContact{c, static_cast<int>(below(7)), chance(50), "好"}, actor);
      case 2:
        return tell(SendChat{c, chance(90) ? "你好" : "", {}, {}}, actor);
      case 3:
        return tell(RaiseChannel{c, static_cast<Channel>(below(3))}, actor);
      case 4:
      case 5:
        return tell(AnswerRaise{c, chance(80)}, actor);
      case 6:
        return tell(SetConsent{c, static_cast<Purpose>(below(3)), static_cast<int>(below(3)), chance(50)}, actor);
      case 7:
        return tell(SetMedia{c, call::Media::kOn, static_cast<call::Media>(below(3))}, actor);
      default:
        return tell(StoreCheck{c, "{}"}, actor);
    }
  }

  /// Mostly one who has something to do.
  std::string some_agent() {
    std::vector<std::string> busy;
    for (const auto& [id, agent] : desk().agents()) {
      if (!agent.ringing.empty() || agent.load() > 0 || !agent.wrapups.empty()) busy.push_back(id);
    }
    return busy.empty() || chance(25) ? any_of(users()) : any_of(busy);
  }

  void by_agent() {
    const std::string user = some_agent();
    const routing::Agent* agent = desk().agent(user);
    std::string c = some_contact();
    const auto& mine = desk().contacts_of(user);
    if (!mine.empty() && chance(90)) c = any_of(mine);
    const Actor actor = Actor::agent(user);
    if (agent && !agent->ringing.empty() && chance(60)) {
      if (chance(75)) return tell(AcceptOffer{agent->ringing}, actor);
      return tell(DeclineOffer{agent->ringing, {}}, actor);
    }
    switch (below(15)) {
      case 0:
        return tell(SetAgentState{static_cast<routing::AgentState>(below(3)), chance(70) ? "lunch" : "x"}, actor);
      case 1:
        return tell(TakeContact{some_contact()}, actor);
      case 2:
        return tell(SetHold{c, chance(50)}, actor);
      case 3:
        return tell(TransferContact{c, {{}, any_of(users())}, {}}, actor);
      case 4:
        return tell(TransferContact{c, {any_of(std::vector<std::string>{"accounts", "support", "vip"}), {}}, "n"},
                    actor);
      case 5:
        return tell(AddPerson{c, any_of(users())}, actor);
      case 6:
        return tell(EndContact{c, chance(90) ? "" : "abuse"}, actor);
      case 7:
        return tell(LeaveContact{c}, actor);
      case 8:
        return tell(RaiseChannel{c, static_cast<Channel>(below(3))}, actor);
      case 9:
        return tell(AnswerRaise{c, chance(80)}, actor);
      case 10:
        return tell(SendChat{c, "您好", {}, {}}, actor);
      case 11:
        return tell(ExtendWrapup{c}, actor);
      case 12:
        return tell(SetAgentState{routing::AgentState::kReady, {}}, actor);
      case 13:
        return tell(CancelOffer{c}, actor);
      default:
        return tell(CompleteWrapup{c, chance(90) ? "solved" : "??", true, "记"}, actor);
    }
  }

  void restart() {
    const std::string before =
        testkit::dump(world_.desk("t1"), world_.now) + testkit::dump(world_.desk("t2"), world_.now);
    world_.restart();
    EXPECT_EQ(testkit::dump(world_.desk("t1"), world_.now) + testkit::dump(world_.desk("t2"), world_.now), before);
    world_.now = world_.now + Millis{below(100'000)};  // the server was away: deadlines are late, nobody is connected
    world_.restart_and_tell();
    for (const char* tenant : {"t1", "t2"}) testkit::check_invariants(world_.desk(tenant), world_.now, false);
    world_.pass(Millis{1});  // what fell due meanwhile
    for (const std::string& user : users()) {
      if (chance(80)) (void)world_.tell(AgentConnected{user}, Actor::agent(user), "t1");
    }
  }

  World world_;
  std::mt19937_64 random_;
  std::string tenant_ = "t1";
  int step_ = 0;
  std::size_t answered_ = 0, refused_ = 0, offers_ = 0;
};

class CenterModel : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(CenterModel, holds_its_invariants_over_random_steps) {
  const char* wanted = std::getenv("VISAVIS_MODEL_SEED");
  const std::uint64_t seed = wanted ? std::strtoull(wanted, nullptr, 10) : GetParam();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Model model(seed);
  model.run();
  std::cout << "seed=" << seed << " offers=" << model.offers() << " joined=" << model.answered()
            << " refused=" << model.refused() << "\n";
  EXPECT_GT(model.answered(), 200U) << "the steps must reach conversations, or nothing was tested";
}

INSTANTIATE_TEST_SUITE_P(Seeds, CenterModel, ::testing::Values(1, 2, 3, 20261123));

}  // namespace
}  // namespace visavis::center
