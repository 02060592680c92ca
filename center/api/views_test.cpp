// SPDX-License-Identifier: Apache-2.0
// What each side is shown and told of the same contact.
#include "center/api/views.hpp"

#include "center/api/publisher.hpp"
#include "center/core/testkit.hpp"

namespace visavis::center {
namespace {

using testkit::World;
namespace json = boost::json;

/// Ann has handed a contact over to Cem with a word about it.
class HandedOver : public ::testing::Test {
 protected:
  HandedOver() {
    world.ready("ann");
    OpenContact opened;
    opened.name = "李雷";
    opened.attributes = {{"order", "17"}};
    id = world.open("accounts", Channel::kVideo, opened);
    world.accept("ann", id);
    world.ready("cem");
    world.ok(TransferContact{id, {{}, "cem"}, "has lost the card"}, Actor::agent("ann"));
  }
  json::object seen_by(const std::string& user) const { return views::contact(world.desk(), world.contact(id), user); }

  World world;
  std::string id;
};

TEST_F(HandedOver, rings_with_the_word_of_the_colleague) {
  const json::object offer = views::offer(world.desk(), world.contact(id), *world.desk().offer(id));
  EXPECT_EQ(offer.at("kind").as_string(), "transfer");
  EXPECT_EQ(offer.at("from_name").as_string(), "Ann");
  EXPECT_EQ(offer.at("note").as_string(), "has lost the card");
}

TEST_F(HandedOver, shows_those_in_it_whom_they_ring_until_the_answer) {
  const json::object ringing = seen_by("ann").at("ringing").as_object();
  EXPECT_EQ(ringing.at("name").as_string(), "Cem");
  EXPECT_EQ(ringing.at("kind").as_string(), "transfer");
  EXPECT_GT(ringing.at("expires_at").as_int64(), world.now.value);
  for (const std::string other : {"", "cem", "*"}) EXPECT_FALSE(seen_by(other).contains("ringing")) << other;
  world.ok(CancelOffer{id}, Actor::agent("ann"));
  EXPECT_FALSE(seen_by("ann").contains("ringing"));
}

TEST_F(HandedOver, is_wrapup_for_the_one_and_active_for_the_others) {
  world.accept("cem", id);
  EXPECT_EQ(seen_by("ann").at("state").as_string(), "wrapup");
  EXPECT_TRUE(seen_by("ann").contains("wrapup"));
  EXPECT_EQ(seen_by("cem").at("state").as_string(), "active");
  EXPECT_EQ(seen_by("").at("state").as_string(), "active");
}

TEST_F(HandedOver, has_the_clock_of_each_agent_and_the_customers) {
  const auto began = world.now.value;
  world.pass(Seconds{12});
  world.accept("cem", id);
  EXPECT_EQ(seen_by("cem").at("talk_since_at").as_int64(), began + 12'000);
  for (const std::string viewer : {"cem", ""})
    EXPECT_EQ(seen_by(viewer).at("call_started_at").as_int64(), began) << viewer << ": it is one call";
  EXPECT_EQ(seen_by("ann").at("talked_s").as_int64(), 12);
  EXPECT_FALSE(seen_by("").contains("talked_s"));
}

TEST_F(HandedOver, shows_its_word_to_whoever_came_then_and_to_nobody_who_went) {
  EXPECT_FALSE(seen_by("cem").contains("handed_over")) << "it is only offered";
  world.pass(Seconds{1});
  world.accept("cem", id);
  EXPECT_EQ(seen_by("cem").at("handed_over").at("note").as_string(), "has lost the card");
  EXPECT_EQ(seen_by("cem").at("handed_over").at("from_name").as_string(), "Ann");
  EXPECT_FALSE(seen_by("ann").contains("handed_over")) << "her own word";
  EXPECT_FALSE(seen_by("").contains("handed_over")) << "the customer";
  world.ready("bob");
  world.ok(TransferContact{id, {{}, "bob"}, "Ann was wrong"}, Actor::agent("cem"));
  world.pass(Seconds{1});
  world.accept("bob", id);
  EXPECT_EQ(seen_by("bob").at("handed_over").at("note").as_string(), "Ann was wrong");
  EXPECT_FALSE(seen_by("ann").contains("handed_over")) << "she writes her wrap-up, and it is about her";
  world.ok(LeaveContact{id}, Actor::customer(id));
  EXPECT_EQ(seen_by("bob").at("handed_over").at("note").as_string(), "Ann was wrong") << "in the wrap-up too";
}

TEST(WaitingAgain, tells_why_and_whether_anybody_works) {
  World world;
  world.ready("ann");
  const auto id = world.open("accounts");
  const auto seen = [&] { return views::contact(world.desk(), world.contact(id)); };
  EXPECT_TRUE(seen().at("staffed").as_bool());
  EXPECT_FALSE(seen().contains("waiting_because"));
  world.accept("ann", id);
  world.ok(TransferContact{id, {"support", {}}, {}}, Actor::agent("ann"));
  EXPECT_EQ(seen().at("waiting_because").as_string(), "transferred");
  EXPECT_FALSE(seen().at("staffed").as_bool()) << "nobody of that topic is ready";
  EXPECT_EQ(seen().at("waiting_since_at").as_int64(), world.now.value);
  world.ready("bob");
  EXPECT_TRUE(seen().at("staffed").as_bool());
  world.ok(RaiseChannel{id, Channel::kChat}, Actor::customer(id));
  EXPECT_EQ(seen().at("waiting_because").as_string(), "transferred") << "whatever the channel";
}

TEST(WaitingAgain, names_a_lost_agent_only_where_one_was_lost) {
  World world;
  world.ready("ann");
  const auto id = world.open("accounts");
  world.accept("ann", id);
  world.ok(AgentLost{"ann"});
  world.pass(Seconds{62});
  EXPECT_EQ(views::contact(world.desk(), world.contact(id)).at("waiting_because").as_string(), "agent_lost");
}

TEST(QueueMessage, is_what_the_snapshot_shows_each_agent) {
  World world;
  world.ready("bob");
  world.open("accounts");
  world.ok(SetAgentState{routing::AgentState::kOffline, {}}, Actor::agent("bob"));
  world.open("support");
  world.open("accounts");
  const auto lines = views::queue_lines(world.desk());
  for (const std::string user : {"ann", "bob", "cem", "nobody"}) {
    const json::object whole{{"rows", views::queue(world.desk(), user)}};
    EXPECT_EQ(json::parse(views::queue_message(world.desk(), lines, user)), json::value(whole)) << user;
  }
  EXPECT_EQ(views::queue(world.desk(), "cem").size(), 3U);
}

TEST_F(HandedOver, tells_the_agent_that_the_colleague_does_not_come) {
  const auto events = world.ok(DeclineOffer{id, "busy"}, Actor::agent("cem"));
  std::size_t notices = 0;
  for (const Saying& saying : sayings(world.desk(), events)) {
    if (saying.type != "notice") continue;
    ++notices;
    EXPECT_EQ(saying.to.id, "ann");
    EXPECT_NE(saying.data.find("colleague_declined"), std::string::npos);
  }
  EXPECT_EQ(notices, 1U);
}

TEST_F(HandedOver, shows_the_customer_nothing_of_what_agents_know) {
  world.accept("cem", id);
  const std::string text = json::serialize(seen_by(""));
  EXPECT_EQ(text.find("lost the card"), std::string::npos);
  EXPECT_EQ(text.find("attributes"), std::string::npos);
  EXPECT_EQ(text.find("wrapup"), std::string::npos);
  EXPECT_EQ(text.find("user_id"), std::string::npos);
  EXPECT_NE(json::serialize(seen_by("cem")).find("\"user_id\":\"cem\""), std::string::npos);
  EXPECT_NE(json::serialize(seen_by("cem")).find("\"order\":\"17\""), std::string::npos);
}

}  // namespace
}  // namespace visavis::center
