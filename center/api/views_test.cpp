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

TEST_F(HandedOver, is_wrapup_for_the_one_and_active_for_the_others) {
  world.accept("cem", id);
  EXPECT_EQ(seen_by("ann").at("state").as_string(), "wrapup");
  EXPECT_TRUE(seen_by("ann").contains("wrapup"));
  EXPECT_EQ(seen_by("cem").at("state").as_string(), "active");
  EXPECT_EQ(seen_by("").at("state").as_string(), "active");
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
  EXPECT_NE(json::serialize(seen_by("cem")).find("\"order\":\"17\""), std::string::npos);
}

}  // namespace
}  // namespace visavis::center
