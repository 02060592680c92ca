// SPDX-License-Identifier: Apache-2.0
// Folding and queries. Deciding is in the other desk_*.cpp.
#include "center/core/desk.hpp"

#include <algorithm>

#include "center/core/desk_deciding.hpp"
#include "center/types/limits.hpp"

namespace visavis::center {
namespace {

/// Gives the event to a slice if the slice listens to it.
template <class Slice, class E>
void fold(Slice& slice, const Meta& meta, const E& event) {
  if constexpr (requires { slice.apply(meta, event); }) slice.apply(meta, event);
}

/// What a contact holds on behalf of somebody whom nobody has answered yet.
std::size_t waiting_bytes_of(const call::Contact& contact) {
  if (contact.answered() || contact.ended()) return 0;
  return bytes_of(contact.customer_name, contact.attributes);
}

std::unexpected<Error> agents_only() {
  return fail(ErrorKind::kForbidden, "agents_only", "Only an agent of this company can do that. Sign in as one.");
}

}  // namespace

void Desk::configure(const TenantConfig& config) {
  config_ = config;
  for (auto& [id, queue] : queues_) queue.open = false;
  for (const QueueConfig& queue : config.queues) queues_[queue.id] = queue;
  roster_.configure(config.agents);
  stats_.configure(config.utc_offset_min, config.timings);
  serving_.clear();
  if (waiting_.size() > 0) timers_.set("c:", UtcMillis{});  // somebody else may serve them now: routed at once
}

Result<std::vector<Event>> Desk::handle(const Command& command, const Context& context) {
  Deciding d{context.now, context.actor, *context.ids, {}};
  if (auto done = std::visit([&](const auto& c) { return on(d, c); }, command); !done) {
    return std::unexpected(std::move(done.error()));
  }
  d.actor = Actor::system();
  route(d);
  forget_surplus();
  return std::move(d.events);
}

void Desk::apply(const Event& event) {
  const Meta& meta = event.meta;
  const bool about_agent = std::holds_alternative<routing::StateSet>(event.data);
  const bool opens = std::holds_alternative<call::Opened>(event.data);
  const call::Contact* before = contacts_.find(meta.contact_id);
  if (!about_agent && (meta.contact_id.empty() || (before != nullptr) == opens)) return;
  const bool unanswered = before && !before->answered();
  const bool ended = before && before->ended();
  const std::size_t held = before ? waiting_bytes_of(*before) : 0;
  std::visit(
      [&](const auto& e) {
        fold(consents_, meta, e);
        fold(waiting_, meta, e);
        fold(handling_, meta, e);
        fold(roster_, meta, e);
        fold(contacts_, meta, e);
        fold(chat_, meta, e);
      },
      event.data);
  if (about_agent) return;
  const call::Contact& contact = *contacts_.find(meta.contact_id);
  if (unanswered && contact.answered()) stats_.answered(contact, meta.at);
  if (!ended && contact.ended()) stats_.ended(contact, meta.at);
  waiting_bytes_ += waiting_bytes_of(contact) - held;
  if (contact.state == call::State::kClosed && !contact.answered())
    unanswered_closed_.emplace(contact.closed_at, contact.id);
  rearm_contact(meta.contact_id, meta.at);
}

void Desk::forget(const std::string& contact_id) {
  if (const auto* contact = contacts_.find(contact_id)) unanswered_closed_.erase({contact->closed_at, contact_id});
  timers_.set("c:" + contact_id, kNoDeadline);
  changes_.erase(contact_id);
  customers_unseen_.erase(contact_id);
  never_came_.erase(contact_id);
  roster_.forget(contact_id);
  handling_.forget(contact_id);
  chat_.forget(contact_id);
  consents_.forget(contact_id);
  contacts_.forget(contact_id);
}

void Desk::forget_surplus() {
  while (unanswered_closed_.size() > kMostUnansweredKept)
    forget(std::string(unanswered_closed_.begin()->second));  // the entry goes with the contact
}

const QueueConfig* Desk::queue(const std::string& queue_id) const {
  const auto it = queues_.find(queue_id);
  return it == queues_.end() ? nullptr : &it->second;
}

std::size_t Desk::serving(const std::string& queue_id) const {
  Serving& cached = serving_[queue_id];
  if (cached.version != roster_.version()) {
    const QueueConfig* config = queue(queue_id);
    cached = {roster_.version(), roster_.serving(config ? &config->skills : nullptr)};
  }
  return cached.agents;
}

std::optional<Place> Desk::place(const std::string& contact_id) const {
  const queue::Waiting* waiting = waiting_.find(contact_id);
  if (!waiting) return std::nullopt;
  Place place;
  place.position = waiting_.position(contact_id).value_or(1);
  const std::string& queue_id = waiting->entry.queue_id;
  if (waiting->entry.only_user_id.empty()) {
    place.estimate = queue::estimate(place.position, serving(queue_id), handling_.mean(queue_id));
    place.staffed = serving(queue_id) > 0;
  } else {
    const routing::Agent* only = roster_.find(waiting->entry.only_user_id);
    place.staffed = only && only->serving();
  }
  place.because = waiting->entry.reason;
  if (waiting->entry.wait_until_at > UtcMillis{}) {
    place.max_wait = std::chrono::duration_cast<Seconds>(waiting->entry.wait_until_at - waiting->entered_at);
  }
  return place;
}

std::optional<Seconds> Desk::expected_wait(const std::string& queue_id, Channel channel) const {
  const QueueConfig* config = queue(queue_id);
  if (!config) return std::nullopt;
  const routing::Need need{{}, &config->skills, channel, {}, {}};
  if (roster_.pick(need, UtcMillis{}, config_.timings.offer_again)) return Seconds{0};
  return queue::estimate(waiting_.size(queue_id) + 1, serving(queue_id), handling_.mean(queue_id));
}

bool Desk::may_serve(const std::string& user_id, const queue::Waiting& waiting) const {
  const routing::Agent* agent = roster_.find(user_id);
  if (!agent || !agent->enabled) return false;
  if (!waiting.entry.only_user_id.empty()) return waiting.entry.only_user_id == user_id;
  const QueueConfig* config = queue(waiting.entry.queue_id);
  return routing::Roster::skilled(*agent, config ? &config->skills : nullptr);
}

std::optional<UtcMillis> Desk::grace_until(const call::Contact& contact) const {
  std::optional<UtcMillis> until;
  if (contact.ended()) return until;
  for (const call::Participant& p : contact.participants) {
    if (!p.here || p.present) continue;
    const UtcMillis end = given_up_at(contact, p);
    if (!until || end < *until) until = end;
  }
  return until;
}

// ---- lookups that refuse with a reason

Result<const call::Contact*> Desk::known(const std::string& contact_id) const {
  if (const call::Contact* contact = contacts_.find(contact_id)) return contact;
  return fail(ErrorKind::kNotFound, "contact_unknown", "There is no such contact. Reload the page.");
}

Result<Desk::Acting> Desk::acting(const Deciding& d, const std::string& contact_id) const {
  const auto contact = known(contact_id);
  if (!contact) return std::unexpected(contact.error());
  const auto who = call::acting(**contact, d.actor);
  if (!who) return std::unexpected(who.error());
  return Acting{*contact, *who};
}

Result<const routing::Agent*> Desk::acting_agent(const Deciding& d) const {
  if (d.actor.kind == ActorKind::kAgent) {
    if (const routing::Agent* agent = roster_.find(d.actor.user_id); agent && agent->enabled) return agent;
  }
  return agents_only();
}

Result<Desk::Acting> Desk::acting_agent_in(const Deciding& d, const std::string& contact_id) const {
  if (d.actor.kind != ActorKind::kAgent) return agents_only();
  auto a = acting(d, contact_id);
  if (a && !a->contact->active()) {
    return fail(ErrorKind::kConflict, "contact_not_active", "The contact is not in conversation now.");
  }
  return a;
}

Result<void> Desk::take_change(const Deciding& d, const std::string& contact_id) {
  const ChangeAllowance fresh({kChangesAtOnce, kChangesPerSecond}, d.now);
  if (changes_[contact_id].try_emplace(d.actor.user_id, fresh).first->second.take_at(d.now)) return {};
  return fail(ErrorKind::kThrottled, "too_many_changes", "That was changed too often. Wait a moment and try again.");
}

// ---- pieces that several commands and timers share

void Desk::system_line(Deciding& d, const std::string& contact_id, std::string code, std::string name) {
  chat::Posted line;
  line.message_id = d.ids.next(d.now);
  line.from = "system";
  line.name = std::move(name);
  line.kind = chat::Kind::kSystem;
  line.system = std::move(code);
  emit(d, contact_id, std::move(line));
}

void Desk::enter_queue(Deciding& d, const std::string& contact_id, queue::Entered entry) {
  if (waiting_.find(contact_id)) leave_queue(d, contact_id, queue::LeaveReason::kMoved);
  emit(d, contact_id, std::move(entry));
}

void Desk::leave_queue(Deciding& d, const std::string& contact_id, queue::LeaveReason reason) {
  if (waiting_.find(contact_id)) emit(d, contact_id, queue::Left{reason});
}

void Desk::withdraw_offer(Deciding& d, const std::string& contact_id, routing::WithdrawReason reason) {
  if (const routing::Offer* offer = roster_.offer(contact_id)) {
    emit(d, contact_id, routing::Withdrawn{offer->user_id, offer->kind, reason});
  }
}

void Desk::join(Deciding& d, const std::string& contact_id, const std::string& user_id, call::Role role) {
  const std::string name = roster_.find(user_id)->profile.name;
  const Channel channel = contacts_.find(contact_id)->channel;
  emit(d, contact_id, call::AgentJoined{d.ids.next(d.now), user_id, name, role, channel});
  system_line(d, contact_id, "agent_joined", name);
}

void Desk::part(Deciding& d, const std::string& contact_id, const call::Participant& who, call::PartReason reason) {
  const bool wrapup = who.role == call::Role::kAgent && reason != call::PartReason::kGone;
  const std::string name = who.name;
  const std::string ringing = roster_.find(who.user_id) ? roster_.find(who.user_id)->ringing : std::string{};
  emit(d, contact_id,
       call::AgentLeft{who.id, who.user_id, reason, wrapup ? d.now + config_.timings.wrapup : UtcMillis{}});
  if (wrapup && !ringing.empty()) withdraw_offer(d, ringing, routing::WithdrawReason::kAgentBusy);
  if (reason != call::PartReason::kEnded) system_line(d, contact_id, "agent_left", name);
}

void Desk::end(Deciding& d, const std::string& contact_id, call::EndReason reason, std::string by) {
  using call::EndReason;
  const bool by_customer = reason == EndReason::kCustomerHungUp || reason == EndReason::kAbandoned;
  withdraw_offer(d, contact_id,
                 by_customer ? routing::WithdrawReason::kCustomerLeft : routing::WithdrawReason::kContactEnded);
  leave_queue(d, contact_id,
              reason == EndReason::kAbandoned ? queue::LeaveReason::kAbandoned
              : reason == EndReason::kMaxWait ? queue::LeaveReason::kMaxWait
                                              : queue::LeaveReason::kEnded);
  const call::Contact& contact = *contacts_.find(contact_id);
  std::vector<call::Participant> agents;  // a copy: leaving may make a guest the agent, who then would wrap up as well
  std::ranges::copy_if(contact.participants, std::back_inserter(agents),
                       [](const call::Participant& p) { return p.here && p.role != call::Role::kCustomer; });
  for (const call::Participant& agent : agents) part(d, contact_id, agent, call::PartReason::kEnded);
  emit(d, contact_id, call::Ended{reason, std::move(by)});
  close_if_done(d, contact_id);
}

void Desk::close_if_done(Deciding& d, const std::string& contact_id) {
  const call::Contact& contact = *contacts_.find(contact_id);
  if (contact.state == call::State::kWrapup && !contact.any_open_wrapup()) emit(d, contact_id, call::Closed{});
}

}  // namespace visavis::center
