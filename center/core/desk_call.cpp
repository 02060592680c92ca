// SPDX-License-Identifier: Apache-2.0
// What happens in a conversation: hold, richer channels, transfer, a third person, media state, wrap-up.
#include <algorithm>

#include "center/core/desk_deciding.hpp"
#include "center/types/text.hpp"

namespace visavis::center {

Result<void> Desk::on(Deciding& d, const SetHold& c) {
  const auto a = acting_agent_in(d, c.contact_id);
  if (!a) return std::unexpected(a.error());
  auto held = call::hold(*a->contact, *a->who, c.on);
  if (!held) return std::unexpected(std::move(held.error()));
  if (a->contact->hold.has_value() == c.on) return {};
  if (auto ok = take_change(d, c.contact_id); !ok) return ok;
  emit(d, c.contact_id, std::move(*held));
  system_line(d, c.contact_id, c.on ? "hold_on" : "hold_off", a->who->name);
  return {};
}

/// A chat that becomes a call takes the one call slot of every agent in it.
Result<void> Desk::check_capacity_for(const call::Contact& contact, Channel channel) const {
  const QueueConfig* config = queue(contact.queue_id);
  if (config && !config->channels.contains(channel)) {
    return fail(ErrorKind::kConflict, "channel_not_offered", "This topic is not served on that channel.");
  }
  if (is_call(contact.channel) || !is_call(channel)) return {};
  for (const call::Participant& p : contact.participants) {
    if (!p.here || p.role == call::Role::kCustomer) continue;
    if (const routing::Agent* agent = roster_.find(p.user_id); agent && !agent->calls.empty()) {
      return fail(ErrorKind::kConflict, "agent_in_call",
                  "The agent is in another call at the moment. Go on in writing and ask again later.");
    }
  }
  return {};
}

void Desk::raised(Deciding& d, const call::Contact& contact, Channel channel) {
  for (const call::Participant& p : contact.participants) {
    const routing::Agent* agent = p.here ? roster_.find(p.user_id) : nullptr;
    if (!agent || agent->ringing.empty()) continue;
    const std::string other = agent->ringing;
    const routing::Offer* offer = roster_.offer(other);
    if (offer && is_call(offer->channel)) withdraw_offer(d, other, routing::WithdrawReason::kAgentBusy);
  }
  // Whoever rings for this contact was asked for a chat and may have no place for a call.
  withdraw_offer(d, contact.id, routing::WithdrawReason::kAgentBusy);
  emit(d, contact.id, call::RaiseAnswered{true, channel});
  system_line(d, contact.id, "raised", std::string{name_of(channel)});
}

/// Nobody has answered yet, so nobody has to agree, and it may go down as well: the contact keeps its place.
void Desk::change_waiting_channel(Deciding& d, const queue::Waiting& waiting, Channel channel) {
  queue::Entered entry = waiting.entry;
  const std::string id = waiting.contact_id;
  // Why it waits again, and that it was handed on once (overflow), holds whatever the channel.
  if (entry.reason == queue::EnterReason::kNew) entry.reason = queue::EnterReason::kChannel;
  entry.channel = channel;
  entry.excluded = roster_.refused_by(id);  // another channel is no way to ring again whoever declined
  withdraw_offer(d, id, routing::WithdrawReason::kAgentBusy);  // it rings for a contact of another kind
  emit(d, id, call::RaiseAnswered{true, channel});
  emit(d, id, std::move(entry));
}

Result<void> Desk::on(Deciding& d, const RaiseChannel& c) {
  const auto a = acting(d, c.contact_id);
  if (!a) return std::unexpected(a.error());
  if (const queue::Waiting* waiting = waiting_.find(c.contact_id); waiting && a->who->role == call::Role::kCustomer) {
    if (auto ok = check_capacity_for(*a->contact, c.channel); !ok) return ok;
    if (c.channel != a->contact->channel) change_waiting_channel(d, *waiting, c.channel);
    return {};
  }
  auto asked = call::ask_raise(*a->contact, *a->who, c.channel);
  if (!asked) return std::unexpected(std::move(asked.error()));
  if (auto ok = check_capacity_for(*a->contact, c.channel); !ok) return ok;
  const auto& open = a->contact->raise;
  if (open && open->by == asked->by && open->channel == c.channel) return {};
  if (auto ok = take_change(d, c.contact_id); !ok) return ok;
  if (open && open->by != asked->by && open->channel == c.channel) {
    raised(d, *a->contact, c.channel);  // both want it
  } else {
    emit(d, c.contact_id, std::move(*asked));
  }
  return {};
}

Result<void> Desk::on(Deciding& d, const AnswerRaise& c) {
  const auto a = acting(d, c.contact_id);
  if (!a) return std::unexpected(a.error());
  auto answered = call::answer_raise(*a->contact, *a->who, c.accept);
  if (!answered) return std::unexpected(std::move(answered.error()));
  if (!c.accept) {
    emit(d, c.contact_id, std::move(*answered));
    return {};
  }
  if (auto ok = check_capacity_for(*a->contact, answered->channel); !ok) return ok;
  raised(d, *a->contact, answered->channel);
  return {};
}

/// May this colleague be rung for this contact (transfer, third person)?
Result<void> Desk::check_ring(const call::Contact& contact, const std::string& user_id) const {
  const routing::Agent* target = roster_.find(user_id);
  if (!target || !target->enabled) {
    return fail(ErrorKind::kNotFound, "user_unknown", "There is no such colleague. Choose another one.");
  }
  if (contact.of_user(user_id)) {
    return fail(ErrorKind::kConflict, "already_in_contact", "This colleague is in the contact already.");
  }
  if (roster_.offer(contact.id)) {
    return fail(ErrorKind::kConflict, "already_ringing", "It rings at a colleague already. Wait for the answer.");
  }
  if (!target->free_for(contact.channel)) {
    return fail(ErrorKind::kConflict, "colleague_not_free", "This colleague is not free now. Choose another one.");
  }
  return {};
}

Result<void> Desk::on(Deciding& d, const AddPerson& c) {
  const auto a = acting_agent_in(d, c.contact_id);
  if (!a) return std::unexpected(a.error());
  if (a->contact->agents_here() + 1 >= call::kMaxParticipants) {
    return fail(ErrorKind::kConflict, "contact_full", "No more people fit into this contact.");
  }
  if (auto ok = check_ring(*a->contact, c.user_id); !ok) return ok;
  emit(d, c.contact_id,
       routing::Offered{c.user_id,
                        routing::OfferKind::kInvite,
                        a->contact->channel,
                        d.now + config_.timings.ring,
                        d.actor.user_id,
                        {}});
  return {};
}

Result<void> Desk::on(Deciding& d, const CancelOffer& c) {
  const auto a = acting_agent_in(d, c.contact_id);
  if (!a) return std::unexpected(a.error());
  const routing::Offer* offer = roster_.offer(c.contact_id);
  if (!offer || offer->kind == routing::OfferKind::kNew) return {};  // answered meanwhile: it rings no more
  if (a->who->role == call::Role::kGuest && offer->by_user_id != d.actor.user_id) {
    return fail(ErrorKind::kForbidden, "not_your_ring", "Only who rings a colleague or has the contact can stop it.");
  }
  if (auto ok = take_change(d, c.contact_id); !ok) return ok;
  withdraw_offer(d, c.contact_id, routing::WithdrawReason::kCancelled);
  return {};
}

Result<void> Desk::on(Deciding& d, const TransferContact& c) {
  const auto a = acting_agent_in(d, c.contact_id);
  if (!a) return std::unexpected(a.error());
  if (a->who->role == call::Role::kGuest) {
    return fail(ErrorKind::kForbidden, "guests_cannot_transfer", "Only the contact's agent can transfer it.");
  }
  if (c.to.queue_id.empty() == c.to.user_id.empty() || !fits(c.note, 1'000)) {
    return fail(ErrorKind::kInvalid, "transfer_invalid",
                "Name either a queue or a colleague; the note may have 1,000 characters.");
  }
  return c.to.queue_id.empty() ? transfer_to_agent(d, *a, c) : transfer_to_queue(d, *a, c);
}

Result<void> Desk::transfer_to_agent(Deciding& d, const Acting& a, const TransferContact& c) {
  if (auto ok = check_ring(*a.contact, c.to.user_id); !ok) return ok;
  emit(d, c.contact_id,
       routing::Offered{c.to.user_id, routing::OfferKind::kTransfer, a.contact->channel, d.now + config_.timings.ring,
                        d.actor.user_id, c.note});
  return {};
}

Result<void> Desk::transfer_to_queue(Deciding& d, const Acting& a, const TransferContact& c) {
  const QueueConfig* target = queue(c.to.queue_id);
  if (!target || !target->open || !target->channels.contains(a.contact->channel) || a.contact->practice) {
    return fail(
        ErrorKind::kConflict, "queue_not_open",
        "This queue does not take the contact now (closed, or not served on this channel). Choose another one.");
  }
  const consent::Mask granted = consents_.mask(c.contact_id);
  if (!std::ranges::includes(granted, target->required_purposes)) {
    return fail(ErrorKind::kForbidden, "consent_required",
                "This queue needs consents that the customer has not given. Ask the customer to give them first.");
  }
  const call::Contact& contact = *a.contact;
  withdraw_offer(d, c.contact_id, routing::WithdrawReason::kContactEnded);
  const std::vector<call::Participant> all = contact.participants;
  queue::Entered entry;
  for (const call::Participant& p : all) {
    if (!p.here || p.role == call::Role::kCustomer) continue;
    entry.excluded.push_back(p.user_id);
    part(d, c.contact_id, p, call::PartReason::kTransferred);
  }
  entry.reason = queue::EnterReason::kTransfer;
  entry.queue_id = target->id;
  entry.channel = contact.channel;
  entry.language = contact.language;
  entry.priority = target->priority;
  entry.since_at = contact.created_at;
  if (target->max_wait > Seconds{0}) entry.wait_until_at = d.now + target->max_wait;
  entry.by_user_id = d.actor.user_id;
  entry.note = c.note;
  enter_queue(d, c.contact_id, std::move(entry));
  system_line(d, c.contact_id, "transferred", {});
  return {};
}

Result<void> Desk::on(Deciding& d, const SetMedia& c) {
  const auto a = acting(d, c.contact_id);
  if (!a) return std::unexpected(a.error());
  auto set = call::set_media(*a->contact, *a->who, c.audio, c.video);
  if (!set) return std::unexpected(std::move(set.error()));
  if (a->who->audio == c.audio && a->who->video == c.video) return {};
  if (auto ok = take_change(d, c.contact_id); !ok) return ok;
  emit(d, c.contact_id, std::move(*set));
  return {};
}

Result<void> Desk::on(Deciding& d, const ExtendWrapup& c) {
  const auto contact = known(c.contact_id);
  if (!contact) return std::unexpected(contact.error());
  auto extended = call::extend_wrapup(**contact, d.actor.user_id, config_.timings);
  if (!extended) return std::unexpected(std::move(extended.error()));
  emit(d, c.contact_id, std::move(*extended));
  return {};
}

Result<void> Desk::on(Deciding& d, const CompleteWrapup& c) {
  const auto contact = known(c.contact_id);
  if (!contact) return std::unexpected(contact.error());
  auto done = call::complete_wrapup(**contact, {d.actor.user_id, c.disposition, c.resolved, c.note, false},
                                    config_.dispositions);
  if (!done) return std::unexpected(std::move(done.error()));
  emit(d, c.contact_id, std::move(*done));
  close_if_done(d, c.contact_id);
  return {};
}

}  // namespace visavis::center
