// SPDX-License-Identifier: Apache-2.0
#include "center/core/invariants.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <map>

#include "center/types/fields_json.hpp"

namespace visavis::center::testkit {
namespace {

using call::Contact;
using call::Participant;
using call::State;

bool speaks(const routing::Agent& agent, const queue::Waiting& waiting) {
  return agent.profile.languages.empty() || agent.profile.languages.contains(waiting.entry.language);
}

bool waits(const Contact& c) { return c.state == State::kWaiting || c.state == State::kOffered; }

void check_state(const Desk& desk, const Contact& c) {
  const routing::Offer* offer = desk.offer(c.id);
  const bool rings_first = offer && offer->kind == routing::OfferKind::kNew;
  EXPECT_EQ(desk.waiting(c.id) != nullptr, waits(c)) << "in a queue exactly while waiting or offered";
  EXPECT_EQ(rings_first, c.state == State::kOffered);
  EXPECT_EQ(c.agents_here() > 0, c.state == State::kActive) << "an agent is there exactly while active";
  EXPECT_EQ(c.ended(), c.state == State::kWrapup || c.state == State::kClosed);
  if (c.ended()) {
    EXPECT_EQ(c.any_open_wrapup(), c.state == State::kWrapup) << "closed as soon as no wrap-up is open";
    EXPECT_EQ(offer, nullptr);
    EXPECT_TRUE(c.end_reason.has_value());
  }
  EXPECT_LE(c.agents_here() + 1, call::kMaxParticipants);
  if (c.hold) EXPECT_TRUE(c.active() && c.participant(c.hold->by)->here);
  if (c.raise) EXPECT_TRUE(c.active() && c.raise->channel > c.channel);
  std::size_t agents = 0;
  for (const Participant& p : c.participants) agents += p.here && p.role == call::Role::kAgent ? 1 : 0;
  if (c.active()) EXPECT_GE(agents, 1U) << "somebody is the contact's agent";
}

void check_times(const Desk& desk, const Contact& c, UtcMillis now) {
  const Timings& t = desk.timings();
  if (c.ended()) {
    for (const call::Wrapup& w : c.wrapups) EXPECT_TRUE(w.done || now < w.until_at) << "wrap-up overdue";
    if (c.state == State::kClosed) EXPECT_LT(now, c.closed_at + desk.keep(c));
    return;
  }
  for (const Participant& p : c.participants) {
    if (p.here && !p.present) EXPECT_LT(now, p.gone_since_at + t.grace) << "grace overdue";
  }
  const routing::Offer* offer = desk.offer(c.id);
  if (offer) EXPECT_LT(now, offer->expires_at);
  const queue::Waiting* w = desk.waiting(c.id);
  const bool at_once = desk.deadline() <= now + Millis{1};  // the customer, or the contact, has just come back
  if (w && !offer && w->entry.wait_until_at > UtcMillis{} && c.customer().present && !at_once) {
    EXPECT_LT(now, w->entry.wait_until_at) << "max wait overdue";
  }
}

void check_agent(const Desk& desk, const std::string& id, const routing::Agent& a) {
  EXPECT_LE(a.calls.size(), 1U) << id;
  EXPECT_LE(a.chats.size(), static_cast<std::size_t>(a.profile.max_chats)) << id;
  std::size_t here = 0;
  for (const std::string& contact_id : desk.contacts_of(id)) {
    const Contact* c = desk.contact(contact_id);
    ASSERT_NE(c, nullptr);
    const bool in = c->of_user(id) != nullptr;
    here += in ? 1 : 0;
    const auto& slot = is_call(c->channel) ? a.calls : a.chats;
    EXPECT_EQ(in, slot.contains(contact_id)) << id;
    EXPECT_EQ(c->open_wrapup(id) != nullptr, a.wrapups.contains(contact_id)) << id;
  }
  EXPECT_EQ(here, a.load()) << id << " is in exactly the contacts that take a place";
  if (a.ringing.empty()) return;
  const routing::Offer* offer = desk.offer(a.ringing);
  ASSERT_NE(offer, nullptr) << id;
  EXPECT_EQ(offer->user_id, id) << "offered to two agents";
  EXPECT_EQ(a.chosen, routing::AgentState::kReady) << id;
  EXPECT_TRUE(a.wrapups.empty()) << id << " gets nothing in wrap-up";
  const queue::Waiting* w = desk.waiting(a.ringing);
  if (offer->kind == routing::OfferKind::kNew) {
    ASSERT_NE(w, nullptr);
    EXPECT_TRUE(desk.may_serve(id, *w)) << id << " lacks the skill";
  }
  if (is_call(desk.contact(a.ringing)->channel)) EXPECT_TRUE(a.calls.empty()) << id << " would have two calls";
}

void check_queues(const Desk& desk) {
  std::map<std::string, std::size_t> next;
  for (const queue::Waiting* w : desk.waiting_in_order()) {
    ASSERT_NE(desk.contact(w->contact_id), nullptr);
    EXPECT_EQ(desk.place(w->contact_id)->position, ++next[w->entry.queue_id]) << "positions are 1..n in order";
  }
  for (const auto& [queue_id, count] : next) EXPECT_EQ(desk.waiting_count(queue_id), count);
}

/// Somebody waits and an agent who could serve sits there: must not be.
void check_nobody_idles(const Desk& desk) {
  for (const queue::Waiting* w : desk.waiting_in_order()) {
    if (desk.offer(w->contact_id) || !desk.contact(w->contact_id)->customer().present) continue;
    for (const auto& [id, agent] : desk.agents()) {
      if (!agent.free_for(w->entry.channel) || !desk.may_serve(id, *w)) continue;
      const bool refused = desk.has_refused(w->contact_id, id);
      EXPECT_TRUE(!speaks(agent, *w) || refused) << id << " idles while " << w->contact_id << " waits";
    }
  }
}

boost::json::array dump_lines(const Desk& desk, const std::string& id) {
  boost::json::array lines;
  for (const chat::Message& m : desk.messages(id)) lines.push_back(write_fields(m));
  for (const consent::Record& r : desk.consents().history(id)) lines.push_back(write_fields(r));
  return lines;
}

}  // namespace

std::string dump(const Desk& desk, UtcMillis now) {
  boost::json::object all;
  for (const auto& [id, contact] : desk.contacts()) {
    const bool over = contact.state == State::kClosed && contact.closed_at + desk.keep(contact) <= now;
    if (over && now > UtcMillis{}) continue;
    all[id] = write_fields(contact);
    all[id + " lines"] = dump_lines(desk, id);
    if (const auto* offer = desk.offer(id)) all[id + " offer"] = write_fields(*offer);
    if (const auto* waiting = desk.waiting(id)) all[id + " waiting"] = write_fields(*waiting);
    if (const auto place = desk.place(id)) all[id + " position"] = place->position;
  }
  for (const auto& [id, agent] : desk.agents()) all["agent " + id] = write_fields(agent);
  return boost::json::serialize(all);
}

void check_invariants(const Desk& desk, UtcMillis now, bool timely) {
  SCOPED_TRACE("tenant " + desk.tenant_id());
  for (const auto& [id, contact] : desk.contacts()) {
    SCOPED_TRACE("contact " + id);
    check_state(desk, contact);
    if (timely) check_times(desk, contact, now);
  }
  for (const auto& [id, agent] : desk.agents()) check_agent(desk, id, agent);
  check_queues(desk);
  if (timely) check_nobody_idles(desk);
}

void check_nobody_was_passed_over(const Desk& desk, const std::string& contact_id, const std::string& user_id) {
  const queue::Waiting* offered = desk.waiting(contact_id);
  if (!offered) return;  // a later event of the same batch has taken it out
  for (const queue::Waiting* w : desk.waiting_in_order()) {
    if (!queue::before(*w, *offered)) return;
    const bool same_line = is_call(w->entry.channel) == is_call(offered->entry.channel) &&
                           w->entry.language == offered->entry.language && w->entry.only_user_id.empty();
    const bool can_ring = !desk.offer(w->contact_id) && desk.contact(w->contact_id)->customer().present;
    const bool could = desk.may_serve(user_id, *w) && speaks(*desk.agent(user_id), *w);
    EXPECT_FALSE(same_line && can_ring && could && !desk.has_refused(w->contact_id, user_id))
        << w->contact_id << " was passed over for " << contact_id;
  }
}

}  // namespace visavis::center::testkit
