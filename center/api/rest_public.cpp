// SPDX-License-Identifier: Apache-2.0
// What a customer's page needs before and beside its WebSocket: entry, consents, the contact itself, the device check.
#include <algorithm>
#include <boost/json.hpp>

#include "base/ids.hpp"
#include "center/api/rest.hpp"
#include "center/api/views.hpp"
#include "platform/crypto/crypto.hpp"

namespace visavis::center::rest {
namespace json = boost::json;
using http::problem;
using http::Request;
using http::Response;
using http::Task;

namespace {

std::unexpected<Error> tenant_unknown() {
  return fail(ErrorKind::kNotFound, "tenant_unknown", "No company has this key. Check `key` (data-key of the widget).");
}

json::object topic_json(const Desk& desk, const QueueRecord& queue) {
  json::object out{{"id", queue.id},
                   {"name", views::local_text(queue.name)},
                   {"channels", views::strings(queue.channels)},
                   {"open", queue.open},
                   {"waiting", desk.waiting_count(queue.id)}};
  if (const auto wait = desk.expected_wait(queue.id, Channel::kVideo)) out["expected_wait_s"] = wait->count();
  return out;
}

json::array texts_json(std::span<const ConsentText> texts) {
  json::array out;
  for (const auto& text : texts) {
    out.push_back(json::object{{"purpose", text.purpose},
                               {"version", std::to_string(text.version)},
                               {"title", views::local_text(text.title)},
                               {"text", views::local_text(text.text)}});
  }
  return out;
}

Task<Response> get_entry(Service& service, Request request) {
  const auto* settings = service.directory().tenant_by_key(request.query_value("key").value_or(""));
  const auto* desk = settings ? service.desk(settings->tenant.id) : nullptr;
  if (!desk) co_return problem(tenant_unknown().error());
  json::array topics;
  json::object required;
  for (const auto& queue : settings->queues) {
    topics.push_back(topic_json(*desk, queue));
    json::array purposes;
    for (const auto& purpose : queue.required_purposes) {
      if (asks_for(settings->tenant, purpose)) purposes.emplace_back(purpose);
    }
    required[queue.id] = std::move(purposes);
  }
  co_return answer(
      200, json::object{{"tenant", {{"key", settings->tenant.key}, {"name", views::local_text(settings->tenant.name)}}},
                        {"topics", std::move(topics)},
                        {"consents", texts_json(settings->consents)},
                        {"required", std::move(required)}});
}

/// Pages of foreign sites may open contacts only for companies that allow it.
bool origin_fits(Service& service, const Request& request, const TenantSettings& settings) {
  const auto origin = request.header("Origin");
  if (origin.empty()) return true;
  const auto at = origin.find("://");
  if (at != std::string_view::npos && origin.substr(at + 3) == request.host) return true;
  if (origin == service.ports().public_url) return true;
  return service.directory().allows_origin(origin, settings.tenant.id);
}

/// A contact to be opened.
struct Opening {
  const TenantSettings* settings = nullptr;
  OpenContact command;
  std::string link_token;
};

Result<void> fill_from_link(Service& service, Opening& opening) {
  const auto link = service.links().find(opening.link_token, service.now());
  if (!link) return std::unexpected(link.error());
  if ((*link)->tenant_id != opening.settings->tenant.id)
    return fail(ErrorKind::kNotFound, "link_unknown", "This link is not known.");
  auto& c = opening.command;
  c.queue_id = (*link)->queue_id;
  if (c.name.empty()) c.name = (*link)->customer_name;
  for (const auto& [key, value] : (*link)->attributes) c.attributes[key] = value;
  c.link_id = (*link)->id;
  c.to_user_id = (*link)->agent_id;
  c.priority = (*link)->priority;
  c.vip = (*link)->vip;
  return {};
}

Result<Opening> opening_of(Service& service, OpeningBody body, const TenantSettings& settings) {
  Opening opening{.settings = &settings, .command = {}, .link_token = std::move(body.link_token)};
  auto& c = opening.command;
  c.queue_id = std::move(body.topic_id);
  c.channel = body.channel;
  c.language = std::move(body.language);
  c.name = std::move(body.name);
  c.attributes = std::move(body.attributes);
  c.consents = std::move(body.consents);
  if (opening.link_token.empty()) return opening;
  if (const auto filled = fill_from_link(service, opening); !filled) return std::unexpected(filled.error());
  return opening;
}

Response contact_opened(Service& service, const Request& request, const std::string& tenant_id,
                        const std::string& reply, const std::string& token) {
  auto body = json::parse(reply).as_object();
  body["token"] = token;
  body["rejoin_url"] = customer_url(base_url(service, request), service, tenant_id, "t=" + token);
  return answer(201, body);
}

/// The same request again: the same contact, with a token of its own, since only hashes of tokens are kept.
Task<Response> opened_before(Service& service, Request request, std::string tenant_id, std::string reply) {
  const auto body = json::parse(reply).as_object();
  const ContactKey key{tenant_id, std::string(body.at("contact_id").as_string()),
                       std::string(body.at("participant_id").as_string())};
  const auto issued = service.ports().tokens->issue(key);
  const auto now = service.now();
  std::vector<std::function<void(platform::DbSession&)>> records{
      [hash = issued.hash, key, now](platform::DbSession& db) { insert_contact_token(db, hash, key, now); }};
  const auto stored = co_await record(service, std::move(records));
  if (!stored) {
    service.ports().tokens->revoke(issued.hash);
    co_return problem(stored.error());
  }
  co_return contact_opened(service, request, tenant_id, reply, issued.token);
}

Task<Response> open_contact(Service& service, Request request, Opening opening, std::string scope) {
  const auto tenant_id = opening.settings->tenant.id;
  const auto now = service.now();
  auto& c = opening.command;
  c.contact_id = new_uuid(now);
  c.participant_id = new_uuid(now);
  const ContactKey key{tenant_id, c.contact_id, c.participant_id};
  Order order{.tenant_id = tenant_id, .actor = Actor::customer(c.contact_id), .command = c};
  order.scope = std::move(scope);
  order.id = request.header("Idempotency-Key");
  std::string mine = json::serialize(json::object{{"contact_id", c.contact_id}, {"participant_id", c.participant_id}});
  order.reply = [mine](std::span<const Event>) { return mine; };
  const bool linked = !opening.link_token.empty();
  if (linked) {
    auto used = service.links().use(opening.link_token, c.contact_id, now);
    if (!used) co_return problem(used.error());
    order.records.push_back(std::move(*used));
  }
  const auto issued = service.ports().tokens->issue(key);
  order.records.push_back(
      [hash = issued.hash, key, now](platform::DbSession& db) { insert_contact_token(db, hash, key, now); });
  const auto reply = co_await run(service, std::move(order));
  if (reply && *reply == mine) {
    service.openings().opened(client_address(request), key.tenant_id, key.contact_id, request.body.size(),
                              service.now());
    co_return contact_opened(service, request, tenant_id, *reply, issued.token);
  }
  service.ports().tokens->revoke(issued.hash);
  if (linked) service.links().give_back(opening.link_token);
  if (!reply) co_return problem(reply.error());
  co_return co_await opened_before(service, std::move(request), tenant_id, *reply);
}

/// Requests with the same key and body are the same wish.
Result<std::string> idempotency_scope(const Request& request, const std::string& tenant_id) {
  const auto key = request.header("Idempotency-Key");
  if (key.empty()) return "";
  if (key.size() < 16 || key.size() > 128)
    return invalid("Idempotency-Key", "must be a random text of 16 to 128 characters, a UUID for example");
  return "open:" + tenant_id + ":" + platform::sha256_hex(request.body);
}

/// The reply to an earlier request with this key, also to one that is still being stored.
http::Completion<std::optional<std::string>> opened_by(Service& service, std::string scope, std::string key) {
  using Reply = std::optional<std::string>;
  return http::completion<Reply>(
      [&service, scope = std::move(scope), key = std::move(key)](std::function<void(Reply)> done) {
        service.control().applied(scope, key, std::move(done));
      });
}

Task<Response> post_contact(Service& service, Request request) {
  if (const auto admitted = service.openings().admit(client_address(request), service.now()); !admitted) {
    co_return problem(admitted.error());
  }
  auto body = body_as(request, opening_body);
  if (!body) co_return problem(body.error());
  const auto* settings = service.directory().tenant_by_key(body->key);
  if (!settings) co_return problem(tenant_unknown().error());
  if (!origin_fits(service, request, *settings)) {
    co_return problem(403, "origin_not_allowed",
                      "This site may not open contacts. Ask the operator to allow its address.");
  }
  const auto scope = idempotency_scope(request, settings->tenant.id);
  if (!scope) co_return problem(scope.error());
  // Before the link is looked at: the first of these requests has used it up.
  if (const auto reply = co_await opened_by(service, *scope, std::string(request.header("Idempotency-Key")))) {
    co_return co_await opened_before(service, std::move(request), settings->tenant.id, *reply);
  }
  auto opening = opening_of(service, std::move(*body), *settings);
  if (!opening) co_return problem(opening.error());
  co_return co_await open_contact(service, std::move(request), std::move(*opening), *scope);
}

Task<Response> get_contact(Service& service, Request request) {
  const auto key = customer_of(service, request);
  if (!key) co_return problem(key.error());
  if (service.reading_again()) co_return state_is_read_again();
  const auto* desk = service.desk(key->tenant_id);
  const auto* contact = desk ? desk->contact(key->contact_id) : nullptr;
  if (!contact) co_return problem(404, "contact_unknown", "This contact is over. Start a new one.");
  co_return answer(200, views::contact(*desk, *contact));
}

Task<Response> get_consents(Service& service, Request request) {
  const auto key = customer_of(service, request);
  if (!key) co_return problem(key.error());
  using Texts = std::vector<ConsentText>;
  const auto texts = co_await read<Texts>(service, [of = *key](platform::DbSession& db) {
    return consent_texts_answered(db, of.tenant_id, of.contact_id);
  });
  if (!texts) co_return problem(texts.error());
  co_return answer(200, json::object{{"items", texts_json(*texts)}});
}

Task<Response> put_consent(Service& service, Request request) {
  const auto key = customer_of(service, request);
  if (!key) co_return problem(key.error());
  const auto body = body_object(request);
  if (!body) co_return problem(body.error());
  const auto choice = consent_body(*body);
  if (!choice) co_return problem(choice.error());
  Order order{.tenant_id = key->tenant_id,
              .actor = Actor::customer(key->contact_id),
              .command = SetConsent{key->contact_id, choice->purpose, choice->version, choice->granted}};
  const auto done = co_await run(service, std::move(order));
  if (!done) co_return problem(done.error());
  const auto* desk = service.desk(key->tenant_id);
  co_return answer(200, desk ? views::consents(*desk, key->contact_id) : json::array{});
}

Task<Response> post_check(Service& service, Request request) {
  const auto key = customer_of(service, request);
  if (!key) co_return problem(key.error());
  const auto body = body_object(request);
  if (!body) co_return problem(body.error());
  Order order{.tenant_id = key->tenant_id,
              .actor = Actor::customer(key->contact_id),
              .command = StoreCheck{key->contact_id, json::serialize(*body)}};
  const auto done = co_await run(service, std::move(order));
  co_return done ? http::no_content() : problem(done.error());
}

Task<Response> get_link(Service& service, Request request) {
  const auto link = service.links().find(request.param("token"), service.now());
  if (!link) co_return problem(link.error());
  const auto* settings = service.directory().tenant((*link)->tenant_id);
  const auto* desk = service.desk((*link)->tenant_id);
  const auto* queue = desk ? desk->queue((*link)->queue_id) : nullptr;
  if (!settings || !queue) co_return problem(404, "link_unknown", "This link is not known. Ask for a new one.");
  json::object out{{"key", settings->tenant.key},
                   {"topic", {{"id", queue->id}, {"name", views::local_text(queue->name)}}},
                   {"channel", name_of((*link)->channel)},
                   {"customer", {{"name", (*link)->customer_name}}},
                   {"expires_at", (*link)->expires_at.value}};
  if (const auto* user = service.directory().user((*link)->agent_id)) out["agent_name"] = user->name;
  co_return answer(200, out);
}

}  // namespace

void add_public(http::Router& router, Service& service) {
  const http::RouteOptions cors{.body_bytes = 64 * 1024, .cors = http::Cors::kSites};
  router.add("GET", "/v1/public/entry", bind(service, get_entry), cors);
  router.add("GET", "/v1/public/links/{token}", bind(service, get_link), cors);
  router.add("POST", "/v1/public/contacts", bind(service, post_contact), cors);
  router.add("GET", "/v1/public/contact", bind(service, get_contact), cors);
  router.add("GET", "/v1/public/contact/consents", bind(service, get_consents), cors);
  router.add("PUT", "/v1/public/contact/consents", bind(service, put_consent), cors);
  router.add("POST", "/v1/public/contact/check", bind(service, post_check),
             {.body_bytes = 8 * 1024, .cors = http::Cors::kSites});
}

}  // namespace visavis::center::rest
