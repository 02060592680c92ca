// SPDX-License-Identifier: Apache-2.0
#include "center/call/domain.hpp"

#include <algorithm>

#include "center/types/text.hpp"

namespace visavis::center::call {
namespace {

constexpr std::size_t kMaxNote = 4'000;
constexpr std::size_t kMaxComment = 2'000;

std::unexpected<Error> not_active() {
  return fail(ErrorKind::kConflict, "contact_not_active",
              "The contact is not in conversation now. Wait for the answer.");
}

Side side_of(const Participant& p) { return p.role == Role::kCustomer ? Side::kCustomer : Side::kAgent; }

}  // namespace

const Participant* Contact::of_user(std::string_view user_id) const {
  const auto it = std::ranges::find_if(
      participants, [&](const Participant& p) { return p.here && p.role != Role::kCustomer && p.user_id == user_id; });
  return it == participants.end() ? nullptr : &*it;
}

const Participant* Contact::participant(std::string_view participant_id) const {
  const auto it = std::ranges::find(participants, participant_id, &Participant::id);
  return it == participants.end() ? nullptr : &*it;
}

std::size_t Contact::agents_here() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(participants, [](const Participant& p) { return p.here && p.role != Role::kCustomer; }));
}

const Wrapup* Contact::open_wrapup(std::string_view user_id) const {
  const auto it = std::ranges::find_if(wrapups, [&](const Wrapup& w) { return !w.done && w.user_id == user_id; });
  return it == wrapups.end() ? nullptr : &*it;
}

bool Contact::any_open_wrapup() const {
  return std::ranges::any_of(wrapups, [](const Wrapup& w) { return !w.done; });
}

Millis Contact::talked(std::string_view user_id) const {
  Millis sum{0};
  for (const Participant& p : participants) {
    if (!p.here && p.user_id == user_id) sum += std::max(Millis{0}, p.left_at - p.joined_at);
  }
  return sum;
}

Result<const Participant*> acting(const Contact& contact, const Actor& actor) {
  if (actor.kind == ActorKind::kCustomer && actor.contact_id == contact.id) return &contact.customer();
  if (actor.kind == ActorKind::kAgent) {
    if (const Participant* p = contact.of_user(actor.user_id)) return p;
    return fail(ErrorKind::kForbidden, "not_in_contact", "You are not in this contact. Accept or take it first.");
  }
  return fail(ErrorKind::kNotFound, "contact_unknown", "There is no such contact. Reload the page.");
}

Result<Held> hold(const Contact& contact, const Participant& by, bool on) {
  if (!contact.active()) return not_active();
  if (by.role == Role::kCustomer) {
    return fail(ErrorKind::kForbidden, "agents_only", "Only an agent can hold a contact.");
  }
  return Held{on, by.id};
}

Result<RaiseAsked> ask_raise(const Contact& contact, const Participant& by, Channel channel) {
  if (!contact.active()) return not_active();
  if (channel <= contact.channel) {
    return fail(ErrorKind::kConflict, "raise_not_higher",
                "The contact is on this channel already, or on a richer one.");
  }
  return RaiseAsked{side_of(by), channel};
}

Result<RaiseAnswered> answer_raise(const Contact& contact, const Participant& by, bool accept) {
  if (!contact.active()) return not_active();
  if (!contact.raise) {
    return fail(ErrorKind::kConflict, "no_raise", "Nobody asks for another channel any more.");
  }
  const bool own = contact.raise->by == side_of(by);
  if (own && accept) {
    return fail(ErrorKind::kForbidden, "own_raise", "You have asked yourself. The other side has to agree.");
  }
  return RaiseAnswered{accept, accept ? contact.raise->channel : contact.channel};
}

Result<MediaSet> set_media(const Contact& contact, const Participant& by, Media audio, Media video) {
  if (contact.ended()) return not_active();
  return MediaSet{by.id, audio, video};
}

Result<Rated> rate(const Contact& contact, const Rated& rating, UtcMillis now, Millis within) {
  if (!contact.ended() || contact.answered_at == UtcMillis{}) {
    return fail(ErrorKind::kConflict, "rating_too_early", "A contact can be rated when it is over.");
  }
  if (contact.ended_at + within < now) {
    return fail(ErrorKind::kGone, "rating_too_late", "This contact can no longer be rated.");
  }
  if (rating.stars < 1 || rating.stars > 5 || !fits(rating.comment, kMaxComment)) {
    return fail(ErrorKind::kInvalid, "rating_invalid", "Give 1 to 5 stars and a comment of at most 2,000 characters.");
  }
  return rating;
}

Result<WrapupExtended> extend_wrapup(const Contact& contact, std::string_view user_id, const Timings& timings) {
  const Wrapup* wrapup = contact.open_wrapup(user_id);
  if (!wrapup) return fail(ErrorKind::kConflict, "no_wrapup", "There is no wrap-up of this contact to extend.");
  const UtcMillis until = std::min(wrapup->until_at + timings.wrapup, wrapup->started_at + timings.wrapup_limit);
  if (until <= wrapup->until_at) {
    return fail(ErrorKind::kConflict, "wrapup_limit", "The wrap-up cannot be extended further. Complete it.");
  }
  return WrapupExtended{std::string{user_id}, until};
}

Result<WrapupDone> complete_wrapup(const Contact& contact, const WrapupDone& wanted,
                                   const std::set<std::string>& dispositions) {
  if (!contact.open_wrapup(wanted.user_id)) {
    return fail(ErrorKind::kConflict, "no_wrapup", "There is no wrap-up of this contact to complete.");
  }
  // What a practice call was about is in no list.
  const bool free = dispositions.empty() || contact.practice;
  const bool known = dispositions.contains(wanted.disposition) ||
                     (free && !wanted.disposition.empty() && fits(wanted.disposition, 64));
  if (!known) {
    return fail(ErrorKind::kInvalid, "disposition_unknown", "Choose one of the dispositions of your company.");
  }
  if (!fits(wanted.note, kMaxNote)) {
    return fail(ErrorKind::kTooLarge, "note_too_long", "A note may have 4,000 characters. Shorten it.");
  }
  return wanted;
}

Contact* Contacts::get(const Meta& meta) {
  const auto it = contacts_.find(meta.contact_id);
  return it == contacts_.end() ? nullptr : &it->second;
}

Participant* Contacts::get(const Meta& meta, const std::string& participant_id) {
  Contact* contact = get(meta);
  return contact ? const_cast<Participant*>(contact->participant(participant_id)) : nullptr;
}

void Contacts::apply(const Meta& meta, const Opened& event) {
  Contact contact;
  contact.id = meta.contact_id;
  contact.channel = event.channel;
  contact.queue_id = event.queue_id;
  contact.language = event.language;
  contact.customer_name = event.customer_name;
  contact.attributes = event.attributes;
  contact.link_id = event.link_id;
  contact.practice = event.practice;
  contact.created_at = meta.at;
  contact.waiting_since_at = meta.at;
  Participant customer;
  customer.id = event.participant_id;
  customer.name = event.customer_name;
  customer.joined_at = meta.at;
  contact.participants.push_back(std::move(customer));
  contacts_.try_emplace(meta.contact_id, std::move(contact));
}

void Contacts::apply(const Meta& meta, const AgentJoined& event) {
  Contact* contact = get(meta);
  if (!contact) return;
  Participant p;
  p.id = event.participant_id;
  p.role = event.role == Role::kCustomer ? Role::kGuest : event.role;
  p.user_id = event.user_id;
  p.name = event.name;
  p.joined_at = meta.at;
  if (contact->agents_here() == 0) {
    contact->talk_since_at = meta.at;
    contact->call_since_at = is_call(contact->channel) ? meta.at : UtcMillis{};
  }
  contact->participants.push_back(std::move(p));
  contact->state = State::kActive;
  if (contact->answered_at == UtcMillis{}) contact->answered_at = meta.at;
  index(*contact, event.user_id);
}

void Contacts::apply(const Meta& meta, const AgentLeft& event) {
  Contact* contact = get(meta);
  Participant* left = get(meta, event.participant_id);
  if (!left || left->role == Role::kCustomer || !left->here) return;
  left->here = false;
  left->left_at = meta.at;
  left->present = false;
  left->audio = left->video = Media::kNone;
  if (contact->hold && contact->hold->by == left->id) contact->hold.reset();
  if (event.wrapup_until_at > UtcMillis{}) {
    Wrapup wrapup;
    wrapup.user_id = left->user_id;
    wrapup.started_at = meta.at;
    wrapup.until_at = event.wrapup_until_at;
    contact->wrapups.push_back(std::move(wrapup));
  }
  // Somebody has to be the contact's agent: the guest who has been there longest.
  const auto is_agent = [](const Participant& p) { return p.here && p.role == Role::kAgent; };
  if (std::ranges::none_of(contact->participants, is_agent)) {
    const auto guest = std::ranges::find_if(contact->participants,
                                            [](const Participant& p) { return p.here && p.role == Role::kGuest; });
    if (guest != contact->participants.end()) guest->role = Role::kAgent;
  }
  if (contact->agents_here() == 0) {
    contact->raise.reset();
    contact->talked_ms += std::max(Millis{0}, meta.at - contact->talk_since_at).count();
    contact->talk_since_at = contact->call_since_at = UtcMillis{};
  }
  index(*contact, left->user_id);
}

void Contacts::apply(const Meta& meta, const Held& event) {
  Contact* contact = get(meta);
  if (!contact) return;
  contact->hold.reset();
  if (event.on) contact->hold = Hold{event.by, meta.at};
}

void Contacts::apply(const Meta& meta, const RaiseAsked& event) {
  if (Contact* contact = get(meta)) contact->raise = Raise{event.by, event.channel, meta.at};
}

void Contacts::apply(const Meta& meta, const RaiseAnswered& event) {
  Contact* contact = get(meta);
  if (!contact) return;
  contact->raise.reset();
  if (!event.accepted) return;
  contact->channel = event.channel;
  const bool talks = contact->talk_since_at > UtcMillis{};
  if (talks && is_call(event.channel) && contact->call_since_at == UtcMillis{}) contact->call_since_at = meta.at;
}

void Contacts::apply(const Meta& meta, const MediaSet& event) {
  if (Participant* p = get(meta, event.participant_id)) {
    p->audio = event.audio;
    p->video = event.video;
  }
}

void Contacts::apply(const Meta& meta, const ParticipantGone& event) {
  if (Participant* p = get(meta, event.participant_id)) {
    p->present = false;
    p->gone_since_at = event.since_at;
  }
}

void Contacts::apply(const Meta& meta, const ParticipantBack& event) {
  if (Participant* p = get(meta, event.participant_id)) {
    p->present = true;
    p->gone_since_at = UtcMillis{};
  }
}

void Contacts::apply(const Meta& meta, const Ended& event) {
  Contact* contact = get(meta);
  if (!contact) return;
  contact->state = State::kWrapup;
  contact->ended_at = meta.at;
  contact->end_reason = event.reason;
  contact->hold.reset();
  contact->raise.reset();
}

void Contacts::apply(const Meta& meta, const Closed&) {
  Contact* contact = get(meta);
  if (!contact) return;
  contact->state = State::kClosed;
  contact->closed_at = meta.at;
  if (contact->answered()) return;
  contact->attributes.clear();  // they were for the agent, and none has come
  contact->check.clear();
}

void Contacts::apply(const Meta& meta, const WrapupExtended& event) {
  Contact* contact = get(meta);
  if (!contact) return;
  if (auto* wrapup = const_cast<Wrapup*>(contact->open_wrapup(event.user_id))) {
    wrapup->until_at = event.until_at;
    wrapup->extended = true;
  }
}

void Contacts::apply(const Meta& meta, const WrapupDone& event) {
  Contact* contact = get(meta);
  if (!contact) return;
  if (auto* wrapup = const_cast<Wrapup*>(contact->open_wrapup(event.user_id))) {
    wrapup->done = true;
    wrapup->disposition = event.disposition;
    wrapup->resolved = event.resolved;
    wrapup->note = event.note;
  }
  index(*contact, event.user_id);
}

void Contacts::apply(const Meta& meta, const Rated& event) {
  if (Contact* contact = get(meta)) contact->rating = event;
}

void Contacts::apply(const Meta& meta, const Checked& event) {
  Contact* contact = get(meta);
  if (!contact) return;
  contact->check = event.result;
  ++contact->checks;
}

void Contacts::apply(const Meta& meta, const queue::Entered& event) {
  Contact* contact = get(meta);
  if (!contact) return;
  if (contact->active()) contact->waiting_since_at = meta.at;
  contact->state = State::kWaiting;
  contact->queue_id = event.queue_id;
  contact->hold.reset();
  contact->raise.reset();
}

void Contacts::apply(const Meta& meta, const routing::Offered& event) {
  Contact* contact = get(meta);
  if (!contact || event.kind != routing::OfferKind::kNew) return;
  contact->state = State::kOffered;
  contact->offered_at = meta.at;
}

void Contacts::apply(const Meta& meta, const routing::Refused& event) { offer_gone(meta, event.kind); }
void Contacts::apply(const Meta& meta, const routing::Withdrawn& event) { offer_gone(meta, event.kind); }

void Contacts::offer_gone(const Meta& meta, routing::OfferKind kind) {
  Contact* contact = get(meta);
  if (contact && kind == routing::OfferKind::kNew && contact->state == State::kOffered)
    contact->state = State::kWaiting;
}

void Contacts::forget(const std::string& contact_id) {
  const auto it = contacts_.find(contact_id);
  if (it == contacts_.end()) return;
  for (const Participant& p : it->second.participants) {
    const auto mine = by_user_.find(p.user_id);
    if (mine != by_user_.end()) mine->second.erase(contact_id);
  }
  contacts_.erase(it);
}

const Contact* Contacts::find(std::string_view contact_id) const {
  const auto it = contacts_.find(contact_id);
  return it == contacts_.end() ? nullptr : &it->second;
}

const std::set<std::string>& Contacts::of_user(std::string_view user_id) const {
  static const std::set<std::string> none;
  const auto it = by_user_.find(user_id);
  return it == by_user_.end() ? none : it->second;
}

void Contacts::index(const Contact& contact, const std::string& user_id) {
  if (contact.of_user(user_id) || contact.open_wrapup(user_id)) {
    by_user_[user_id].insert(contact.id);
  } else if (const auto it = by_user_.find(user_id); it != by_user_.end()) {
    it->second.erase(contact.id);
  }
}

}  // namespace visavis::center::call
