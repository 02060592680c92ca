// SPDX-License-Identifier: Apache-2.0
// History: pages of contacts, one contact whole, its quality. For agents of the tenant.
#include <boost/json.hpp>
#include <charconv>

#include "center/api/rest.hpp"
#include "center/api/views.hpp"
#include "center/audit/chain.hpp"

namespace visavis::center::rest {
namespace json = boost::json;
using http::problem;
using http::Request;
using http::Response;
using http::Task;

namespace {

json::object summary_json(Service& service, const std::string& tenant_id, const ContactSummary& c) {
  const auto* desk = service.desk(tenant_id);
  const auto* queue = desk ? desk->queue(c.queue_id) : nullptr;
  json::object out{{"id", c.id},
                   {"state", c.state},
                   {"channel", c.channel},
                   {"topic", {{"id", c.queue_id}, {"name", views::local_text(queue ? queue->name : LocalText{})}}},
                   {"language", c.language},
                   {"customer", {{"name", c.customer_name}}},
                   {"created_at", c.created_at.value},
                   {"link", c.from_link},
                   {"practice", c.practice}};
  if (const auto* user = service.directory().user(c.agent_id))
    out["agent"] = {{"user_id", user->id}, {"name", user->name}};
  if (c.answered_at) out["answered_at"] = *c.answered_at;
  if (c.ended_at) out["ended_at"] = *c.ended_at;
  if (!c.end_reason.empty()) out["end_reason"] = c.end_reason;
  if (!c.disposition.empty()) out["disposition"] = c.disposition;
  if (c.resolved) out["resolved"] = *c.resolved;
  if (c.stars) {
    json::object rating{{"stars", *c.stars}};
    if (c.solved) rating["solved"] = *c.solved;
    if (!c.comment.empty()) rating["comment"] = c.comment;
    out["rating"] = std::move(rating);
  }
  return out;
}

Task<Response> get_contacts(Service& service, Request request) {
  const auto agent = agent_of(service, request);
  if (!agent) co_return problem(agent.error());
  ContactFilter filter;
  filter.customer = request.query_value("customer").value_or("");
  filter.state = request.query_value("state").value_or("");
  filter.cursor = request.query_value("cursor").value_or("");
  if (const auto limit = request.query_value("limit")) {
    const auto [end, ec] = std::from_chars(limit->data(), limit->data() + limit->size(), filter.limit);
    if (ec != std::errc{} || end != limit->data() + limit->size() || filter.limit < 1 || filter.limit > 200) {
      co_return problem(invalid("limit", "must be from 1 to 200").error());
    }
  }
  if (!filter.state.empty() && !parse_enum<call::State>(filter.state)) {
    co_return problem(invalid("state", "must be waiting, offered, active, wrapup or closed").error());
  }
  const auto tenant_id = agent->tenant_id;
  const auto page = co_await read<ContactPage>(
      service, [tenant_id, filter](platform::DbSession& db) { return page_of_contacts(db, tenant_id, filter); });
  if (!page) co_return problem(page.error());
  json::array items;
  for (const auto& c : page->items) items.push_back(summary_json(service, tenant_id, c));
  json::object out{{"items", std::move(items)}, {"next_cursor", nullptr}};
  if (!page->next_cursor.empty()) out["next_cursor"] = page->next_cursor;
  co_return answer(200, out);
}

struct Whole {
  std::optional<ContactSummary> contact;
  std::vector<StoredMessage> messages;
  std::vector<StoredConsent> consents;
  std::optional<std::string> check;
  std::vector<audit::StoredEntry> entries;
  std::int64_t previous = 0;
};

Whole read_whole(platform::DbSession& db, const std::string& tenant_id, const std::string& id) {
  Whole out;
  out.contact = find_contact(db, tenant_id, id);
  if (!out.contact) return out;
  out.messages = messages_of(db, tenant_id, id);
  out.consents = consents_of(db, tenant_id, id);
  out.check = device_check_of(db, tenant_id, id);
  out.entries = audit::entries_of_contact(db, tenant_id, id);
  out.previous = count_previous(db, tenant_id, id);
  return out;
}

json::object message_json(const std::string& contact_id, const StoredMessage& m) {
  json::object out{{"id", m.id},       {"contact_id", contact_id},
                   {"from", m.sender}, {"name", m.sender_name},
                   {"at", m.at.value}, {"kind", m.kind}};
  boost::system::error_code ec;
  const auto body = json::parse(m.body, ec);
  if (ec || !body.is_object()) return out;
  for (const char* key : {"text", "file", "system"}) {
    const auto* value = body.get_object().if_contains(key);
    if (value && !value->is_null() && !(value->is_string() && value->get_string().empty())) out[key] = *value;
  }
  return out;
}

json::object whole_json(Service& service, const std::string& tenant_id, const Whole& whole) {
  auto out = summary_json(service, tenant_id, *whole.contact);
  json::array chat;
  for (const auto& m : whole.messages) chat.push_back(message_json(whole.contact->id, m));
  json::array consents;
  for (const auto& c : whole.consents) {
    consents.push_back(json::object{
        {"purpose", c.purpose}, {"version", std::to_string(c.version)}, {"granted", c.granted}, {"at", c.at.value}});
  }
  json::array events;
  for (const auto& e : whole.entries)
    events.push_back(json::object{{"type", e.entry.type}, {"at", e.entry.at.value}, {"actor", e.entry.actor}});
  json::object attributes;
  for (const auto& [key, value] : whole.contact->attributes) attributes[key] = value;
  out["chat"] = std::move(chat);
  out["consents"] = std::move(consents);
  out["events"] = std::move(events);
  out["attributes"] = std::move(attributes);
  out["previous"] = whole.previous;
  if (whole.check) {
    boost::system::error_code ec;
    if (auto check = json::parse(*whole.check, ec); !ec) out["check"] = std::move(check);
  }
  json::object wrapup;
  if (!whole.contact->disposition.empty()) wrapup["disposition"] = whole.contact->disposition;
  if (whole.contact->resolved) wrapup["resolved"] = *whole.contact->resolved;
  if (!whole.contact->note.empty()) wrapup["note"] = whole.contact->note;
  if (!wrapup.empty()) out["wrapup"] = std::move(wrapup);
  return out;
}

Task<Response> get_contact(Service& service, Request request) {
  const auto agent = agent_of(service, request);
  if (!agent) co_return problem(agent.error());
  const auto tenant_id = agent->tenant_id;
  const std::string id(request.param("id"));
  const auto whole =
      co_await read<Whole>(service, [tenant_id, id](platform::DbSession& db) { return read_whole(db, tenant_id, id); });
  if (!whole) co_return problem(whole.error());
  if (!whole->contact) co_return problem(404, "contact_unknown", "There is no such contact in your company.");
  co_return answer(200, whole_json(service, tenant_id, *whole));
}

Task<Response> get_quality(Service& service, Request request) {
  const auto agent = agent_of(service, request);
  if (!agent) co_return problem(agent.error());
  const auto tenant_id = agent->tenant_id;
  const std::string id(request.param("id"));
  struct Stored {
    bool known = false;
    std::vector<QualitySummary> summaries;
  };
  const auto stored = co_await read<Stored>(service, [tenant_id, id](platform::DbSession& db) {
    return Stored{find_contact(db, tenant_id, id).has_value(), quality_of(db, tenant_id, id)};
  });
  if (!stored) co_return problem(stored.error());
  if (!stored->known) co_return problem(404, "contact_unknown", "There is no such contact in your company.");
  json::array past;
  for (const auto& q : stored->summaries) {
    boost::system::error_code ec;
    auto summary = json::parse(q.summary, ec);
    if (!ec)
      past.push_back(
          json::object{{"participant_id", q.participant_id}, {"at", q.at.value}, {"summary", std::move(summary)}});
  }
  co_return answer(200,
                   json::object{{"now", json::parse(service.media().quality_json(id))}, {"past", std::move(past)}});
}

}  // namespace

void add_contacts(http::Router& router, Service& service) {
  router.add("GET", "/v1/contacts", bind(service, get_contacts));
  router.add("GET", "/v1/contacts/{id}", bind(service, get_contact));
  router.add("GET", "/v1/contacts/{id}/quality", bind(service, get_quality));
}

}  // namespace visavis::center::rest
