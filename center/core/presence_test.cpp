// SPDX-License-Identifier: Apache-2.0
// Connections that come and go, restarts, waits that end.
#include "center/core/testkit.hpp"
#include "center/types/limits.hpp"

namespace visavis::center {
namespace {

using call::EndReason;
using call::State;
using testkit::World;
using namespace std::chrono_literals;

TEST(Presence, a_short_gap_is_not_shown_a_longer_one_is) {
  World w;
  w.ready("ann");
  const std::string c = w.open();
  w.accept("ann", c);
  w.ok(CustomerLost{c});
  w.pass(1'999ms);
  EXPECT_TRUE(w.contact(c).customer().present);
  w.ok(CustomerConnected{c});
  w.pass(10s);
  EXPECT_TRUE(w.contact(c).customer().present);
  w.ok(CustomerLost{c});
  const UtcMillis lost = w.now;
  w.pass(2s);
  EXPECT_FALSE(w.contact(c).customer().present);
  EXPECT_EQ(w.contact(c).customer().gone_since_at, lost);
  EXPECT_EQ(w.desk().grace_until(w.contact(c)), lost + 60s);
  w.ok(CustomerConnected{c});
  EXPECT_TRUE(w.contact(c).customer().present);
}

TEST(Presence, a_customer_gone_for_a_minute_ends_the_call) {
  World w;
  w.ready("ann");
  const std::string c = w.open();
  w.accept("ann", c);
  w.ok(CustomerLost{c});  // in the millisecond of the opening
  w.pass(59'999ms);
  EXPECT_EQ(w.state(c), State::kActive);
  w.pass(1ms);
  EXPECT_EQ(w.contact(c).end_reason, EndReason::kCustomerGone);
  EXPECT_TRUE(w.desk().agent("ann")->in_wrapup());
}

TEST(Restart, gives_whoever_writes_a_note_time_to_come_back) {
  World w;
  w.ready("ann");
  const std::string c = w.open();
  w.accept("ann", c);
  w.ok(LeaveContact{c}, Actor::customer(c));
  w.pass(50s);
  w.now = w.now + 300s;  // down
  w.restart_and_tell();
  w.pass(30s);
  ASSERT_TRUE(w.contact(c).open_wrapup("ann"));
  CompleteWrapup done;
  done.contact_id = c;
  done.disposition = "solved";
  done.note = "kept";
  w.ok(done, Actor::agent("ann"));
  EXPECT_EQ(w.contact(c).wrapups.front().note, "kept");
}

TEST(Restart, ends_a_wrapup_of_an_agent_who_does_not_come_back) {
  World w;
  w.ready("ann");
  const std::string c = w.open();
  w.accept("ann", c);
  w.ok(LeaveContact{c}, Actor::customer(c));
  w.now = w.now + 300s;
  w.restart_and_tell();
  w.pass(60s);
  EXPECT_EQ(w.state(c), State::kClosed);
}

TEST(Presence, a_waiting_customer_who_is_gone_is_not_rung_and_abandons_after_a_minute) {
  World w;
  const std::string c = w.open();
  w.ok(CustomerLost{c});  // in the millisecond of the opening
  w.pass(3s);
  w.ready("ann");
  EXPECT_EQ(w.ringing("ann"), "");
  const std::string other = w.open();
  EXPECT_EQ(w.ringing("ann"), other) << "who is there is served";
  w.pass(57s);
  EXPECT_EQ(w.contact(c).end_reason, EndReason::kAbandoned);
  EXPECT_EQ(w.state(c), State::kClosed);
}

TEST(Presence, a_customer_who_never_connects_abandons) {
  World w;
  OpenContact c{
      w.ids.next(w.now), w.ids.next(w.now), "accounts", Channel::kVideo, "en", {}, {}, {}, {}, {}, false, 0, false};
  w.ok(c);
  w.pass(14'999ms);
  EXPECT_FALSE(w.contact(c.contact_id).ended()) << "a slow network is given its time";
  w.pass(1ms);
  EXPECT_EQ(w.contact(c.contact_id).end_reason, EndReason::kAbandoned) << "and nobody a minute's place for one request";
}

TEST(Presence, an_agent_who_is_dismissed_leaves_nobody_waiting_for_them) {
  World w;
  w.ready("ann");
  const std::string c = w.open();
  w.accept("ann", c);
  const std::string chat = w.open("accounts", Channel::kChat);
  w.accept("ann", chat);
  w.ready("cem");
  w.ok(AgentDismissed{"ann"});
  EXPECT_EQ(w.contact(c).of_user("ann"), nullptr);
  EXPECT_EQ(w.contact(chat).of_user("ann"), nullptr);
  EXPECT_EQ(w.ringing("cem"), c) << "at once, and before who came later";
  EXPECT_EQ(w.state(chat), State::kWaiting);
  EXPECT_EQ(w.desk().agent("ann")->chosen, routing::AgentState::kOffline);
  w.ok(AgentLost{"ann"});  // their socket, later
  w.pass(120s);
  EXPECT_EQ(w.desk().agent("ann")->chosen, routing::AgentState::kOffline);
  w.ok(AgentDismissed{"ann"});
  w.ok(AgentDismissed{"nobody"});
}

TEST(Presence, an_offer_to_an_agent_who_is_dismissed_rings_at_the_next) {
  World w;
  w.ready("ann");
  const std::string c = w.open();
  EXPECT_EQ(w.ringing("ann"), c);
  w.ready("cem");
  w.ok(AgentDismissed{"ann"});
  EXPECT_EQ(w.ringing("ann"), "");
  EXPECT_EQ(w.ringing("cem"), c);
}

TEST(Presence, who_is_no_agent_any_more_comes_back_to_the_call_they_are_in_and_to_no_other) {
  World w;
  w.ready("ann");
  const std::string c = w.open();
  w.accept("ann", c);
  auto config = testkit::two_queues();
  std::erase_if(config.agents, [](const AgentProfile& a) { return a.user_id == "ann"; });
  w.center.configure(config);
  w.ok(AgentLost{"ann"});
  w.pass(5s);
  w.ok(AgentConnected{"ann"});
  w.pass(120s);
  EXPECT_EQ(w.state(c), State::kActive);
  w.ok(EndContact{c, {}}, Actor::agent("ann"));
  w.pass(120s);
  EXPECT_EQ(w.refused(AgentConnected{"ann"}), "user_unknown");
  EXPECT_EQ(w.refused(SetAgentState{routing::AgentState::kReady, {}}, Actor::agent("ann")), "agents_only");
  w.open();
  EXPECT_EQ(w.ringing("ann"), "");
}

TEST(Presence, an_agent_gone_for_a_minute_loses_the_call_to_the_head_of_the_queue) {
  World w;
  w.ready("ann");
  const std::string c = w.open();
  w.accept("ann", c);
  OpenContact important;
  important.priority = 5;
  const std::string before_all_others = w.open("accounts", Channel::kVideo, important);
  w.ok(AgentLost{"ann"});
  w.pass(60s);
  EXPECT_EQ(w.state(c), State::kWaiting);
  EXPECT_EQ(w.desk().place(c)->position, 1U);
  EXPECT_EQ(w.desk().place(before_all_others)->position, 2U);
  EXPECT_EQ(w.desk().agent("ann")->chosen, routing::AgentState::kOffline);
  EXPECT_EQ(w.desk().agent("ann")->reason, "connection_lost");
  EXPECT_EQ(w.desk().messages(c).back().what.system, "requeued");
  w.ready("cem");
  EXPECT_EQ(w.ringing("cem"), c);
}

TEST(Presence, an_agent_back_within_the_grace_time_goes_on) {
  World w;
  w.ready("ann");
  const std::string c = w.open();
  w.accept("ann", c);
  w.ok(AgentLost{"ann"});
  w.pass(30s);
  EXPECT_FALSE(w.contact(c).of_user("ann")->present);
  w.ok(AgentConnected{"ann"});
  EXPECT_TRUE(w.contact(c).of_user("ann")->present);
  w.pass(120s);
  EXPECT_EQ(w.state(c), State::kActive);
}

TEST(Presence, with_another_agent_in_the_call_the_gone_one_only_leaves) {
  World w;
  w.ready("ann");
  w.ready("bob");
  const std::string c = w.open();
  w.accept("ann", c);
  w.ok(AddPerson{c, "bob"}, Actor::agent("ann"));
  w.accept("bob", c);
  w.ok(AgentLost{"ann"});
  w.pass(60s);
  EXPECT_EQ(w.state(c), State::kActive);
  EXPECT_EQ(w.contact(c).of_user("ann"), nullptr);
  EXPECT_EQ(w.contact(c).of_user("bob")->role, call::Role::kAgent);
}

TEST(Restart, keeps_the_call_and_gives_everybody_a_full_grace_time) {
  World w;
  w.ready("ann");
  const std::string c = w.open();
  w.accept("ann", c);
  w.ok(SendChat{c, "您好", {}, {}}, Actor::agent("ann"));
  w.ok(CustomerLost{c});  // in the millisecond of the opening
  w.pass(50s);
  w.now = w.now + 30s;  // the server is down
  w.restart_and_tell();
  EXPECT_EQ(w.state(c), State::kActive);
  EXPECT_EQ(w.desk().messages(c).back().what.text, "您好");
  w.pass(59s);
  w.ok(CustomerConnected{c});
  w.ok(AgentConnected{"ann"});
  w.pass(120s);
  EXPECT_EQ(w.state(c), State::kActive);
  EXPECT_EQ(w.contact(c).customer().name, "");
}

TEST(Restart, takes_open_offers_back_without_blaming_the_agent) {
  World w;
  w.ready("ann");
  const std::string c = w.open();
  ASSERT_EQ(w.ringing("ann"), c);
  w.restart_and_tell();
  EXPECT_EQ(w.state(c), State::kWaiting);
  w.pass(3s);
  w.ok(CustomerConnected{c});
  w.ok(AgentConnected{"ann"});
  EXPECT_EQ(w.desk().agent("ann")->chosen, routing::AgentState::kReady);
  EXPECT_EQ(w.ringing("ann"), c);
}

TEST(Waiting, ends_at_the_queues_max_wait) {
  World w;
  const std::string c = w.open("accounts");
  w.pass(599s);
  EXPECT_EQ(w.state(c), State::kWaiting);
  w.pass(1s);
  EXPECT_EQ(w.contact(c).end_reason, EndReason::kMaxWait);
}

TEST(Waiting, is_not_ended_by_the_time_the_server_was_down) {
  World w;
  const std::string c = w.open("accounts");
  const std::string d = w.open("accounts");
  w.pass(590s);
  w.now = w.now + 60s;
  w.restart_and_tell();
  w.pass(5s);
  w.ok(CustomerConnected{c});
  EXPECT_EQ(w.state(c), State::kWaiting);
  EXPECT_EQ(w.desk().place(d)->position, 2U) << "the places are kept";
  w.pass(55s);
  EXPECT_EQ(w.contact(c).end_reason, EndReason::kMaxWait);
}

TEST(Waiting, does_not_end_while_it_rings) {
  World w;
  const std::string c = w.open("accounts");
  w.pass(595s);
  w.ready("ann");
  ASSERT_EQ(w.ringing("ann"), c);
  w.pass(10s);
  w.accept("ann", c);
  EXPECT_EQ(w.state(c), State::kActive);
}

TEST(Waiting, overflows_once_into_the_other_queue) {
  auto config = testkit::two_queues();
  config.queues[0].overflow_queue_id = "support";
  config.queues[1].overflow_queue_id = "accounts";
  config.queues[1].max_wait = Seconds{100};
  World w({config});
  w.ready("bob");
  const std::string c = w.open("accounts");
  w.pass(600s);
  EXPECT_EQ(w.ringing("bob"), c);
  w.ok(SetAgentState{routing::AgentState::kOffline, {}}, Actor::agent("bob"));
  w.pass(100s);
  EXPECT_EQ(w.contact(c).end_reason, EndReason::kMaxWait) << "not back into the first queue";
}

TEST(Waiting, says_position_and_only_an_estimate_that_is_known) {
  World w;
  w.ready("ann");
  const std::string first = w.open();
  w.accept("ann", first);
  const std::string second = w.open();
  EXPECT_EQ(w.desk().place(second)->position, 1U);
  EXPECT_FALSE(w.desk().place(second)->estimate.has_value()) << "nobody has been served yet";
  w.pass(120s);
  w.ok(EndContact{first, {}}, Actor::agent("ann"));
  w.ok(CompleteWrapup{first, "solved", true, {}}, Actor::agent("ann"));
  w.accept("ann", second);
  const std::string third = w.open();
  const std::string fourth = w.open();
  EXPECT_EQ(w.desk().place(third)->estimate, Seconds{120});
  EXPECT_EQ(w.desk().place(fourth)->estimate, Seconds{240});
  EXPECT_EQ(w.desk().expected_wait("accounts", Channel::kVideo), Seconds{360});
  EXPECT_EQ(w.desk().expected_wait("accounts", Channel::kChat), Seconds{0}) << "Ann has room for a chat";
}

TEST(Opening, is_refused_with_a_reason_where_it_cannot_be_served) {
  auto config = testkit::two_queues();
  config.queues[1].channels = {Channel::kChat};
  config.queues[0].open = false;
  World w({config});
  OpenContact c;
  c.contact_id = w.ids.next(w.now);
  c.participant_id = w.ids.next(w.now);
  c.queue_id = "nowhere";
  EXPECT_EQ(w.refused(c), "topic_unknown");
  c.queue_id = "accounts";
  EXPECT_EQ(w.refused(c), "topic_closed");
  c.queue_id = "support";
  c.channel = Channel::kVideo;
  EXPECT_EQ(w.refused(c), "channel_not_offered");
  c.queue_id = "vip";
  EXPECT_EQ(w.refused(c), "consent_required");
  c.consents = {{Purpose::kRecording, 7, true}};
  EXPECT_EQ(w.refused(c), "consent_version");
  c.consents = {{Purpose::kRecording, 1, true}};
  c.name = std::string(101, 'x');
  EXPECT_EQ(w.refused(c), "contact_invalid");
  c.name = "\xff";
  EXPECT_EQ(w.refused(c), "contact_invalid");
  c.name = "李雷";
  w.ok(c);
  EXPECT_EQ(w.refused(c), "contact_exists");
}

TEST(Tenants, are_apart) {
  World w({testkit::two_queues("t1"), testkit::two_queues("t2")});
  w.ready("ann", "t2");
  const std::string c = w.open("accounts");
  EXPECT_EQ(w.desk("t2").agent("ann")->ringing, "");
  EXPECT_EQ(w.desk("t2").contact(c), nullptr);
  EXPECT_EQ(w.refused(TakeContact{c}, Actor::agent("ann"), "t2"), "not_waiting");
  EXPECT_EQ(w.refused(LeaveContact{c}, Actor::customer(c), "t2"), "contact_unknown");
}

TEST(DayCounts, tell_the_service_level_without_practice_and_short_abandons) {
  World w;
  w.ready("ann");
  const std::string quick = w.open();
  w.accept("ann", quick);
  const std::string brief = w.open();
  w.pass(2s);
  w.ok(LeaveContact{brief}, Actor::customer(brief));
  const std::string patient = w.open();
  w.pass(30s);
  w.ok(LeaveContact{patient}, Actor::customer(patient));
  const DayCounts counts = w.desk().day_counts(w.now);
  EXPECT_EQ(counts.answered, 1U);
  EXPECT_EQ(counts.abandoned, 1U);
  EXPECT_EQ(counts.service_level(), 0.5);
}

// ---- contacts that nobody has answered

TEST(Unanswered, leaves_with_what_it_brought_long_before_an_answered_one) {
  World world;
  OpenContact asked;
  asked.attributes = {{"order", "17"}};
  const auto given_up = world.open("accounts", Channel::kChat, asked);
  world.ok(LeaveContact{given_up}, Actor::customer(given_up));
  EXPECT_TRUE(world.contact(given_up).attributes.empty()) << "they were for the agent, and none has come";
  world.ready("ann");
  const auto answered = world.open("accounts", Channel::kChat, asked);
  world.accept("ann", answered);
  world.ok(LeaveContact{answered}, Actor::customer(answered));
  EXPECT_FALSE(world.contact(answered).attributes.empty());
  world.pass(Seconds{599});
  EXPECT_NE(world.desk().contact(given_up), nullptr);
  world.pass(Seconds{2});
  EXPECT_EQ(world.desk().contact(given_up), nullptr);
  EXPECT_NE(world.desk().contact(answered), nullptr);
  EXPECT_EQ(world.desk().day_counts(world.now).abandoned, 0U) << "given up at once";
}

TEST(Unanswered, does_not_fill_the_memory_however_many_there_are) {
  World world;
  OpenContact large;
  for (int i = 0; i < 64; ++i) large.attributes["k" + std::to_string(i)] = std::string(500, 'x');
  std::size_t opened = 0;
  std::string refused;
  for (; refused.empty() && opened < 10'000; ++opened) {
    auto one = large;
    one.contact_id = world.ids.next(world.now);
    one.participant_id = world.ids.next(world.now);
    one.queue_id = "support";
    one.language = "en";
    const auto events = world.center.handle(one, {"t1", {}, world.now, &world.ids});
    if (!events) refused = events.error().code;
  }
  EXPECT_EQ(refused, "too_many_waiting");
  EXPECT_LT(opened, 4'000U) << "128 MiB";
  world.log.clear();
  world.pass(Seconds{70});  // never connected: all are given up
  EXPECT_EQ(world.desk().waiting_count(), 0U);
  EXPECT_FALSE(world.open("support").empty()) << "there is room again";
}

TEST(Unanswered, keeps_the_newest_of_those_that_are_over) {
  World world;
  std::string first;
  for (std::size_t i = 0; i <= kMostUnansweredKept; ++i) {
    const auto id = world.open("support", Channel::kChat);
    world.ok(LeaveContact{id}, Actor::customer(id));
    if (first.empty()) first = id;
    world.now = world.now + Millis{1};
  }
  EXPECT_EQ(world.desk().contacts().size(), kMostUnansweredKept);
  EXPECT_EQ(world.desk().contact(first), nullptr);
}

TEST(Unanswered, may_say_a_few_words_and_the_rest_to_whoever_answers) {
  World world;
  const auto id = world.open("accounts", Channel::kChat);
  SendChat line;
  line.contact_id = id;
  line.text = "hello?";
  for (std::size_t i = 0; i < kMostUnansweredMessages; ++i) world.ok(line, Actor::customer(id));
  EXPECT_EQ(world.refused(line, Actor::customer(id)), "not_answered_yet");
  world.ready("ann");
  world.accept("ann", id);
  world.ok(line, Actor::customer(id));
}

TEST(Unanswered, is_counted_after_a_restart_although_its_events_are_not_replayed) {
  World world;
  world.center.count_abandoned("t1", world.now, 3);
  EXPECT_EQ(world.desk().day_counts(world.now).abandoned, 3U);
  world.center.count_abandoned("unknown", world.now, 3);
}

}  // namespace
}  // namespace visavis::center
