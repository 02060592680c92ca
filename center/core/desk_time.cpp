// SPDX-License-Identifier: Apache-2.0
// Connections that come and go, and everything that happens because time has passed.
#include <algorithm>

#include "center/core/desk_deciding.hpp"

namespace visavis::center {

using call::Contact;
using call::Participant;

Result<void> Desk::on(Deciding& d, const CustomerConnected& c) {
  const auto contact = known(c.contact_id);
  if (!contact) return std::unexpected(contact.error());
  customers_unseen_.erase(c.contact_id);
  never_came_.erase(c.contact_id);
  const Participant& customer = (*contact)->customer();
  if (!(*contact)->ended() && !customer.present) {
    emit(d, c.contact_id, call::ParticipantBack{customer.id});
  } else {
    rearm_contact(c.contact_id, d.now);
  }
  return {};
}

Result<void> Desk::on(Deciding& d, const CustomerLost& c) {
  const auto contact = known(c.contact_id);
  if (!contact) return std::unexpected(contact.error());
  if ((*contact)->ended() || !(*contact)->customer().present) return {};
  customers_unseen_.try_emplace(c.contact_id, d.now);
  rearm_contact(c.contact_id, d.now);
  return {};
}

Result<void> Desk::on(Deciding& d, const AgentConnected& c) {
  const routing::Agent* agent = roster_.find(c.user_id);
  // Who may take nothing any more still has the conversations they are in.
  if (!agent || (!agent->enabled && contacts_.of_user(c.user_id).empty())) {
    return fail(ErrorKind::kNotFound, "user_unknown", "There is no such agent in this company.");
  }
  agents_unseen_.erase(c.user_id);
  rearm_agent(c.user_id);
  roster_.set_connected(c.user_id, true);
  const std::set<std::string> mine = contacts_.of_user(c.user_id);
  for (const std::string& contact_id : mine) {
    const Participant* p = contacts_.find(contact_id)->of_user(c.user_id);
    if (p && !p->present) emit(d, contact_id, call::ParticipantBack{p->id});
  }
  return {};
}

Result<void> Desk::on(Deciding& d, const AgentLost& c) {
  if (const routing::Agent* agent = roster_.find(c.user_id); agent && agent->connected) {
    roster_.set_connected(c.user_id, false);
    agents_unseen_[c.user_id] = {d.now, false};
    rearm_agent(c.user_id);
  }
  return {};
}

Result<void> Desk::on(Deciding& d, const AgentDismissed& c) {
  const routing::Agent* agent = roster_.find(c.user_id);
  if (!agent) return {};
  if (agent->chosen != routing::AgentState::kOffline) {
    emit(d, {}, routing::StateSet{c.user_id, routing::AgentState::kOffline, {}});
  }
  const std::string ringing = agent->ringing;
  if (!ringing.empty()) withdraw_offer(d, ringing, routing::WithdrawReason::kAgentLost);
  const std::set<std::string> mine = contacts_.of_user(c.user_id);
  for (const std::string& contact_id : mine) {
    if (const Participant* p = contacts_.find(contact_id)->of_user(c.user_id))
      agent_gone(d, contact_id, std::string{p->id});
  }
  return {};
}

std::vector<Event> Desk::restarted(UtcMillis now, IdSource& ids) {
  Deciding d{now, Actor::system(), ids, {}};
  std::vector<std::string> open;
  for (const auto& [id, contact] : contacts_.all()) {
    if (!contact.ended()) open.push_back(id);
  }
  for (const std::string& id : open) {
    withdraw_offer(d, id, routing::WithdrawReason::kRestart);
    const queue::Waiting* waiting = waiting_.find(id);
    const UtcMillis soonest = now + config_.timings.grace;
    if (waiting && waiting->entry.wait_until_at > UtcMillis{} && waiting->entry.wait_until_at < soonest) {
      queue::Entered entry = waiting->entry;  // nobody is sent away for the time that the server was down
      entry.wait_until_at = soonest;
      enter_queue(d, id, std::move(entry));
    }
    const std::vector<Participant> people = contacts_.find(id)->participants;
    for (const Participant& p : people) {
      // Grace begins anew even for those who were gone before: how long the server was down is not their fault.
      if (p.here) emit(d, id, call::ParticipantGone{p.id, now});
    }
  }
  restart_wrapups(d);
  for (const auto& [user_id, agent] : roster_.agents()) {
    if (agent.chosen == routing::AgentState::kOffline) continue;
    agents_unseen_[user_id] = {now, true};
    rearm_agent(user_id);
  }
  return std::move(d.events);
}

/// A note that was being written when the server stopped is not lost for the time that it was down.
void Desk::restart_wrapups(Deciding& d) {
  const UtcMillis soonest = d.now + config_.timings.grace;
  std::vector<std::pair<std::string, std::string>> short_ones;
  for (const auto& [id, contact] : contacts_.all()) {
    for (const call::Wrapup& wrapup : contact.wrapups) {
      if (!wrapup.done && wrapup.until_at < soonest) short_ones.emplace_back(id, wrapup.user_id);
    }
  }
  for (const auto& [contact_id, user_id] : short_ones) emit(d, contact_id, call::WrapupExtended{user_id, soonest});
}

std::vector<Event> Desk::on_deadline(UtcMillis now, IdSource& ids) {
  Deciding d{now, Actor::system(), ids, {}};
  const std::vector<std::string> keys = timers_.take_due(now);
  for (const std::string& key : keys) {
    const std::string id = key.substr(2);
    if (key.starts_with("a:")) {
      agent_due(d, id);
    } else if (contacts_.find(id)) {
      contact_due(d, id);
    }
  }
  if (keys.empty()) return {};
  route(d);
  for (const std::string& key : keys) {
    if (!key.starts_with("a:")) rearm_contact(key.substr(2), now);
  }
  forget_surplus();
  return std::move(d.events);
}

void Desk::agent_due(Deciding& d, const std::string& user_id) {
  const auto it = agents_unseen_.find(user_id);
  if (it == agents_unseen_.end()) return;
  if (!it->second.noticed) {
    it->second.noticed = true;
    const UtcMillis since = it->second.since_at;
    const std::set<std::string> mine = contacts_.of_user(user_id);
    for (const std::string& contact_id : mine) {
      const Participant* p = contacts_.find(contact_id)->of_user(user_id);
      if (p && p->present) emit(d, contact_id, call::ParticipantGone{p->id, since});
    }
    const std::string ringing = roster_.find(user_id)->ringing;
    if (!ringing.empty()) withdraw_offer(d, ringing, routing::WithdrawReason::kAgentLost);
  }
  if (d.now >= it->second.since_at + config_.timings.grace) {
    agents_unseen_.erase(it);
    const routing::Agent* agent = roster_.find(user_id);
    if (agent->chosen != routing::AgentState::kOffline) {
      emit(d, {}, routing::StateSet{user_id, routing::AgentState::kOffline, "connection_lost"});
    }
  }
  rearm_agent(user_id);
}

void Desk::contact_due(Deciding& d, const std::string& contact_id) {
  const Contact& contact = *contacts_.find(contact_id);
  if (contact.state == call::State::kClosed) {
    if (d.now >= contact.closed_at + keep(contact)) forget(contact_id);
    return;
  }
  people_due(d, contact_id);
  if (const routing::Offer* offer = roster_.offer(contact_id); offer && d.now >= offer->expires_at) {
    // Somebody who does not answer is not there: nobody else shall ring in vain.
    const std::string user_id = offer->user_id;
    emit(d, {}, routing::StateSet{user_id, routing::AgentState::kBreak, "no_answer"});
    refused(d, contact_id, routing::RefuseReason::kTimeout, {});
  }
  const queue::Waiting* waiting = waiting_.find(contact_id);
  const UtcMillis until = waiting && contact.customer().present ? waiting->entry.wait_until_at : UtcMillis{};
  if (until > UtcMillis{} && d.now >= until && !roster_.offer(contact_id)) waited_long_enough(d, contact_id);
  const std::vector<call::Wrapup> wrapups = contact.wrapups;
  for (const call::Wrapup& wrapup : wrapups) {
    if (wrapup.done || d.now < wrapup.until_at) continue;
    emit(d, contact_id, call::WrapupDone{wrapup.user_id, {}, std::nullopt, {}, true});
  }
  close_if_done(d, contact_id);
}

/// When somebody without connection is waited for no longer. A place in the queue is not kept for a minute for whoever
/// only asked for it.
UtcMillis Desk::given_up_at(const Contact& contact, const Participant& p) const {
  const Timings& t = config_.timings;
  const bool never_came = p.role == call::Role::kCustomer && never_came_.contains(contact.id);
  return p.gone_since_at + (never_came ? std::min(t.first_connection, t.grace) : t.grace);
}

/// Those without connection: shown as gone at first, given up after the grace time.
void Desk::people_due(Deciding& d, const std::string& contact_id) {
  const Contact& contact = *contacts_.find(contact_id);
  const Timings& t = config_.timings;
  if (const auto it = customers_unseen_.find(contact_id);
      it != customers_unseen_.end() && d.now >= it->second + t.unseen && !contact.ended()) {
    const UtcMillis since = it->second;
    customers_unseen_.erase(it);
    emit(d, contact_id, call::ParticipantGone{contact.customer().id, since});
  }
  if (contact.ended()) return;
  const std::vector<Participant> people = contact.participants;
  for (const Participant& p : people) {
    if (!p.here || p.present || d.now < given_up_at(contact, p) || contact.ended()) continue;
    if (p.role == call::Role::kCustomer) {
      const bool answered = contact.answered_at > UtcMillis{};
      end(d, contact_id, answered ? call::EndReason::kCustomerGone : call::EndReason::kAbandoned, p.id);
    } else if (contact.of_user(p.user_id)) {
      agent_gone(d, contact_id, p.id);
    }
  }
}

/// An agent has died in the contact. Its last agent: the customer goes to the head of the queue and is never lost.
void Desk::agent_gone(Deciding& d, const std::string& contact_id, const std::string& participant_id) {
  const Contact& contact = *contacts_.find(contact_id);
  const Participant gone = *contact.participant(participant_id);
  part(d, contact_id, gone, call::PartReason::kGone);
  if (contact.agents_here() > 0) return;
  withdraw_offer(d, contact_id, routing::WithdrawReason::kAgentLost);
  if (contact.practice) {
    end(d, contact_id, call::EndReason::kAgentGone, {});
    return;
  }
  queue::Entered entry;
  entry.reason = queue::EnterReason::kAgentGone;
  entry.queue_id = contact.queue_id;
  entry.channel = contact.channel;
  entry.language = contact.language;
  if (const QueueConfig* config = queue(contact.queue_id)) entry.priority = config->priority;
  entry.head = true;
  entry.since_at = contact.created_at;
  entry.excluded = {gone.user_id};
  enter_queue(d, contact_id, std::move(entry));
  system_line(d, contact_id, "requeued", {});
}

void Desk::waited_long_enough(Deciding& d, const std::string& contact_id) {
  queue::Entered entry = waiting_.find(contact_id)->entry;
  if (!entry.only_user_id.empty() && !entry.only_strict) {
    lose_target(d, contact_id, queue::EnterReason::kOverflow);
    return;
  }
  const QueueConfig* from = queue(entry.queue_id);
  const QueueConfig* to = from ? queue(from->overflow_queue_id) : nullptr;
  const bool takes = to && to->open && to->channels.contains(entry.channel) &&
                     std::ranges::includes(consents_.mask(contact_id), to->required_purposes);
  // One hop only: otherwise two queues could hand a customer to and fro for ever.
  if (!takes || entry.only_strict || entry.reason == queue::EnterReason::kOverflow) {
    end(d, contact_id, call::EndReason::kMaxWait, {});
    return;
  }
  entry.reason = queue::EnterReason::kOverflow;
  entry.queue_id = to->id;
  entry.priority = to->priority;
  entry.wait_until_at = to->max_wait > Seconds{0} ? d.now + to->max_wait : UtcMillis{};
  entry.excluded.clear();
  enter_queue(d, contact_id, std::move(entry));
}

UtcMillis Desk::contact_deadline(const Contact& contact, UtcMillis now) const {
  const Timings& t = config_.timings;
  if (contact.state == call::State::kClosed) return contact.closed_at + keep(contact);
  UtcMillis best = kNoDeadline;
  const auto consider = [&best](UtcMillis at) { best = std::min(best, at); };
  for (const call::Wrapup& wrapup : contact.wrapups) {
    if (!wrapup.done) consider(wrapup.until_at);
  }
  if (contact.ended()) return best;
  if (const auto it = customers_unseen_.find(contact.id); it != customers_unseen_.end())
    consider(it->second + t.unseen);
  for (const Participant& p : contact.participants) {
    if (p.here && !p.present) consider(given_up_at(contact, p));
  }
  if (const routing::Offer* offer = roster_.offer(contact.id)) {
    consider(offer->expires_at);
  } else if (const queue::Waiting* waiting = waiting_.find(contact.id); waiting && contact.customer().present) {
    if (waiting->entry.wait_until_at > UtcMillis{}) consider(waiting->entry.wait_until_at);
    if (const auto pause = roster_.pause_ends(contact.id, now, t.offer_again)) consider(*pause);
  }
  return best;
}

void Desk::rearm_contact(const std::string& contact_id, UtcMillis now) {
  const Contact* contact = contacts_.find(contact_id);
  if (!contact) return;
  const UtcMillis at = contact_deadline(*contact, now);
  timers_.set("c:" + contact_id, at == kNoDeadline ? at : std::max(at, now + Millis{1}));
}

void Desk::rearm_agent(const std::string& user_id) {
  const auto it = agents_unseen_.find(user_id);
  UtcMillis at = kNoDeadline;
  if (it != agents_unseen_.end()) {
    at = it->second.since_at + (it->second.noticed ? Millis{config_.timings.grace} : config_.timings.unseen);
  }
  timers_.set("a:" + user_id, at);
}

}  // namespace visavis::center
