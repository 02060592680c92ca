// SPDX-License-Identifier: Apache-2.0
#include "center/api/views.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace visavis::center::views {
namespace json = boost::json;

namespace {

void put_time(json::object& out, const char* key, UtcMillis at) {
  if (at > UtcMillis{}) out[key] = at.value;
}

json::object topic(const Desk& desk, const std::string& queue_id) {
  const auto* queue = desk.queue(queue_id);
  return {{"id", queue_id}, {"name", local_text(queue ? queue->name : std::map<std::string, std::string>{})}};
}

/// Customers know people by their place in this contact only: what they are called elsewhere is no business of theirs.
json::object participant(const call::Participant& p, bool for_agent) {
  json::object out{{"id", p.id},           {"role", name_of(p.role)},   {"name", p.name},
                   {"present", p.present}, {"audio", name_of(p.audio)}, {"video", name_of(p.video)}};
  if (for_agent && !p.user_id.empty()) out["user_id"] = p.user_id;
  if (!p.present) put_time(out, "gone_since_at", p.gone_since_at);
  return out;
}

json::object rating(const call::Rated& rated) {
  json::object out{{"stars", rated.stars}};
  if (rated.solved) out["solved"] = *rated.solved;
  if (!rated.comment.empty()) out["comment"] = rated.comment;
  return out;
}

/// What a customer who waits (again) is told of the reason; nothing where there is none but the opening.
std::string_view because_word(queue::EnterReason reason) {
  switch (reason) {
    case queue::EnterReason::kTransfer:
      return "transferred";
    case queue::EnterReason::kAgentGone:
      return "agent_lost";
    case queue::EnterReason::kOverflow:
    case queue::EnterReason::kTargetRefused:
      return "passed_on";
    case queue::EnterReason::kNew:
    case queue::EnterReason::kChannel:
      break;
  }
  return {};
}

void put_place(json::object& out, const Desk& desk, const call::Contact& contact) {
  const auto place = desk.place(contact.id);
  if (!place) return;
  if (const auto word = because_word(place->because); !word.empty()) out["waiting_because"] = word;
  out["waiting_since_at"] = contact.waiting_since_at.value;
  out["staffed"] = place->staffed;
  out["position"] = place->position;
  out["ahead"] = place->position - 1;
  if (place->estimate) out["estimate_s"] = place->estimate->count();
  if (place->max_wait) out["max_wait_s"] = place->max_wait->count();
}

/// Since when this viewer talks, a colleague who has come later less long; the call is one for everybody.
void put_talk(json::object& out, const call::Contact& contact, std::string_view user_id) {
  if (contact.talk_since_at == UtcMillis{}) return;
  const auto* own = contact.of_user(user_id);
  const UtcMillis joined = own ? own->joined_at : UtcMillis{};
  out["talk_since_at"] = std::max(contact.talk_since_at, joined).value;
  if (contact.call_since_at > UtcMillis{}) out["call_started_at"] = contact.call_since_at.value;
}

void put_for_agent(json::object& out, const call::Contact& contact, std::string_view user_id) {
  out["customer"] = {{"name", contact.customer_name}};
  json::object attributes;
  for (const auto& [key, value] : contact.attributes) attributes[key] = value;
  out["attributes"] = std::move(attributes);
  const bool wall = user_id == "*";
  out["talked_s"] = (wall ? contact.talked_ms : contact.talked(user_id).count()) / 1000;
  if (const auto* wrapup = contact.open_wrapup(user_id)) {
    out["wrapup"] = {{"until_at", wrapup->until_at.value}, {"extended", wrapup->extended}};
    // Who has handed the contact over writes while others go on with it: for this viewer it is over.
    if (!contact.of_user(user_id)) out["state"] = name_of(call::State::kWrapup);
  }
  if (!contact.check.empty()) {
    boost::system::error_code ec;
    if (auto check = json::parse(contact.check, ec); !ec && check.is_object()) out["check"] = std::move(check);
  }
  out["link"] = !contact.link_id.empty();
}

/// What a colleague said when the contact was handed over, for those who came to it then: who had it before writes the
/// wrap-up meanwhile, and the words may be about them.
void put_hand_over(json::object& out, const Desk& desk, const call::Contact& contact, std::string_view user_id) {
  const auto* given = desk.hand_over(contact.id);
  if (!given) return;
  const bool came_then = std::ranges::any_of(contact.participants, [&](const call::Participant& each) {
    return each.user_id == user_id && each.joined_at >= given->at;  // or has left by now, and writes the wrap-up
  });
  if (!came_then) return;
  const auto* by = desk.agent(given->by_user_id);
  json::object words{{"from_name", by ? by->profile.name : ""}};
  if (!given->note.empty()) words["note"] = given->note;
  out["handed_over"] = std::move(words);
}

/// The colleague whom somebody in the contact rings, for those in it.
void put_ringing(json::object& out, const Desk& desk, const call::Contact& contact, std::string_view user_id) {
  const auto* offer = desk.offer(contact.id);
  if (!offer || offer->kind == routing::OfferKind::kNew || !contact.of_user(user_id)) return;
  const auto* colleague = desk.agent(offer->user_id);
  out["ringing"] = {{"user_id", offer->user_id},
                    {"name", colleague ? colleague->profile.name : ""},
                    {"kind", name_of(offer->kind)},
                    {"expires_at", offer->expires_at.value}};
}

std::string_view state_word(const routing::Agent& agent) {
  return agent.in_wrapup() ? "wrapup" : name_of(agent.chosen);
}

UtcMillis waiting_since(const Desk& desk, const queue::Waiting& waiting) {
  const auto* contact = desk.contact(waiting.contact_id);
  return contact ? contact->waiting_since_at : waiting.entry.since_at;
}

json::object queue_row(const Desk& desk, const queue::Waiting& waiting) {
  const auto* contact = desk.contact(waiting.contact_id);
  return {{"contact_id", waiting.contact_id},          {"name", contact ? contact->customer_name : ""},
          {"channel", name_of(waiting.entry.channel)}, {"topic", topic(desk, waiting.entry.queue_id)},
          {"language", waiting.entry.language},        {"waiting_since_at", waiting_since(desk, waiting).value},
          {"priority", waiting.entry.priority},        {"vip", waiting.entry.vip}};
}

}  // namespace

json::object local_text(const std::map<std::string, std::string>& text) {
  json::object out{{"zh-CN", ""}, {"en", ""}};
  for (const auto& [language, words] : text) out[language] = words;
  return out;
}

json::object contact(const Desk& desk, const call::Contact& contact, std::string_view user_id) {
  json::array people;
  for (const auto& p : contact.participants) {
    if (p.here) people.push_back(participant(p, !user_id.empty()));
  }
  json::object hold{{"on", contact.hold.has_value()}};
  if (contact.hold) {
    hold["by"] = contact.hold->by;
    hold["since_at"] = contact.hold->since_at.value;
  }
  json::object out{{"id", contact.id},
                   {"channel", name_of(contact.channel)},
                   {"state", name_of(contact.state)},
                   {"topic", topic(desk, contact.queue_id)},
                   {"language", contact.language},
                   {"created_at", contact.created_at.value},
                   {"hold", std::move(hold)},
                   {"participants", std::move(people)},
                   {"consents", consents(desk, contact.id)}};
  put_place(out, desk, contact);
  put_talk(out, contact, user_id);
  put_time(out, "offered_at", contact.offered_at);
  put_time(out, "answered_at", contact.answered_at);
  put_time(out, "ended_at", contact.ended_at);
  if (contact.end_reason) out["end_reason"] = name_of(*contact.end_reason);
  if (contact.raise) {
    out["raise"] = {{"by", name_of(contact.raise->by)},
                    {"channel", name_of(contact.raise->channel)},
                    {"at", contact.raise->at.value}};
  }
  if (const auto until = desk.grace_until(contact)) out["grace_until_at"] = until->value;
  if (contact.rating) out["rating"] = rating(*contact.rating);
  if (contact.practice) out["practice"] = true;
  if (!user_id.empty()) {
    put_for_agent(out, contact, user_id);
    put_hand_over(out, desk, contact, user_id);
    put_ringing(out, desk, contact, user_id);
  }
  return out;
}

json::array consents(const Desk& desk, const std::string& contact_id) {
  json::array out;
  for (const auto& record : desk.consents().current(contact_id)) {
    out.push_back(json::object{{"purpose", name_of(record.what.purpose)},
                               {"version", std::to_string(record.what.version)},
                               {"granted", record.what.granted},
                               {"at", record.at.value}});
  }
  return out;
}

json::object message(const std::string& contact_id, const chat::Posted& what, UtcMillis at) {
  json::object out{{"id", what.message_id}, {"contact_id", contact_id}, {"from", what.from},
                   {"name", what.name},     {"at", at.value},           {"kind", name_of(what.kind)}};
  if (!what.text.empty()) out["text"] = what.text;
  if (what.file) {
    out["file"] = {
        {"id", what.file->id}, {"name", what.file->name}, {"size", what.file->size}, {"type", what.file->type}};
  }
  if (!what.system.empty()) out["system"] = what.system;
  return out;
}

json::array messages(const Desk& desk, const std::string& contact_id) {
  json::array out;
  for (const auto& m : desk.messages(contact_id)) out.push_back(message(contact_id, m.what, m.at));
  return out;
}

json::object offer(const Desk& desk, const call::Contact& c, const routing::Offer& o) {
  json::object out{{"contact", contact(desk, c, o.user_id)},
                   {"offered_at", o.offered_at.value},
                   {"expires_at", o.expires_at.value},
                   {"kind", name_of(o.kind)}};
  if (const auto* by = desk.agent(o.by_user_id)) out["from_name"] = by->profile.name;
  if (!o.note.empty()) out["note"] = o.note;
  return out;
}

json::object agent(const routing::Agent& agent) {
  json::object out{{"user_id", agent.profile.user_id},
                   {"name", agent.profile.name},
                   {"state", state_word(agent)},
                   {"since_at", agent.since_at.value},
                   {"chats", agent.chats.size()}};
  if (agent.chosen == routing::AgentState::kBreak && !agent.in_wrapup() && !agent.reason.empty())
    out["reason"] = agent.reason;
  if (!agent.calls.empty()) out["call"] = *agent.calls.begin();
  return out;
}

json::array agents(const Desk& desk) {
  json::array out;
  for (const auto& [user_id, a] : desk.agents()) {
    if (a.enabled) out.push_back(agent(a));
  }
  return out;
}

json::array queue(const Desk& desk, const std::string& user_id) {
  json::array out;
  for (const auto* waiting : desk.waiting_in_order()) {
    if (user_id.empty() || desk.may_serve(user_id, *waiting)) out.push_back(queue_row(desk, *waiting));
  }
  return out;
}

std::vector<QueueLine> queue_lines(const Desk& desk) {
  std::vector<QueueLine> out;
  for (const auto* waiting : desk.waiting_in_order()) {
    out.push_back({waiting, json::serialize(queue_row(desk, *waiting))});
  }
  return out;
}

std::string queue_message(const Desk& desk, std::span<const QueueLine> lines, const std::string& user_id) {
  std::string rows;
  for (const auto& line : lines) {
    if (desk.may_serve(user_id, *line.waiting)) rows += (rows.empty() ? "" : ",") + line.row;
  }
  return "{\"rows\":[" + rows + "]}";
}

json::object wall(const Desk& desk, UtcMillis now) {
  std::int64_t longest = 0;
  for (const auto* waiting : desk.waiting_in_order())
    longest = std::max(longest, (now - waiting_since(desk, *waiting)).count() / 1000);
  int ready = 0;
  int in_call = 0;
  for (const auto& [id, a] : desk.agents()) {
    if (!a.enabled) continue;
    ready += a.chosen == routing::AgentState::kReady && !a.in_wrapup() && a.calls.empty() ? 1 : 0;
    in_call += a.calls.empty() ? 0 : 1;
  }
  json::array calls;
  for (const auto& [id, c] : desk.contacts()) {
    if (c.active()) calls.push_back(contact(desk, c, "*"));
  }
  const auto day = desk.day_counts(now);
  return {{"waiting", queue(desk)},
          {"agents", agents(desk)},
          {"calls", std::move(calls)},
          {"kpi",
           {{"waiting", desk.waiting_count()},
            {"longest_wait_s", longest},
            {"ready", ready},
            {"in_call", in_call},
            {"service_level", day.service_level().value_or(1.0)},
            {"abandoned_today", day.abandoned}}}};
}

json::object user(const UserRecord& u) {
  return {{"id", u.id},
          {"login", u.login},
          {"name", u.name},
          {"roles", strings(u.roles)},
          {"skills", strings(u.skills)},
          {"languages", strings(u.languages)},
          {"max_chats", u.max_chats},
          {"disabled", u.disabled}};
}

}  // namespace visavis::center::views
