// SPDX-License-Identifier: Apache-2.0
// From answer to the last wrap-up: hanging up, hold, richer channels, transfer, third person, rating.
#include "center/core/testkit.hpp"
#include "center/types/limits.hpp"

namespace visavis::center {
namespace {

using call::EndReason;
using call::Role;
using call::State;
using testkit::World;
using namespace std::chrono_literals;

/// A video call between a customer and Ann; Bob and Cem are ready.
class Conversation : public ::testing::Test {
 protected:
  Conversation() {
    world.ready("ann");
    id = world.open("accounts");
    world.accept("ann", id);
    world.ready("bob");
    world.ready("cem");
  }
  const call::Contact& contact() const { return world.contact(id); }
  const routing::Agent& agent(const std::string& user) const { return *world.desk().agent(user); }
  Actor customer() const { return Actor::customer(id); }

  World world;
  std::string id;
  const Actor ann = Actor::agent("ann"), bob = Actor::agent("bob"), cem = Actor::agent("cem");
};

TEST_F(Conversation, hung_up_by_the_customer_leaves_the_agent_in_wrapup) {
  world.ok(LeaveContact{id}, customer());
  EXPECT_EQ(contact().state, State::kWrapup);
  EXPECT_EQ(contact().end_reason, EndReason::kCustomerHungUp);
  EXPECT_TRUE(agent("ann").in_wrapup());
  EXPECT_EQ(world.open("accounts"), world.ringing("cem")) << "wrap-up gets nothing";
  world.ok(LeaveContact{id}, customer());
  EXPECT_EQ(contact().end_reason, EndReason::kCustomerHungUp) << "hanging up twice is no mistake";
}

TEST_F(Conversation, ended_by_the_agent_or_as_abuse_says_so) {
  world.ok(EndContact{id, "abuse"}, ann);
  EXPECT_EQ(contact().end_reason, EndReason::kAbuse);
  EXPECT_EQ(world.refused(EndContact{id, {}}, ann), "not_in_contact");
  EXPECT_EQ(world.refused(SendChat{id, "hello?", {}, {}}, customer()), "contact_over");
}

TEST_F(Conversation, wrapup_runs_out_can_be_extended_and_completed) {
  world.ok(EndContact{id, {}}, ann);
  world.pass(59s);
  EXPECT_EQ(contact().state, State::kWrapup);
  world.ok(ExtendWrapup{id}, ann);
  world.pass(59s);
  EXPECT_EQ(contact().state, State::kWrapup);
  EXPECT_EQ(world.refused(CompleteWrapup{id, "magic", true, {}}, ann), "disposition_unknown");
  EXPECT_EQ(world.refused(CompleteWrapup{id, "solved", true, {}}, bob), "no_wrapup");
  world.ok(CompleteWrapup{id, "solved", true, "called back"}, ann);
  EXPECT_EQ(contact().state, State::kClosed);
  EXPECT_EQ(contact().wrapups[0].resolved, true);
  EXPECT_FALSE(agent("ann").in_wrapup());
}

TEST_F(Conversation, wrapup_left_alone_closes_by_itself_after_a_minute) {
  world.ok(EndContact{id, {}}, ann);
  world.pass(60s);
  EXPECT_EQ(contact().state, State::kClosed);
  EXPECT_EQ(contact().wrapups[0].disposition, "");
  EXPECT_FALSE(agent("ann").in_wrapup());
}

TEST_F(Conversation, wrapup_cannot_be_extended_beyond_ten_minutes) {
  world.ok(EndContact{id, {}}, ann);
  for (int i = 0; i < 9; ++i) world.ok(ExtendWrapup{id}, ann);
  EXPECT_EQ(world.refused(ExtendWrapup{id}, ann), "wrapup_limit");
}

TEST_F(Conversation, hold_is_the_agents_and_shown_in_the_chat) {
  EXPECT_EQ(world.refused(SetHold{id, true}, customer()), "agents_only");
  world.ok(SetHold{id, true}, ann);
  EXPECT_TRUE(contact().hold.has_value());
  EXPECT_TRUE(world.ok(SetHold{id, true}, ann).empty()) << "the same again is nothing new";
  EXPECT_EQ(world.desk().messages(id).back().what.system, "hold_on");
  world.ok(SetHold{id, false}, ann);
  EXPECT_FALSE(contact().hold.has_value());
}

TEST_F(Conversation, transfer_to_a_colleague_keeps_the_agent_until_the_colleague_accepts) {
  world.ok(TransferContact{id, {{}, "cem"}, "wants a new card"}, ann);
  EXPECT_EQ(world.ringing("cem"), id);
  EXPECT_EQ(world.desk().offer(id)->note, "wants a new card");
  EXPECT_NE(contact().of_user("ann"), nullptr);
  EXPECT_EQ(contact().state, State::kActive);
  world.accept("cem", id);
  EXPECT_EQ(contact().of_user("ann"), nullptr);
  EXPECT_EQ(contact().of_user("cem")->role, Role::kAgent);
  EXPECT_EQ(world.desk().hand_over(id)->note, "wants a new card") << "cem may read it as long as the contact lasts";
  EXPECT_EQ(contact().state, State::kActive);
  EXPECT_TRUE(agent("ann").in_wrapup());
  world.ok(LeaveContact{id}, customer());
  world.ok(CompleteWrapup{id, "solved", true, {}}, cem);
  EXPECT_EQ(contact().state, State::kWrapup) << "Ann still writes";
  world.ok(CompleteWrapup{id, "solved", true, {}}, ann);
  EXPECT_EQ(contact().state, State::kClosed);
}

TEST_F(Conversation, transfer_declined_or_unanswered_changes_nothing_for_the_customer) {
  world.ok(TransferContact{id, {{}, "cem"}, {}}, ann);
  world.ok(DeclineOffer{id, "busy"}, cem);
  EXPECT_NE(contact().of_user("ann"), nullptr);
  world.ok(TransferContact{id, {{}, "bob"}, {}}, ann);
  world.pass(20s);
  EXPECT_EQ(agent("bob").reason, "no_answer");
  EXPECT_NE(contact().of_user("ann"), nullptr);
  EXPECT_EQ(contact().state, State::kActive);
}

TEST_F(Conversation, whoever_rings_a_colleague_can_stop_it_and_ring_another) {
  world.ok(TransferContact{id, {{}, "cem"}, "for cem"}, ann);
  EXPECT_EQ(world.refused(CancelOffer{id}, cem), "not_in_contact") << "cem may decline";
  world.ok(CancelOffer{id}, ann);
  EXPECT_EQ(world.ringing("cem"), "");
  EXPECT_EQ(agent("cem").chosen, routing::AgentState::kReady) << "nothing was missed";
  EXPECT_EQ(world.desk().hand_over(id), nullptr);
  world.ok(CancelOffer{id}, ann);  // answered or stopped meanwhile: the same to her
  world.ok(AddPerson{id, "bob"}, ann);
  world.accept("bob", id);
  world.ok(TransferContact{id, {{}, "cem"}, {}}, ann);
  EXPECT_EQ(world.refused(CancelOffer{id}, bob), "not_your_ring");
  world.accept("cem", id);
  EXPECT_EQ(contact().of_user("ann"), nullptr);
}

TEST_F(Conversation, a_transfer_that_is_declined_hands_nothing_over) {
  world.ok(TransferContact{id, {{}, "bob"}, "for bob alone"}, ann);
  world.ok(DeclineOffer{id, "busy"}, bob);
  EXPECT_EQ(world.desk().hand_over(id), nullptr);
  world.ok(TransferContact{id, {{}, "cem"}, "wants a new card"}, ann);
  world.accept("cem", id);
  world.ready("bob");
  world.ok(TransferContact{id, {{}, "bob"}, "to you after all"}, cem);
  world.ok(DeclineOffer{id, "busy"}, bob);
  ASSERT_NE(world.desk().hand_over(id), nullptr);
  EXPECT_EQ(world.desk().hand_over(id)->note, "wants a new card") << "cem still needs it";
}

TEST_F(Conversation, transfer_to_a_queue_frees_the_agent_at_once_and_keeps_the_time_waited) {
  world.pass(30s);
  const std::string later = world.open("support");
  ASSERT_EQ(world.ringing("bob"), later);
  world.ok(TransferContact{id, {"support", {}}, "is angry"}, ann);
  EXPECT_TRUE(agent("ann").in_wrapup());
  EXPECT_EQ(world.ringing("cem"), id);
  EXPECT_EQ(world.desk().offer(id)->note, "is angry");
  for (const auto& line : world.desk().messages(id)) {
    EXPECT_EQ(line.what.name.find("angry"), std::string::npos) << "not for the customer";
  }
  world.ok(DeclineOffer{id, {}}, cem);
  EXPECT_EQ(world.desk().place(id)->position, 1U) << "it has waited longer";
  EXPECT_EQ(contact().queue_id, "support");
}

TEST_F(Conversation, clocks_count_talk_and_never_the_wait_between) {
  world.pass(100s);
  const UtcMillis transferred = world.now;
  world.ok(TransferContact{id, {"support", {}}, {}}, ann);
  EXPECT_EQ(contact().waiting_since_at, transferred) << "not since the opening";
  EXPECT_EQ(contact().talk_since_at, UtcMillis{});
  EXPECT_EQ(contact().talked_ms, 100'000);
  world.pass(10s);
  const UtcMillis joined = world.now;
  const std::string next = world.ringing("bob") == id ? "bob" : "cem";
  world.accept(next, id);
  EXPECT_EQ(contact().call_since_at, joined);
  world.pass(30s);
  world.ok(EndContact{id, {}}, Actor::agent(next));
  EXPECT_EQ(contact().talked("ann"), 100s);
  EXPECT_EQ(contact().talked(next), 30s);
  EXPECT_EQ(contact().talked_ms, 130'000);
}

TEST_F(Conversation, handed_to_a_colleague_goes_on_without_a_gap) {
  world.pass(100s);
  const UtcMillis began = contact().talk_since_at;
  world.ok(TransferContact{id, {{}, "cem"}, {}}, ann);
  world.accept("cem", id);
  EXPECT_EQ(contact().talk_since_at, began);
  EXPECT_EQ(contact().talked_ms, 0);
}

TEST_F(Conversation, transfer_to_a_queue_asks_for_its_consents) {
  EXPECT_EQ(world.refused(TransferContact{id, {"vip", {}}, {}}, ann), "consent_required");
  world.ok(SetConsent{id, Purpose::kRecording, 1, true}, customer());
  world.ok(TransferContact{id, {"vip", {}}, {}}, ann);
  EXPECT_EQ(contact().queue_id, "vip");
}

TEST_F(Conversation, survives_while_the_customer_and_one_agent_are_there) {
  world.ok(AddPerson{id, "bob"}, ann);
  EXPECT_EQ(world.refused(AddPerson{id, "cem"}, ann), "already_ringing");
  world.accept("bob", id);
  EXPECT_EQ(contact().of_user("bob")->role, Role::kGuest);
  world.ok(LeaveContact{id}, ann);
  EXPECT_EQ(contact().state, State::kActive);
  EXPECT_EQ(contact().of_user("bob")->role, Role::kAgent) << "somebody has to be the agent";
  world.ok(LeaveContact{id}, bob);
  EXPECT_EQ(contact().end_reason, EndReason::kAgentHungUp);
}

TEST_F(Conversation, a_guest_who_ends_only_leaves_and_has_no_wrapup) {
  world.ok(AddPerson{id, "bob"}, ann);
  world.accept("bob", id);
  world.ok(EndContact{id, {}}, bob);
  EXPECT_EQ(contact().state, State::kActive);
  EXPECT_FALSE(agent("bob").in_wrapup());
  world.ok(AddPerson{id, "bob"}, ann);
  world.accept("bob", id);
  world.ok(EndContact{id, {}}, ann);
  EXPECT_EQ(contact().state, State::kWrapup);
  EXPECT_FALSE(agent("bob").in_wrapup());
}

TEST_F(Conversation, nobody_rings_on_after_the_customer_has_hung_up) {
  world.ok(AddPerson{id, "bob"}, ann);
  world.ok(LeaveContact{id}, customer());
  EXPECT_EQ(world.ringing("bob"), "");
  EXPECT_EQ(world.refused(AcceptOffer{id}, bob), "offer_gone");
}

TEST_F(Conversation, rating_is_the_customers_after_the_end_for_a_day) {
  EXPECT_EQ(world.refused(RateContact{id, 5, true, {}}, customer()), "rating_too_early");
  world.ok(LeaveContact{id}, customer());
  EXPECT_EQ(world.refused(RateContact{id, 6, true, {}}, customer()), "rating_invalid");
  EXPECT_EQ(world.refused(RateContact{id, 5, true, {}}, cem), "not_in_contact");
  world.ok(RateContact{id, 4, true, "gut"}, customer());
  world.pass(23h);
  world.ok(RateContact{id, 5, true, "gut"}, customer());
  EXPECT_EQ(contact().rating->stars, 5);
  world.pass(2h);
  EXPECT_EQ(world.refused(RateContact{id, 1, {}, {}}, customer()), "contact_unknown") << "forgotten after a day";
}

TEST_F(Conversation, strangers_and_other_tenants_do_not_reach_it) {
  const std::string other = world.open("support");
  EXPECT_EQ(world.refused(LeaveContact{id}, Actor::customer(other)), "contact_unknown");
  EXPECT_EQ(world.refused(SendChat{id, "hi", {}, {}}, bob), "not_in_contact");
  EXPECT_EQ(world.refused(LeaveContact{id}, customer(), "t2"), "tenant_unknown");
}

/// A chat between a customer and Ann.
class Raise : public Conversation {
 protected:
  Raise() {
    world.ok(EndContact{id, {}}, ann);
    world.ok(CompleteWrapup{id, "solved", {}, {}}, ann);
    world.ok(SetAgentState{routing::AgentState::kBreak, "lunch"}, cem);
    chat = world.open("accounts", Channel::kChat);
    world.accept("ann", chat);
  }
  std::string chat;
};

TEST_F(Raise, starts_the_clock_of_the_call) {
  world.pass(48s);
  EXPECT_EQ(world.contact(chat).call_since_at, UtcMillis{});
  world.ok(RaiseChannel{chat, Channel::kAudio}, ann);
  world.ok(AnswerRaise{chat, true}, Actor::customer(chat));
  EXPECT_EQ(world.contact(chat).call_since_at, world.now);
  EXPECT_EQ(world.contact(chat).talk_since_at + 48s, world.now);
}

TEST_F(Raise, needs_the_other_sides_consent) {
  world.ok(RaiseChannel{chat, Channel::kVideo}, ann);
  EXPECT_EQ(world.refused(AnswerRaise{chat, true}, ann), "own_raise");
  world.ok(AnswerRaise{chat, true}, Actor::customer(chat));
  EXPECT_EQ(world.contact(chat).channel, Channel::kVideo);
  EXPECT_TRUE(agent("ann").calls.contains(chat)) << "it takes the call slot now";
  EXPECT_TRUE(agent("ann").chats.empty());
}

TEST_F(Raise, refused_keeps_the_channel) {
  world.ok(RaiseChannel{chat, Channel::kAudio}, Actor::customer(chat));
  world.ok(AnswerRaise{chat, false}, ann);
  EXPECT_EQ(world.contact(chat).channel, Channel::kChat);
  EXPECT_EQ(world.refused(AnswerRaise{chat, true}, ann), "no_raise");
}

TEST_F(Raise, wanted_by_both_needs_no_further_answer) {
  world.ok(RaiseChannel{chat, Channel::kAudio}, Actor::customer(chat));
  world.ok(RaiseChannel{chat, Channel::kAudio}, ann);
  EXPECT_EQ(world.contact(chat).channel, Channel::kAudio);
}

TEST_F(Raise, is_refused_while_the_agent_is_in_a_call) {
  const std::string call = world.open("accounts", Channel::kAudio);
  world.accept("ann", call);
  EXPECT_EQ(world.refused(RaiseChannel{chat, Channel::kAudio}, Actor::customer(chat)), "agent_in_call");
}

TEST_F(Raise, takes_a_ringing_call_from_the_agent_who_is_now_in_one) {
  const std::string call = world.open("accounts", Channel::kAudio);
  ASSERT_EQ(world.ringing("ann"), call);
  world.ok(RaiseChannel{chat, Channel::kAudio}, Actor::customer(chat));
  world.ok(AnswerRaise{chat, true}, ann);
  EXPECT_EQ(world.ringing("ann"), "");
  EXPECT_EQ(world.state(call), State::kWaiting);
}

TEST_F(Raise, of_whoever_waits_needs_nobodys_consent_and_keeps_the_place) {
  const std::string first = world.open("support");
  const std::string second = world.open("support");
  ASSERT_EQ(world.desk().place(first)->position, 1U);
  world.ok(RaiseChannel{first, Channel::kChat}, Actor::customer(first));
  EXPECT_EQ(world.contact(first).channel, Channel::kChat);
  EXPECT_EQ(world.desk().place(first)->position, 1U);
  EXPECT_EQ(world.desk().place(second)->position, 2U);
  EXPECT_FALSE(world.contact(first).raise);
}

TEST_F(Raise, of_whoever_waits_reaches_an_agent_who_is_in_a_call) {
  world.accept("ann", world.open("accounts", Channel::kAudio));
  const std::string waiting = world.open("accounts", Channel::kVideo);
  ASSERT_EQ(world.ringing("ann"), "");
  world.ok(RaiseChannel{waiting, Channel::kChat}, Actor::customer(waiting));
  EXPECT_EQ(world.ringing("ann"), waiting);
}

TEST_F(Raise, of_whoever_is_rung_for_rings_anew_where_there_is_a_place) {
  const std::string video = world.open("accounts", Channel::kVideo);
  ASSERT_EQ(world.ringing("ann"), video);
  world.ok(RaiseChannel{video, Channel::kChat}, Actor::customer(video));
  EXPECT_EQ(world.contact(video).channel, Channel::kChat);
  EXPECT_EQ(world.ringing("ann"), video);
  world.accept("ann", video);
  EXPECT_TRUE(agent("ann").chats.contains(video));
  EXPECT_TRUE(agent("ann").calls.empty());
}

TEST_F(Raise, goes_up_only) { EXPECT_EQ(world.refused(RaiseChannel{chat, Channel::kChat}, ann), "raise_not_higher"); }

// ---- what one contact may hold

TEST(Limits, what_changes_nothing_is_no_event) {
  World w;
  w.ready("ann");
  const std::string c = w.open();
  w.accept("ann", c);
  w.ok(SetMedia{c, call::Media::kOn, call::Media::kOff}, Actor::customer(c));
  EXPECT_TRUE(w.ok(SetMedia{c, call::Media::kOn, call::Media::kOff}, Actor::customer(c)).empty());
  w.ok(StoreCheck{c, "{}"}, Actor::customer(c));
  EXPECT_TRUE(w.ok(StoreCheck{c, "{}"}, Actor::customer(c)).empty());
  w.ok(SetConsent{c, Purpose::kRecording, 1, true}, Actor::customer(c));
  EXPECT_TRUE(w.ok(SetConsent{c, Purpose::kRecording, 1, true}, Actor::customer(c)).empty());
  w.ok(SetConsent{c, Purpose::kRecording, 1, false}, Actor::customer(c));
  for (int version = 1; version < 9; ++version)
    EXPECT_TRUE(w.ok(SetConsent{c, Purpose::kRecording, version, false}, Actor::customer(c)).empty());
  EXPECT_EQ(w.desk().consents().history(c).size(), 2U);
  w.ok(SetHold{c, true}, Actor::agent("ann"));
  EXPECT_TRUE(w.ok(SetHold{c, true}, Actor::agent("ann")).empty());
}

TEST(Limits, changes_back_and_forth_are_slowed_for_each_person_and_withdrawing_never_is) {
  World w;
  w.ready("ann");
  const std::string c = w.open();
  w.accept("ann", c);
  std::size_t done = 0;
  for (int i = 0; i < 200; ++i) {
    const auto media = i % 2 == 0 ? call::Media::kOn : call::Media::kOff;
    done += w.tell(SetMedia{c, media, call::Media::kNone}, Actor::customer(c)).value_or(std::vector<Event>{}).size();
  }
  EXPECT_EQ(done, 60U);
  const auto other = w.contact(c).customer().audio == call::Media::kOn ? call::Media::kOff : call::Media::kOn;
  EXPECT_EQ(w.refused(SetMedia{c, other, call::Media::kNone}, Actor::customer(c)), "too_many_changes");
  w.ok(SetHold{c, true}, Actor::agent("ann"));
  EXPECT_EQ(w.refused(SetConsent{c, Purpose::kRecording, 1, true}, Actor::customer(c)), "too_many_changes");
  w.ok(SetConsent{c, Purpose::kRecording, 1, false}, Actor::customer(c));
  w.pass(2s);
  w.ok(SetMedia{c, other, call::Media::kNone}, Actor::customer(c));
}

TEST(Limits, devices_are_checked_so_often_and_not_after_the_end) {
  World w;
  const std::string c = w.open();
  for (std::size_t i = 0; i < kMostChecks; ++i) w.ok(StoreCheck{c, std::to_string(i)}, Actor::customer(c));
  EXPECT_EQ(w.refused(StoreCheck{c, "more"}, Actor::customer(c)), "too_many_checks");
  w.ok(LeaveContact{c}, Actor::customer(c));
  EXPECT_EQ(w.refused(StoreCheck{c, "late"}, Actor::customer(c)), "contact_over");
}

TEST(WithoutRole, who_is_no_agent_any_more_holds_hands_on_and_ends_what_they_are_in) {
  World w;
  w.ready("ann");
  const std::string c = w.open();
  w.accept("ann", c);
  w.ready("cem");
  const std::string other = w.open();
  w.accept("cem", other);
  auto config = testkit::two_queues();
  std::erase_if(config.agents, [](const AgentProfile& a) { return a.user_id == "ann"; });
  w.center.configure(config);
  w.ok(SetHold{c, true}, Actor::agent("ann"));
  EXPECT_EQ(w.refused(EndContact{other, {}}, Actor::agent("ann")), "not_in_contact");
  EXPECT_EQ(w.refused(EndContact{c, {}}, Actor::customer(c)), "agents_only");
  w.ok(EndContact{c, {}}, Actor::agent("ann"));
  EXPECT_TRUE(w.contact(c).ended());
}

}  // namespace
}  // namespace visavis::center
