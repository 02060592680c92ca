// SPDX-License-Identifier: Apache-2.0
#include "center/core/testkit.hpp"

namespace visavis::center {
namespace {

using call::State;
using routing::AgentState;
using testkit::World;
using namespace std::chrono_literals;

TEST(Offers, ring_the_skilled_agent_and_accept_starts_the_conversation) {
  World w;
  w.ready("bob");
  const std::string c = w.open("accounts");
  EXPECT_EQ(w.ringing("bob"), "");
  EXPECT_EQ(w.state(c), State::kWaiting);
  w.ready("ann");
  EXPECT_EQ(w.ringing("ann"), c);
  EXPECT_EQ(w.state(c), State::kOffered);
  w.accept("ann", c);
  EXPECT_EQ(w.state(c), State::kActive);
  EXPECT_EQ(w.contact(c).of_user("ann")->name, "Ann");
  EXPECT_EQ(w.desk().waiting_count(), 0U);
}

TEST(Offers, go_to_the_longest_idle_first) {
  World w;
  w.ready("cem");
  w.pass(5s);
  w.ready("ann");
  const std::string c = w.open("accounts");
  EXPECT_EQ(w.ringing("cem"), c);
}

TEST(Offers, declined_go_to_the_next_and_come_back_only_when_nobody_else_is_left) {
  World w;
  w.ready("ann");
  w.pass(1s);
  w.ready("cem");
  const std::string c = w.open("accounts");
  ASSERT_EQ(w.ringing("ann"), c);
  w.ok(DeclineOffer{c, "lunch soon"}, Actor::agent("ann"));
  EXPECT_EQ(w.ringing("cem"), c);
  w.ok(DeclineOffer{c, {}}, Actor::agent("cem"));
  EXPECT_EQ(w.ringing("ann"), "") << "not at once again";
  w.pass(10s);
  EXPECT_EQ(w.ringing("ann"), c) << "nobody else is left";
}

TEST(Offers, wait_for_a_colleague_in_wrapup_rather_than_ring_the_refuser_again) {
  World w;
  w.ready("cem");
  const std::string first = w.open("accounts");
  w.accept("cem", first);
  w.ok(LeaveContact{first}, Actor::customer(first));
  ASSERT_TRUE(w.desk().agent("cem")->in_wrapup());
  w.ready("ann");
  const std::string c = w.open("accounts");
  ASSERT_EQ(w.ringing("ann"), c);
  w.ok(DeclineOffer{c, {}}, Actor::agent("ann"));
  w.pass(30s);
  EXPECT_EQ(w.ringing("ann"), "");
  w.pass(30s);
  EXPECT_EQ(w.ringing("cem"), c);
}

TEST(Offers, unanswered_for_20_seconds_put_the_agent_on_break_and_go_on) {
  World w;
  w.ready("ann");
  w.pass(1s);
  w.ready("cem");
  const std::string c = w.open("accounts");
  w.pass(19'999ms);
  EXPECT_EQ(w.ringing("ann"), c);
  w.pass(1ms);
  EXPECT_EQ(w.desk().agent("ann")->chosen, AgentState::kBreak);
  EXPECT_EQ(w.desk().agent("ann")->reason, "no_answer");
  EXPECT_EQ(w.ringing("cem"), c);
  EXPECT_EQ(w.refused(AcceptOffer{c}, Actor::agent("ann")), "offer_gone");
}

TEST(Offers, follow_priority_then_time) {
  World w;
  const std::string old = w.open("accounts");
  w.pass(1s);
  OpenContact with_consent;
  with_consent.consents = {{Purpose::kRecording, 1, true}};
  const std::string vip = w.open("vip", Channel::kVideo, with_consent);
  EXPECT_EQ(w.desk().place(old)->position, 1U);
  w.ready("ann");
  EXPECT_EQ(w.ringing("ann"), vip);
  w.ready("cem");
  EXPECT_EQ(w.ringing("cem"), old);
}

TEST(Offers, keep_one_call_and_four_chats_per_agent) {
  World w;
  w.ready("ann");
  const std::string call = w.open("accounts", Channel::kAudio);
  w.accept("ann", call);
  const std::string second_call = w.open("accounts", Channel::kAudio);
  EXPECT_EQ(w.ringing("ann"), "");
  for (int i = 0; i < 4; ++i) {
    const std::string chat = w.open("accounts", Channel::kChat);
    ASSERT_EQ(w.ringing("ann"), chat) << i;
    w.accept("ann", chat);
  }
  w.open("accounts", Channel::kChat);
  EXPECT_EQ(w.ringing("ann"), "");
  EXPECT_EQ(w.state(second_call), State::kWaiting);
}

TEST(Offers, prefer_the_language_but_serve_without_it_when_nobody_signed_in_speaks_it) {
  auto config = testkit::two_queues();
  config.agents[0].languages = {"en"};
  config.agents[2].languages = {"zh-CN", "en"};
  World w({config});
  w.ready("ann");
  const std::string c = w.open("accounts");
  EXPECT_EQ(w.ringing("ann"), c) << "nobody speaks Chinese here now";
  w.ok(DeclineOffer{c, {}}, Actor::agent("ann"));
  w.ready("cem");
  EXPECT_EQ(w.ringing("cem"), c);
  w.accept("cem", c);
  const std::string chinese = w.open("accounts");
  EXPECT_EQ(w.ringing("ann"), "") << "Cem speaks it and will be free";
  OpenContact english;
  english.language = "en-GB";
  const std::string d = w.open("accounts", Channel::kVideo, english);
  EXPECT_EQ(w.ringing("ann"), d);
  EXPECT_EQ(w.state(chinese), State::kWaiting);
}

TEST(Offers, for_one_agent_ring_only_there_and_fall_back_to_the_queue_when_refused) {
  World w;
  w.ready("ann");
  OpenContact link;
  link.to_user_id = "cem";
  const std::string c = w.open("accounts", Channel::kVideo, link);
  EXPECT_EQ(w.ringing("ann"), "");
  w.ready("cem");
  EXPECT_EQ(w.ringing("cem"), c);
  w.ok(DeclineOffer{c, {}}, Actor::agent("cem"));
  EXPECT_EQ(w.ringing("ann"), c);
}

TEST(Offers, of_practice_never_ring_anybody_else) {
  World w;
  w.ready("ann");
  w.ready("cem");
  OpenContact practice;
  practice.to_user_id = "cem";
  practice.practice = true;
  const std::string c = w.open("support", Channel::kVideo, practice);
  ASSERT_EQ(w.ringing("cem"), c);
  w.ok(DeclineOffer{c, {}}, Actor::agent("cem"));
  EXPECT_EQ(w.state(c), State::kClosed);
  EXPECT_EQ(w.ringing("ann"), "");
}

TEST(Offers, of_practice_can_be_wrapped_up_in_any_words) {
  World w;
  w.ready("cem");
  OpenContact practice;
  practice.to_user_id = "cem";
  practice.practice = true;
  const std::string c = w.open("support", Channel::kVideo, practice);
  w.accept("cem", c);
  w.ok(EndContact{c, {}}, Actor::agent("cem"));
  w.ok(CompleteWrapup{c, "practice", true, {}}, Actor::agent("cem"));
  EXPECT_EQ(w.state(c), State::kClosed);
}

TEST(Offers, of_practice_ask_nothing_of_the_caller_that_a_topic_asks_of_customers) {
  World w;
  w.ready("cem");
  OpenContact practice;
  practice.to_user_id = "cem";
  practice.practice = true;
  const std::string c = w.open("vip", Channel::kVideo, practice);
  EXPECT_EQ(w.ringing("cem"), c);
}

TEST(Offers, declined_stay_declined_when_the_customer_changes_the_channel) {
  World w;
  w.ready("ann");
  const std::string c = w.open("accounts", Channel::kVideo);
  ASSERT_EQ(w.ringing("ann"), c);
  w.ok(DeclineOffer{c, {}}, Actor::agent("ann"));
  w.pass(4s);
  w.ok(RaiseChannel{c, Channel::kChat}, Actor::customer(c));
  EXPECT_EQ(w.ringing("ann"), "") << "within the pause";
  w.pass(3s);
  w.ok(RaiseChannel{c, Channel::kAudio}, Actor::customer(c));
  w.ready("cem");
  EXPECT_EQ(w.ringing("cem"), c);
  w.ok(DeclineOffer{c, {}}, Actor::agent("cem"));
  EXPECT_EQ(w.ringing("ann"), "");
  w.pass(3s);
  EXPECT_EQ(w.ringing("ann"), c) << "ten seconds after ann declined, however often the channel changed";
}

TEST(Offers, are_taken_from_an_agent_who_is_lost_within_two_seconds) {
  World w;
  w.ready("ann");
  w.pass(1s);
  w.ready("cem");
  const std::string c = w.open("accounts");
  ASSERT_EQ(w.ringing("ann"), c);
  w.ok(AgentLost{"ann"});
  w.pass(2s);
  EXPECT_EQ(w.ringing("ann"), "");
  EXPECT_EQ(w.ringing("cem"), c);
}

TEST(Offers, end_when_the_agent_takes_a_break) {
  World w;
  w.ready("ann");
  const std::string c = w.open("accounts");
  EXPECT_EQ(w.refused(SetAgentState{AgentState::kBreak, "beach"}, Actor::agent("ann")), "break_reason_unknown");
  w.ok(SetAgentState{AgentState::kBreak, "lunch"}, Actor::agent("ann"));
  EXPECT_EQ(w.ringing("ann"), "");
  EXPECT_EQ(w.state(c), State::kWaiting);
  w.pass(10s);
  w.ready("ann");
  EXPECT_EQ(w.ringing("ann"), c);
}

TEST(Offers, ring_whoever_administrators_have_just_made_able_to_serve) {
  auto config = testkit::two_queues();
  World w({config});
  w.ready("bob");
  const std::string c = w.open("accounts");
  EXPECT_EQ(w.ringing("bob"), "");
  config.agents[1].skills.insert("accounts");
  w.center.configure(config);
  w.pass(Millis{1});
  EXPECT_EQ(w.ringing("bob"), c);
}

TEST(Take, gives_a_waiting_contact_to_a_skilled_free_agent) {
  World w;
  w.ready("ann");
  w.ready("bob");
  const std::string busy = w.open("accounts");
  w.accept("ann", busy);
  const std::string c = w.open("accounts");
  EXPECT_EQ(w.refused(TakeContact{c}, Actor::agent("bob")), "not_waiting") << "lacks the skill";
  EXPECT_EQ(w.refused(TakeContact{c}, Actor::agent("ann")), "agent_not_free");
  w.ok(EndContact{busy, {}}, Actor::agent("ann"));
  EXPECT_EQ(w.refused(TakeContact{c}, Actor::agent("ann")), "agent_not_free") << "wrap-up gets nothing";
  w.ok(CompleteWrapup{busy, "solved", true, {}}, Actor::agent("ann"));
  ASSERT_EQ(w.ringing("ann"), c);
  w.ok(TakeContact{c}, Actor::agent("ann"));
  EXPECT_EQ(w.state(c), State::kActive);
}

}  // namespace
}  // namespace visavis::center
