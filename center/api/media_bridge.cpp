// SPDX-License-Identifier: Apache-2.0
#include "center/api/media_bridge.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/ids.hpp"
#include "center/api/quality.hpp"
#include "platform/log/log.hpp"

namespace visavis::center {
namespace json = boost::json;

namespace {

constexpr Millis kAnswerWithin{5'000};
constexpr Millis kViewsEvery{300};  // each change may cost a key frame

std::string contact_room(const std::string& contact_id) { return "c/" + contact_id; }
std::string standard_room(const std::string& name) { return "r/" + name; }

/// How a person is known in a contact's room: agents connect before they are participants, when they are rung.
std::string person_key(const Recipient& who) {
  return who.kind == Recipient::Kind::kCustomer ? "customer" : "u/" + who.id;
}
std::string person_key(const call::Participant& p) { return p.user_id.empty() ? "customer" : "u/" + p.user_id; }

bool may_connect(const Desk& desk, const call::Contact& contact, const Recipient& who) {
  if (contact.ended()) return false;
  if (who.kind == Recipient::Kind::kCustomer) return who.id == contact.id;
  if (contact.of_user(who.id)) return true;
  const auto* offer = desk.offer(contact.id);
  return offer && offer->user_id == who.id;
}

gateway::ConsentMask mask_of(const consent::Mask& granted) {
  gateway::ConsentMask mask;
  for (const auto purpose : granted) mask.bits |= static_cast<std::uint8_t>(1U << static_cast<unsigned>(purpose));
  return mask;
}

std::string_view source_word(gateway::TrackKind kind, std::uint8_t ordinal) {
  if (kind == gateway::TrackKind::kAudio) return "microphone";
  return ordinal == 0 ? "camera" : "screen";
}

}  // namespace

MediaBridge::MediaBridge(Ports ports) : ports_(std::move(ports)) {
  if (ports_.media) ports_.loop->watch(ports_.media->event_fd(), [this] { drain(); });
}

MediaBridge::Room& MediaBridge::room_of(const std::string& key) {
  const auto [it, fresh] = rooms_.try_emplace(key);
  if (fresh) {
    it->second.id = gateway::RoomId{next_id_++};
    ports_.media->post(gateway::OpenRoom{it->second.id});
  }
  return it->second;
}

MediaBridge::Person& MediaBridge::person_in(Room& room, const std::string& key) {
  const auto [it, fresh] = room.people.try_emplace(key);
  if (!fresh) return it->second;
  auto& id = room.ids[key];
  if (id.value == 0) id = gateway::ParticipantId{next_id_++};
  it->second.id = id;
  return it->second;
}

void MediaBridge::offer(const std::string& tenant_id, const std::string& contact_id, const Recipient& who,
                        std::string sdp, bool restart, Answered answered) {
  const auto* desk = ports_.desk(tenant_id);
  const auto* contact = desk ? desk->contact(contact_id) : nullptr;
  if (!contact || !may_connect(*desk, *contact, who)) {
    answered(fail(ErrorKind::kNotFound, "not_in_contact", "You are not in this contact, or it is over."));
    return;
  }
  if (!ports_.media) {
    answered(fail(ErrorKind::kUnavailable, "media_unavailable",
                  "Sound and picture are not available on this server. Use the chat."));
    return;
  }
  auto& room = room_of(contact_room(contact_id));
  room.tenant_id = tenant_id;
  auto& person = person_in(room, person_key(who));
  person.who = who;
  if (restart) {
    const auto it = sessions_.find(person.session);
    if (it == sessions_.end()) {
      answered(fail(ErrorKind::kNotFound, "session_unknown", "That connection has ended. Offer a new one."));
      return;
    }
    await_answer(it->second, std::move(answered));
    ports_.media->post(gateway::RenegotiateSession{it->first, std::move(sdp)});
    return;
  }
  // Rules first: between the session's start and its first rule everything would be forwarded.
  sync_consents(room, *desk, *contact);
  sync_forwarding(room, *contact);
  gateway::OpenSession command;
  command.participant = person.id;
  command.offer = std::move(sdp);
  command.consents = person.consents;
  open(contact_room(contact_id), person_key(who), std::move(command), false, std::move(answered));
}

gateway::SessionId MediaBridge::open(const std::string& room_key, const std::string& key, gateway::OpenSession command,
                                     bool standard, Answered answered) {
  command.session = gateway::SessionId{next_id_++};
  command.room = rooms_.at(room_key).id;
  auto& session = sessions_[command.session];
  session.id = command.session;
  session.room = room_key;
  session.person = key;
  session.standard = standard;
  session.name = random_token(16);
  by_name_[session.name] = session.id;
  await_answer(session, std::move(answered));
  const auto id = session.id;
  ports_.media->post(std::move(command));
  return id;
}

void MediaBridge::await_answer(Session& session, Answered answered) {
  if (session.waiting)
    answer(session.id, fail(ErrorKind::kConflict, "offer_replaced", "A newer offer has replaced this one."));
  session.waiting = std::move(answered);
  session.timer = ports_.loop->after(kAnswerWithin, [this, id = session.id] {
    if (const auto it = sessions_.find(id); it != sessions_.end()) it->second.timer = 0;
    answer(id, fail(ErrorKind::kUnavailable, "media_busy", "The media server did not answer in time. Try again."));
  });
}

void MediaBridge::answer(gateway::SessionId id, Result<Answer> result) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end() || !it->second.waiting) return;
  if (it->second.timer != 0) ports_.loop->cancel(it->second.timer);
  it->second.timer = 0;
  const auto waiting = std::exchange(it->second.waiting, {});
  waiting(std::move(result));
}

/// The connection in use; 0 where there is none.
gateway::SessionId MediaBridge::session_of(const std::string& contact_id, const Recipient& who) const {
  const auto room = rooms_.find(contact_room(contact_id));
  if (room == rooms_.end()) return {};
  const auto person = room->second.people.find(person_key(who));
  // Every customer has the same key: only the one of this contact is the person meant.
  if (person == room->second.people.end() || person->second.who != who) return {};
  return person->second.session;
}

void MediaBridge::close(const std::string& contact_id, const Recipient& who) {
  drop_session(session_of(contact_id, who));
}

bool MediaBridge::show(const std::string& contact_id, const Recipient& who, Views views) {
  const auto it = sessions_.find(session_of(contact_id, who));
  if (it == sessions_.end()) return false;
  auto& session = it->second;
  session.views = std::move(views);
  session.views_wait = session.views != session.views_told;
  if (session.views_timer == 0) tell_views(session);
  return true;
}

void MediaBridge::forget_views(const Recipient& who) {
  for (auto& [id, session] : sessions_) {
    const auto room = rooms_.find(session.room);
    if (session.standard || room == rooms_.end()) continue;
    const auto person = room->second.people.find(session.person);
    if (person == room->second.people.end() || person->second.who != who || session.views.empty()) continue;
    session.views.clear();
    session.views_wait = true;
    if (session.views_timer == 0) tell_views(session);
  }
}

void MediaBridge::tell_views(Session& session) {
  if (!session.views_wait) return;
  session.views_wait = false;
  session.views_told = session.views;
  ports_.media->post(gateway::SetViews{session.id, session.views});
  session.views_timer = ports_.loop->after(kViewsEvery, [this, id = session.id] {
    const auto it = sessions_.find(id);
    if (it == sessions_.end()) return;
    it->second.views_timer = 0;
    tell_views(it->second);
  });
}

void MediaBridge::drop_session(gateway::SessionId id) {
  if (!sessions_.contains(id)) return;
  answer(id, fail(ErrorKind::kGone, "session_closed", "The connection was closed."));
  ports_.media->post(gateway::CloseSession{id});
  forget_session(id);
}

void MediaBridge::forget_session(gateway::SessionId id) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end()) return;
  while (!it->second.trickling.empty())
    trickled(id, fail(ErrorKind::kGone, "session_closed", "The session has ended."));
  keep_quality(it->second);
  const auto gone = std::move(it->second);
  by_name_.erase(gone.name);
  slots_changed_.erase(id);
  sessions_.erase(it);
  const auto room = rooms_.find(gone.room);
  if (!gone.standard || room == rooms_.end()) return;
  // Nobody else keeps the rooms of standard clients: they go with their last session.
  const auto beside = [&](const auto& s) { return s.second.room == gone.room; };
  if (std::ranges::none_of(sessions_, beside)) {
    ports_.media->post(gateway::CloseRoom{room->second.id});
    rooms_.erase(room);
  } else if (std::ranges::none_of(sessions_,
                                  [&](const auto& s) { return beside(s) && s.second.person == gone.person; })) {
    room->second.people.erase(gone.person);
  }
}

/// With every connection, also one that is being opened.
void MediaBridge::drop_person(const std::string& room_key, const std::string& key) {
  std::vector<gateway::SessionId> theirs;
  for (const auto& [id, session] : sessions_) {
    if (session.room == room_key && session.person == key) theirs.push_back(id);
  }
  for (const auto id : theirs) drop_session(id);
  rooms_.at(room_key).people.erase(key);
}

void MediaBridge::close_room(const std::string& key) {
  const auto room = rooms_.find(key);
  if (room == rooms_.end()) return;
  std::vector<gateway::SessionId> inside;
  for (const auto& [id, session] : sessions_) {
    if (session.room == key) inside.push_back(id);
  }
  for (const auto id : inside) drop_session(id);
  ports_.media->post(gateway::CloseRoom{room->second.id});
  rooms_.erase(room);
}

void MediaBridge::sync(const std::string& tenant_id, const std::string& contact_id) {
  const auto room = rooms_.find(contact_room(contact_id));
  if (room == rooms_.end()) return;
  const auto* desk = ports_.desk(tenant_id);
  const auto* contact = desk ? desk->contact(contact_id) : nullptr;
  if (!contact || contact->ended()) {
    close_room(contact_room(contact_id));
    return;
  }
  std::vector<std::string> gone;
  for (const auto& [key, person] : room->second.people) {
    if (!may_connect(*desk, *contact, person.who)) gone.push_back(key);
  }
  for (const auto& key : gone) drop_person(room->first, key);
  sync_consents(room->second, *desk, *contact);
  sync_forwarding(room->second, *contact);
  // Somebody who was connected already may have become a participant, with a name that slots can tell.
  for (auto& [id, session] : sessions_) {
    if (session.room == room->first) say_slots(session);
  }
}

void MediaBridge::sync_forwarding(Room& room, const call::Contact& contact) {
  std::set<std::uint64_t> talking;
  if (contact.active() && !contact.hold) {
    for (const auto& p : contact.participants) {
      const auto person = room.people.find(person_key(p));
      if (p.here && person != room.people.end()) talking.insert(person->second.id.value);
    }
  }
  for (const auto& [from_key, from] : room.people) {
    for (const auto& [to_key, to] : room.people) {
      if (from.id == to.id) continue;
      const bool on = talking.contains(from.id.value) && talking.contains(to.id.value);
      const auto [told, fresh] = room.forwarding.try_emplace({from.id.value, to.id.value}, on);
      if (!fresh && told->second == on) continue;
      told->second = on;
      ports_.media->post(gateway::SetForwarding{room.id, from.id, to.id, on, on});
    }
  }
}

void MediaBridge::sync_consents(Room& room, const Desk& desk, const call::Contact& contact) {
  const auto customer = room.people.find("customer");
  if (customer == room.people.end()) return;
  const auto mask = mask_of(desk.consents().mask(contact.id));
  if (mask.bits == customer->second.consents.bits) return;
  customer->second.consents = mask;
  ports_.media->post(gateway::SetConsents{room.id, customer->second.id, mask});
}

// ---- WHIP and WHEP

void MediaBridge::offer_standard(const StandardOffer& offer, Answered answered) {
  if (!ports_.media) {
    answered(fail(ErrorKind::kUnavailable, "media_unavailable", "Sound and picture are not available on this server."));
    return;
  }
  const auto key = standard_room(offer.room);
  gateway::OpenSession command;
  if (!offer.of.empty()) {
    const auto room = rooms_.find(key);
    const auto person =
        room == rooms_.end() ? std::map<std::string, Person>::iterator{} : room->second.people.find(offer.of);
    if (room == rooms_.end() || person == room->second.people.end()) {
      answered(fail(ErrorKind::kNotFound, "participant_unknown",
                    "Nobody of that name is in the room. Check the `of` parameter."));
      return;
    }
    command.only_from = person->second.id;
  }
  auto& person = person_in(room_of(key), offer.participant);
  command.participant = person.id;
  command.role = offer.role;
  command.offer = offer.sdp;
  open(key, offer.participant, std::move(command), true, std::move(answered));
}

Result<gateway::SessionId> MediaBridge::standard_session(const std::string& room, const std::string& name,
                                                         const std::string& participant) const {
  const auto it = by_name_.find(name);
  if (it == by_name_.end() || sessions_.at(it->second).room != standard_room(room)) {
    return fail(ErrorKind::kNotFound, "session_unknown",
                "There is no such session in this room; it may have ended. Offer a new one.");
  }
  if (sessions_.at(it->second).person != participant) {
    return fail(ErrorKind::kForbidden, "session_of_another",
                "Somebody else opened this session. Use the token that it was opened with.");
  }
  return it->second;
}

void MediaBridge::trickle_standard(gateway::SessionId id, std::string fragment,
                                   std::function<void(Result<std::string>)> done) {
  sessions_.at(id).trickling.push_back(std::move(done));
  ports_.media->post(gateway::TrickleSession{id, std::move(fragment)});
}

/// Answers come in the order of the fragments.
void MediaBridge::trickled(gateway::SessionId id, Result<std::string> result) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end() || it->second.trickling.empty()) return;
  if (result && !result->empty()) ++it->second.ice_generation;
  const auto done = std::move(it->second.trickling.front());
  it->second.trickling.pop_front();
  done(std::move(result));
}

std::string MediaBridge::ice_tag(gateway::SessionId id) const {
  const auto it = sessions_.find(id);
  return it == sessions_.end() ? "" : "\"ice-" + std::to_string(it->second.ice_generation) + "\"";
}

// ---- events

void MediaBridge::drain() {
  events_.clear();
  ports_.media->drain(events_);
  for (const auto& event : events_) std::visit([this](const auto& e) { on(e); }, event);
  for (const auto id : std::exchange(slots_changed_, {})) {
    if (const auto it = sessions_.find(id); it != sessions_.end()) say_slots(it->second);
  }
}

void MediaBridge::on(const gateway::SessionAnswered& e) {
  const auto it = sessions_.find(e.session);
  if (it == sessions_.end()) return;
  if (!it->second.standard) {
    // The new connection takes over; the old one served until now.
    auto& person = rooms_.at(it->second.room).people.at(it->second.person);
    const auto old = std::exchange(person.session, e.session);
    if (old != e.session) drop_session(old);
  }
  it->second.answered = true;
  answer(e.session, Answer{it->second.name, e.answer});
  slots_changed_.insert(e.session);
}

void MediaBridge::on(const gateway::SessionTrickled& e) { trickled(e.session, e.fragment); }

void MediaBridge::on(const gateway::SessionRefused& e) {
  const auto it = sessions_.find(e.session);
  if (it == sessions_.end()) return;
  if (!it->second.trickling.empty()) {  // those who trickle never renegotiate
    trickled(e.session, fail(ErrorKind::kInvalid, "fragment_refused",
                             "The fragment was refused: " + e.reason + ". Mend it and send it again."));
    return;
  }
  const bool in_use = it->second.answered;  // a renegotiation was refused: the session goes on as it was
  answer(e.session, fail(ErrorKind::kInvalid, "offer_refused",
                         "The offer was refused: " + e.reason + ". Mend it and offer again."));
  if (!in_use) forget_session(e.session);
}

void MediaBridge::on(const gateway::SessionConnected& e) {
  const auto it = sessions_.find(e.session);
  if (it == sessions_.end()) return;
  log_info("media_connected",
           {{"room", it->second.room}, {"session", e.session.value}, {"srtp", e.srtp_profile}, {"path", e.path}});
}

void MediaBridge::on(const gateway::SessionClosed& e) {
  const auto it = sessions_.find(e.session);
  if (it == sessions_.end()) return;
  log_info("media_closed",
           {{"room", it->second.room}, {"session", e.session.value}, {"cause", static_cast<int>(e.cause)}});
  answer(e.session, fail(ErrorKind::kUnavailable, "session_closed", "The connection ended. Offer a new one."));
  forget_session(e.session);
}

void MediaBridge::on(const gateway::SlotChanged& e) {
  const auto it = sessions_.find(e.session);
  if (it == sessions_.end()) return;
  it->second.slots[e.mid] = {e.participant, e.kind, e.ordinal};
  if (e.kind == gateway::TrackKind::kVideo) {  // what they said was of another, and the media server has forgotten it
    std::erase_if(it->second.views, [&](const auto& view) { return view.mid == e.mid; });
    it->second.views_told.reset();  // what waits for the other m-lines is still told
  }
  slots_changed_.insert(e.session);
}

void MediaBridge::on(const gateway::CodecSwitchNeeded& e) {
  const auto it = sessions_.find(e.session);
  if (it == sessions_.end()) return;
  if (e.codec.empty()) return say_no_common_codec(it->second.room);
  if (it->second.standard) return;
  const auto& person = rooms_.at(it->second.room).people.at(it->second.person);
  const json::object data{{"contact_id", it->second.room.substr(2)}, {"mid", e.mid}, {"codec", e.codec}};
  ports_.say(person.who, "media.switch", json::serialize(data), true);
}

/// Somebody's picture cannot be shown to everybody: all are told, since each may see or send the one that is missing.
void MediaBridge::say_no_common_codec(const std::string& room) {
  const json::object data{{"code", "no_common_codec"},
                          {"message", "These browsers have no video format in common: a picture may be missing."},
                          {"contact_id", room.substr(2)}};
  std::set<Recipient> told;
  for (const auto& [id, session] : sessions_) {
    if (session.room != room || session.standard) continue;
    const auto& who = rooms_.at(room).people.at(session.person).who;
    if (told.insert(who).second) ports_.say(who, "notice", json::serialize(data), false);
  }
}

void MediaBridge::on(const gateway::SessionStats& e) {
  const auto it = sessions_.find(e.session);
  if (it == sessions_.end()) return;
  it->second.stats = e;
  if (++it->second.stats_seen % 2 == 0 && !it->second.standard) say_quality(it->second);
}

// ---- what is said

std::string MediaBridge::slots_json(const Session& session) const {
  const auto& room = rooms_.at(session.room);
  const auto* desk = ports_.desk(room.tenant_id);
  const auto* contact = desk ? desk->contact(session.room.substr(2)) : nullptr;
  json::array slots;
  for (const auto& [mid, slot] : session.slots) {
    json::value who = nullptr;
    for (const auto& [key, person] : room.people) {
      if (!contact || person.id != slot.participant) continue;
      for (const auto& p : contact->participants) {
        if (p.here && person_key(p) == key) who = p.id;
      }
    }
    slots.push_back(json::object{{"mid", mid},
                                 {"participant_id", who},
                                 {"kind", slot.kind == gateway::TrackKind::kAudio ? "audio" : "video"},
                                 {"source", source_word(slot.kind, slot.ordinal)}});
  }
  return json::serialize(slots);
}

std::string MediaBridge::slots_json(const std::string& contact_id, const Recipient& who) const {
  const auto room = rooms_.find(contact_room(contact_id));
  if (room == rooms_.end()) return "[]";
  const auto person = room->second.people.find(person_key(who));
  if (person == room->second.people.end()) return "[]";
  const auto session = sessions_.find(person->second.session);
  return session == sessions_.end() ? "[]" : slots_json(session->second);
}

void MediaBridge::say_slots(Session& session) {
  if (session.standard) return;
  const auto& person = rooms_.at(session.room).people.at(session.person);
  auto slots = slots_json(session);
  if (person.session != session.id || slots == session.slots_told) return;
  ports_.say(person.who, "media.slots", "{\"contact_id\":\"" + session.room.substr(2) + "\",\"slots\":" + slots + "}",
             true);
  session.slots_told = std::move(slots);
}

void MediaBridge::say_slots_again(const Recipient& who) {
  for (auto& [id, session] : sessions_) {
    if (session.standard || session.slots.empty()) continue;
    if (rooms_.at(session.room).people.at(session.person).who != who) continue;
    session.slots_told.clear();
    say_slots(session);
  }
}

void MediaBridge::say_quality(const Session& session) {
  const auto& person = rooms_.at(session.room).people.at(session.person);
  if (person.session != session.id) return;
  ports_.say(person.who, "media.quality", json::serialize(quality::view(session.room.substr(2), *session.stats)),
             false);
}

std::string MediaBridge::quality_json(const std::string& contact_id) const {
  json::array out;
  for (const auto& [id, session] : sessions_) {
    if (session.room != contact_room(contact_id) || !session.stats) continue;
    auto view = quality::view(contact_id, *session.stats);
    view["participant"] = session.person == "customer" ? "customer" : "agent";
    out.push_back(std::move(view));
  }
  return json::serialize(out);
}

void MediaBridge::keep_quality() const {
  for (const auto& [id, session] : sessions_) keep_quality(session);
}

void MediaBridge::keep_quality(const Session& session) const {
  const auto room = rooms_.find(session.room);
  if (!ports_.keep || session.standard || !session.stats || room == rooms_.end()) return;
  const auto* desk = ports_.desk(room->second.tenant_id);
  const auto* contact = desk ? desk->contact(session.room.substr(2)) : nullptr;
  if (!contact || !contact->answered()) return;  // strangers leave nothing behind
  const auto& people = contact->participants;    // who has come back stands last
  const auto who = std::find_if(people.rbegin(), people.rend(),
                                [&](const call::Participant& p) { return person_key(p) == session.person; });
  if (who == people.rend()) return;
  auto summary = quality::view(contact->id, *session.stats);
  summary.erase("contact_id");
  ports_.keep(*contact, who->id, json::serialize(summary));
}

MediaBridge::Totals MediaBridge::totals() const {
  Totals totals;
  for (const auto& [id, session] : sessions_) {
    if (!session.stats) continue;
    if (session.stats->rtt_us > 0) {
      totals.rtt_s_sum += session.stats->rtt_us / 1e6;
      ++totals.rtt_count;
    }
    for (const auto& track : session.stats->tracks) {
      (track.outgoing ? totals.bits_out : totals.bits_in) += track.bitrate;
      totals.packets += track.packets;
      totals.lost += track.lost;
    }
  }
  return totals;
}

}  // namespace visavis::center
