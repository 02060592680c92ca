// SPDX-License-Identifier: Apache-2.0
// The state machine alone; whole conversations are tested in center/core.
#include <gtest/gtest.h>

#include "center/call/domain.hpp"

namespace visavis::center::call {
namespace {

Meta meta(std::int64_t at = 0, const std::string& contact = "c") { return {"t", contact, UtcMillis{at}, {}}; }

class ContactsTest : public ::testing::Test {
 protected:
  ContactsTest() {
    Opened opened;
    opened.participant_id = "p0";
    opened.customer_name = "李雷";
    contacts.apply(meta(10), opened);
  }
  void join(const std::string& participant, const std::string& user, Role role) {
    contacts.apply(meta(20), AgentJoined{participant, user, user, role, Channel::kChat});
  }
  const Contact& contact() const { return *contacts.find("c"); }

  Contacts contacts;
};

TEST_F(ContactsTest, rings_and_waits_with_offers_of_a_new_contact_only) {
  routing::Offered offer;
  offer.kind = routing::OfferKind::kInvite;
  contacts.apply(meta(), offer);
  EXPECT_EQ(contact().state, State::kWaiting);
  offer.kind = routing::OfferKind::kNew;
  contacts.apply(meta(), offer);
  EXPECT_EQ(contact().state, State::kOffered);
  contacts.apply(meta(), routing::Withdrawn{"u", routing::OfferKind::kNew, routing::WithdrawReason::kAgentLost});
  EXPECT_EQ(contact().state, State::kWaiting);
}

TEST_F(ContactsTest, makes_the_longest_present_guest_the_agent) {
  join("p1", "ann", Role::kAgent);
  join("p2", "bob", Role::kGuest);
  join("p3", "cem", Role::kGuest);
  contacts.apply(meta(), AgentLeft{"p1", "ann", PartReason::kHungUp, {}});
  EXPECT_EQ(contact().of_user("bob")->role, Role::kAgent);
  EXPECT_EQ(contact().of_user("cem")->role, Role::kGuest);
}

TEST_F(ContactsTest, lets_go_of_a_hold_with_the_one_who_held) {
  join("p1", "ann", Role::kAgent);
  join("p2", "bob", Role::kGuest);
  contacts.apply(meta(), Held{true, "p1"});
  contacts.apply(meta(), AgentLeft{"p2", "bob", PartReason::kHungUp, {}});
  EXPECT_TRUE(contact().hold.has_value());
  contacts.apply(meta(), AgentLeft{"p1", "ann", PartReason::kHungUp, {}});
  EXPECT_FALSE(contact().hold.has_value());
}

TEST_F(ContactsTest, are_listed_for_the_agent_until_the_wrapup_is_done) {
  join("p1", "ann", Role::kAgent);
  EXPECT_TRUE(contacts.of_user("ann").contains("c"));
  contacts.apply(meta(), AgentLeft{"p1", "ann", PartReason::kEnded, UtcMillis{60'000}});
  EXPECT_TRUE(contacts.of_user("ann").contains("c"));
  WrapupDone done;
  done.user_id = "ann";
  contacts.apply(meta(), done);
  EXPECT_FALSE(contacts.of_user("ann").contains("c"));
}

TEST_F(ContactsTest, ignore_events_about_nobody) {
  contacts.apply(meta(0, "x"), Ended{});
  contacts.apply(meta(), AgentLeft{"p9", "ann", PartReason::kGone, {}});
  contacts.apply(meta(), AgentLeft{"p0", "ann", PartReason::kGone, {}});
  contacts.apply(meta(), ParticipantGone{"p9", {}});
  EXPECT_TRUE(contact().customer().here) << "a customer does not leave as an agent does";
  EXPECT_EQ(contacts.find("x"), nullptr);
}

TEST_F(ContactsTest, who_acts_is_the_customer_by_token_or_an_agent_inside) {
  join("p1", "ann", Role::kAgent);
  EXPECT_EQ(acting(contact(), Actor::customer("c")).value()->id, "p0");
  EXPECT_EQ(acting(contact(), Actor::customer("d")).error().code, "contact_unknown");
  EXPECT_EQ(acting(contact(), Actor::agent("ann")).value()->id, "p1");
  EXPECT_EQ(acting(contact(), Actor::agent("bob")).error().code, "not_in_contact");
  EXPECT_EQ(acting(contact(), Actor::agent("")).error().code, "not_in_contact");
  EXPECT_EQ(acting(contact(), Actor::system()).error().code, "contact_unknown");
}

TEST_F(ContactsTest, deciders_refuse_outside_of_a_conversation) {
  const Participant& customer = contact().customer();
  EXPECT_EQ(hold(contact(), customer, true).error().code, "contact_not_active");
  EXPECT_EQ(ask_raise(contact(), customer, Channel::kVideo).error().code, "contact_not_active");
  EXPECT_EQ(answer_raise(contact(), customer, true).error().code, "contact_not_active");
  EXPECT_TRUE(set_media(contact(), customer, Media::kOn, Media::kOff).has_value()) << "already while waiting";
  contacts.apply(meta(30), Ended{EndReason::kAbandoned, "p0"});
  EXPECT_EQ(set_media(contact(), customer, Media::kOn, Media::kOff).error().code, "contact_not_active");
  EXPECT_EQ(rate(contact(), {5, {}, {}}, UtcMillis{40}, Millis{1'000}).error().code, "rating_too_early")
      << "nobody has answered";
}

}  // namespace
}  // namespace visavis::center::call
