// SPDX-License-Identifier: Apache-2.0
// Who serves whom: agents' states, ringing, accepting, refusing, taking by hand.
#include <algorithm>
#include <queue>

#include "center/core/desk_deciding.hpp"
#include "center/types/text.hpp"

namespace visavis::center {
namespace {

struct Cursor {
  const queue::Bucket* bucket;
  std::size_t next;
  const queue::Waiting& front() const { return *(*bucket)[next]; }
};

struct LaterFirst {
  bool operator()(const Cursor& a, const Cursor& b) const { return queue::before(b.front(), a.front()); }
};

}  // namespace

routing::Need Desk::need_of(const queue::Waiting& waiting) const {
  const QueueConfig* config = queue(waiting.entry.queue_id);
  return {waiting.contact_id, config ? &config->skills : nullptr, waiting.entry.channel, waiting.entry.language,
          waiting.entry.only_user_id};
}

/// Serves the waiting in their order over all queues. Buckets whose first finds nobody are left out as a whole, so that
/// the cost follows the number of buckets and of offers made, not the number of people waiting.
void Desk::route(Deciding& d) {
  if (!roster_.anyone_free() || waiting_.size() == 0) return;
  std::priority_queue<Cursor, std::vector<Cursor>, LaterFirst> cursors;
  for (const auto& [key, bucket] : waiting_.buckets()) cursors.push({&bucket, 0});
  while (!cursors.empty() && roster_.anyone_free()) {
    Cursor cursor = cursors.top();
    cursors.pop();
    if (!ring_somebody(d, cursor.front())) continue;
    if (++cursor.next < cursor.bucket->size()) cursors.push(cursor);
  }
}

bool Desk::ring_somebody(Deciding& d, const queue::Waiting& waiting) {
  const std::string contact_id = waiting.contact_id;
  if (roster_.offer(contact_id) || !contacts_.find(contact_id)->customer().present) return true;
  const routing::Need need = need_of(waiting);
  const Timings& t = config_.timings;
  const routing::Agent* agent = roster_.pick(need, d.now, t.offer_again);
  if (!agent) return roster_.has_refusals(contact_id);
  routing::Offered offer;
  offer.user_id = agent->profile.user_id;
  offer.channel = contacts_.find(contact_id)->channel;
  offer.expires_at = d.now + t.ring;
  offer.by_user_id = waiting.entry.by_user_id;
  offer.note = waiting.entry.note;
  emit(d, contact_id, std::move(offer));
  return true;
}

Result<void> Desk::on(Deciding& d, const SetAgentState& c) {
  const auto agent = acting_agent(d);
  if (!agent) return std::unexpected(agent.error());
  const bool reason_known = config_.break_reasons.contains(c.reason);
  if (c.state == routing::AgentState::kBreak && !reason_known) {
    return fail(ErrorKind::kInvalid, "break_reason_unknown", "Choose one of the break reasons of your company.");
  }
  if (c.state != routing::AgentState::kOffline && !(*agent)->connected) {
    return fail(ErrorKind::kConflict, "agent_not_connected",
                "Open the console first: without it nobody can reach you.");
  }
  const std::string reason = c.state == routing::AgentState::kBreak ? c.reason : std::string{};
  if ((*agent)->chosen == c.state && (*agent)->reason == reason) return {};
  const std::string ringing = (*agent)->ringing;
  emit(d, {}, routing::StateSet{d.actor.user_id, c.state, reason});
  if (c.state != routing::AgentState::kReady && !ringing.empty()) {
    refused(d, ringing, routing::RefuseReason::kDeclined, std::string{name_of(c.state)});
  }
  return {};
}

Result<void> Desk::on(Deciding& d, const AcceptOffer& c) {
  const auto agent = acting_agent(d);
  if (!agent) return std::unexpected(agent.error());
  const routing::Offer* found = roster_.offer(c.contact_id);
  if (!found || found->user_id != d.actor.user_id) {
    return fail(ErrorKind::kConflict, "offer_gone", "This contact is no longer offered to you. Wait for the next one.");
  }
  const routing::Offer offer = *found;
  emit(d, c.contact_id, routing::Accepted{offer.user_id, offer.kind});
  if (offer.kind == routing::OfferKind::kNew) leave_queue(d, c.contact_id, queue::LeaveReason::kAnswered);
  const bool guest = offer.kind == routing::OfferKind::kInvite;
  join(d, c.contact_id, offer.user_id, guest ? call::Role::kGuest : call::Role::kAgent);
  if (offer.kind != routing::OfferKind::kTransfer) return {};
  if (const call::Participant* from = contacts_.find(c.contact_id)->of_user(offer.by_user_id)) {
    part(d, c.contact_id, call::Participant{*from}, call::PartReason::kTransferred);
  }
  return {};
}

Result<void> Desk::on(Deciding& d, const DeclineOffer& c) {
  const auto agent = acting_agent(d);
  if (!agent) return std::unexpected(agent.error());
  const routing::Offer* offer = roster_.offer(c.contact_id);
  if (!offer || offer->user_id != d.actor.user_id)
    return {};  // it has been taken away meanwhile: the same to the agent
  if (!fits(c.reason, 200)) {
    return fail(ErrorKind::kInvalid, "reason_too_long", "A reason may have 200 characters. Shorten it.");
  }
  refused(d, c.contact_id, routing::RefuseReason::kDeclined, c.reason);
  return {};
}

void Desk::refused(Deciding& d, const std::string& contact_id, routing::RefuseReason reason, std::string detail) {
  const routing::Offer offer = *roster_.offer(contact_id);
  emit(d, contact_id, routing::Refused{offer.user_id, offer.kind, reason, std::move(detail)});
  if (offer.kind != routing::OfferKind::kNew) return;  // the contact's agent is told and still has it
  const queue::Waiting* waiting = waiting_.find(contact_id);
  if (waiting && waiting->entry.only_user_id == offer.user_id) {
    lose_target(d, contact_id, queue::EnterReason::kTargetRefused);
  }
}

/// The one agent it waited for does not take it: from now on anybody of the queue may, except for practice.
void Desk::lose_target(Deciding& d, const std::string& contact_id, queue::EnterReason reason) {
  queue::Entered entry = waiting_.find(contact_id)->entry;
  if (entry.only_strict) {
    end(d, contact_id, call::EndReason::kAgentHungUp, {});
    return;
  }
  entry.reason = reason;
  entry.excluded = {entry.only_user_id};
  entry.only_user_id.clear();
  const QueueConfig* config = queue(entry.queue_id);
  entry.wait_until_at = config && config->max_wait > Seconds{0} ? d.now + config->max_wait : UtcMillis{};
  enter_queue(d, contact_id, std::move(entry));
}

Result<void> Desk::on(Deciding& d, const TakeContact& c) {
  const auto agent = acting_agent(d);
  if (!agent) return std::unexpected(agent.error());
  const routing::Offer* offer = roster_.offer(c.contact_id);
  if (offer && offer->user_id == d.actor.user_id) return on(d, AcceptOffer{c.contact_id});
  const queue::Waiting* waiting = waiting_.find(c.contact_id);
  if (!waiting || !may_serve(d.actor.user_id, *waiting)) {
    return fail(ErrorKind::kNotFound, "not_waiting", "This contact does not wait for you. Choose another one.");
  }
  if (offer) {
    return fail(ErrorKind::kConflict, "offered_to_other", "It rings at a colleague just now. Choose another one.");
  }
  if (!(*agent)->free_for(waiting->entry.channel)) {
    return fail(ErrorKind::kConflict, "agent_not_free",
                "You can take a contact when you are ready, have completed your wrap-up and have a free place for it.");
  }
  leave_queue(d, c.contact_id, queue::LeaveReason::kAnswered);
  join(d, c.contact_id, d.actor.user_id, call::Role::kAgent);
  return {};
}

}  // namespace visavis::center
