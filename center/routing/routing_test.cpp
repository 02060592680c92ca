// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "center/routing/domain.hpp"

namespace visavis::center::routing {
namespace {

using namespace std::chrono_literals;

Meta meta(const std::string& contact, std::int64_t at = 0) { return {"t", contact, UtcMillis{at}, {}}; }

class RosterTest : public ::testing::Test {
 protected:
  RosterTest() {
    roster.configure({{"ann", "Ann", {"cards"}, {"zh-CN"}, 2}, {"bob", "Bob", {"cards", "loans"}, {"en"}, 2}});
    for (const char* user : {"ann", "bob"}) {
      roster.set_connected(user, true);
      roster.apply(meta("", 1), StateSet{user, AgentState::kReady, {}});
    }
  }
  std::string pick(const std::string& contact, UtcMillis now = {}, Channel channel = Channel::kVideo,
                   std::string_view language = "") const {
    const Agent* agent = roster.pick({contact, &cards, channel, language, {}}, now, 10s);
    return agent ? agent->profile.user_id : "";
  }
  void join(const std::string& user, const std::string& contact, Channel channel, std::int64_t at = 0) {
    call::AgentJoined joined;
    joined.user_id = user;
    joined.channel = channel;
    roster.apply(meta(contact, at), joined);
  }

  Roster roster;
  const std::set<std::string> cards{"cards"};
  const std::set<std::string> loans{"loans"};
};

TEST_F(RosterTest, picks_by_skill) {
  const Agent* agent = roster.pick({"c", &loans, Channel::kVideo, {}, {}}, {}, 10s);
  ASSERT_NE(agent, nullptr);
  EXPECT_EQ(agent->profile.user_id, "bob");
  EXPECT_EQ(roster.serving(&cards), 2U);
  EXPECT_EQ(roster.serving(&loans), 1U);
}

TEST_F(RosterTest, picks_the_less_loaded_then_the_longer_idle) {
  join("ann", "x", Channel::kChat);
  EXPECT_EQ(pick("c"), "bob");
  roster.apply(meta("x", 500), call::AgentLeft{"p", "ann", call::PartReason::kHungUp, {}});
  EXPECT_EQ(pick("c"), "bob") << "idle since 1, Ann since 500";
}

TEST_F(RosterTest, leaves_out_who_is_ringing_away_on_break_or_without_connection) {
  Offered offer;
  offer.user_id = "ann";
  roster.apply(meta("x"), offer);
  EXPECT_EQ(pick("c"), "bob");
  roster.set_connected("bob", false);
  EXPECT_EQ(pick("c"), "");
  roster.set_connected("bob", true);
  roster.apply(meta(""), StateSet{"bob", AgentState::kBreak, "lunch"});
  EXPECT_EQ(pick("c"), "");
  roster.apply(meta("x"), Withdrawn{"ann", OfferKind::kNew, WithdrawReason::kCustomerLeft});
  EXPECT_EQ(pick("c"), "ann");
  roster.configure({{"bob", "Bob", {"cards"}, {}, 2}});
  EXPECT_EQ(pick("c"), "") << "Ann is no longer with the company";
}

TEST_F(RosterTest, prefers_the_language_of_anyone_signed_in) {
  EXPECT_EQ(pick("c", {}, Channel::kVideo, "en-US"), "bob");
  EXPECT_EQ(pick("c", {}, Channel::kVideo, "zh-TW"), "ann");
  EXPECT_NE(pick("c", {}, Channel::kVideo, "fr"), "") << "nobody speaks it: better in another language than never";
  join("bob", "x", Channel::kVideo);
  EXPECT_EQ(pick("c", {}, Channel::kVideo, "en"), "") << "Bob speaks it and comes back";
}

TEST_F(RosterTest, asks_a_refuser_again_only_after_the_pause_and_when_nobody_else_will_be_free_soon) {
  Offered offer;
  offer.user_id = "ann";
  roster.apply(meta("c", 0), offer);
  roster.apply(meta("c", 1'000), Refused{"ann", OfferKind::kNew, RefuseReason::kDeclined, {}});
  EXPECT_EQ(pick("c", UtcMillis{1'000}), "bob");
  offer.user_id = "bob";
  roster.apply(meta("other", 1'000), offer);
  EXPECT_EQ(pick("c", UtcMillis{60'000}), "") << "Bob's ring ends soon";
  roster.apply(meta("other", 2'000), Accepted{"bob", OfferKind::kNew});
  join("bob", "other", Channel::kVideo);
  EXPECT_EQ(pick("c", UtcMillis{10'999}), "");
  EXPECT_EQ(roster.pause_ends("c", UtcMillis{2'000}, 10s), UtcMillis{11'000});
  EXPECT_EQ(pick("c", UtcMillis{11'000}), "ann");
}

TEST_F(RosterTest, forgets_refusals_when_the_wait_ends_and_takes_over_exclusions) {
  roster.apply(meta("c", 0), Refused{"ann", OfferKind::kNew, RefuseReason::kDeclined, {}});
  EXPECT_TRUE(roster.has_refusals("c"));
  roster.apply(meta("c", 1), queue::Left{});
  EXPECT_FALSE(roster.has_refusals("c"));
  queue::Entered entered;
  entered.excluded = {"bob"};
  roster.apply(meta("c", 2), entered);
  EXPECT_TRUE(roster.has_refused("c", "bob"));
}

TEST_F(RosterTest, a_raised_chat_takes_the_call_slot) {
  join("ann", "c", Channel::kChat);
  EXPECT_TRUE(roster.find("ann")->free_for(Channel::kAudio));
  roster.apply(meta("c"), call::RaiseAnswered{true, Channel::kAudio});
  EXPECT_FALSE(roster.find("ann")->free_for(Channel::kVideo));
  EXPECT_TRUE(roster.find("ann")->free_for(Channel::kChat));
}

TEST_F(RosterTest, wrapup_lies_over_the_chosen_state) {
  join("ann", "c", Channel::kVideo);
  roster.apply(meta("c", 100), call::AgentLeft{"p", "ann", call::PartReason::kEnded, UtcMillis{60'100}});
  EXPECT_TRUE(roster.find("ann")->in_wrapup());
  EXPECT_EQ(roster.find("ann")->since_at, UtcMillis{100});
  EXPECT_EQ(pick("d", {}, Channel::kChat), "bob");
  call::WrapupDone done;
  done.user_id = "ann";
  roster.apply(meta("c", 200), done);
  EXPECT_EQ(roster.find("ann")->chosen, AgentState::kReady);
  EXPECT_FALSE(roster.find("ann")->in_wrapup());
  EXPECT_EQ(roster.find("ann")->since_at, UtcMillis{200});
}

TEST_F(RosterTest, the_clock_of_a_call_runs_from_the_call_and_that_of_ready_from_its_end) {
  const auto since = [this] { return roster.find("ann")->since_at; };
  join("ann", "c", Channel::kVideo, 100);
  EXPECT_EQ(since(), UtcMillis{100});
  join("ann", "chat", Channel::kChat, 150);
  roster.apply(meta("chat", 160), call::AgentLeft{"q", "ann", call::PartReason::kEnded, UtcMillis{60'160}});
  EXPECT_EQ(since(), UtcMillis{100}) << "a wrap-up under a call is not shown";
  roster.apply(meta("", 170), StateSet{"ann", AgentState::kBreak, "lunch"});
  EXPECT_EQ(since(), UtcMillis{100}) << "nor is a break chosen for later";
  roster.apply(meta("c", 200), call::AgentLeft{"p", "ann", call::PartReason::kHungUp, {}});
  EXPECT_EQ(since(), UtcMillis{200}) << "the wrap-up of the chat";
  call::WrapupDone done;
  done.user_id = "ann";
  roster.apply(meta("chat", 300), done);
  EXPECT_EQ(since(), UtcMillis{300});
}

TEST_F(RosterTest, a_guest_is_ready_since_leaving_and_a_chat_leaves_the_clock_alone) {
  const auto since = [this] { return roster.find("ann")->since_at; };
  join("ann", "c", Channel::kVideo, 100);
  roster.apply(meta("c", 200), call::AgentLeft{"p", "ann", call::PartReason::kEnded, {}});
  EXPECT_EQ(since(), UtcMillis{200});
  join("ann", "chat", Channel::kChat, 250);
  EXPECT_EQ(since(), UtcMillis{200});
  roster.apply(meta("chat", 300), call::RaiseAnswered{true, Channel::kAudio});
  EXPECT_EQ(since(), UtcMillis{300});
}

}  // namespace
}  // namespace visavis::center::routing
