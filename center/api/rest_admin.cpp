// SPDX-License-Identifier: Apache-2.0
// The console's settings, and what administrators set: the company and its queues.
#include <algorithm>
#include <boost/json.hpp>

#include "base/ids.hpp"
#include "center/api/qr.hpp"
#include "center/api/rest.hpp"
#include "center/api/views.hpp"

namespace visavis::center::rest {
namespace json = boost::json;
using http::problem;
using http::Request;
using http::Response;
using http::Task;

namespace {

json::object queue_json(const QueueRecord& queue) {
  return {{"id", queue.id},
          {"name", views::local_text(queue.name)},
          {"skills", views::strings(queue.skills)},
          {"priority", queue.priority},
          {"channels", views::strings(queue.channels)},
          {"max_wait_s", queue.max_wait.count()},
          {"required_purposes", views::strings(queue.required_purposes)},
          {"overflow_queue_id", queue.overflow_queue_id},
          {"open", queue.open}};
}

std::unexpected<Error> no_overflow() {
  return invalid("overflow_queue_id", "must be another topic of your company, or empty");
}

std::unexpected<Error> no_company() {
  return fail(ErrorKind::kNotFound, "tenant_unknown", "Your company is not known any more.");
}

/// Where a queue's contacts go that have waited too long has to be another one of the company.
bool overflows_well(const QueueRecord& queue, const std::vector<QueueRecord>& queues) {
  const auto& to = queue.overflow_queue_id;
  return to.empty() || (to != queue.id && std::ranges::find(queues, to, &QueueRecord::id) != queues.end());
}

/// Customers cannot give what they are not asked for. `before`: of a topic that is changed; what it required stays.
Result<void> requires_what_is_asked(const QueueRecord& queue, const QueueRecord& before, const TenantRecord& tenant) {
  if (queue.required_purposes == before.required_purposes) return {};
  const bool asked =
      std::ranges::all_of(queue.required_purposes, [&](const auto& purpose) { return asks_for(tenant, purpose); });
  if (asked) return {};
  return invalid("required_purposes", "may name only what the company asks for (PATCH /v1/company, `purposes`)");
}

Result<void> asks_for_what_is_required(const TenantRecord& tenant, const TenantRecord& before,
                                       const std::vector<QueueRecord>& queues) {
  for (const auto& queue : queues) {
    for (const auto& purpose : queue.required_purposes) {
      if (asks_for(tenant, purpose) || !asks_for(before, purpose)) continue;
      return fail(ErrorKind::kConflict, "purpose_required",
                  "A topic requires the consent `" + purpose + "`. Take it out of the topic first.");
    }
  }
  return {};
}

// ---- changes: each reads, checks and writes in one transaction that keeps the company's other changes waiting, so
// that two administrators at once do not undo each other's work

Result<QueueRecord> add_queue(platform::DbSession& db, QueueRecord queue) {
  const auto tenant = tenant_to_change(db, queue.tenant_id);
  if (!tenant) return no_company();
  const auto queues = queues_of(db, queue.tenant_id);
  queue.place = static_cast<int>(queues.size()) + 1;
  if (!overflows_well(queue, queues)) return no_overflow();
  if (auto fits = requires_what_is_asked(queue, {}, *tenant); !fits) return std::unexpected(std::move(fits.error()));
  insert_queue(db, queue);
  return queue;
}

Result<QueueRecord> change_queue(platform::DbSession& db, const std::string& tenant_id, const std::string& id,
                                 const json::object& body) {
  const auto tenant = tenant_to_change(db, tenant_id);
  if (!tenant) return no_company();
  const auto queues = queues_of(db, tenant_id);
  const auto known = std::ranges::find(queues, id, &QueueRecord::id);
  if (known == queues.end())
    return fail(ErrorKind::kNotFound, "queue_unknown", "There is no such topic in your company.");
  auto queue = queue_with(body, *known);
  if (!queue) return queue;
  if (!overflows_well(*queue, queues)) return no_overflow();
  if (auto fits = requires_what_is_asked(*queue, *known, *tenant); !fits)
    return std::unexpected(std::move(fits.error()));
  update_queue(db, *queue);
  return queue;
}

Result<TenantRecord> change_company(platform::DbSession& db, const std::string& tenant_id, const json::object& body) {
  const auto known = tenant_to_change(db, tenant_id);
  if (!known) return no_company();
  auto tenant = tenant_with(body, *known);
  if (!tenant) return tenant;
  if (auto fits = asks_for_what_is_required(*tenant, *known, queues_of(db, tenant_id)); !fits)
    return std::unexpected(std::move(fits.error()));
  update_tenant(db, *tenant);
  return tenant;
}

template <class T>
Task<Result<T>> change(Service& service, std::function<Result<T>(platform::DbSession&)> work) {
  auto done = co_await write<Result<T>>(service, std::move(work));
  if (!done) co_return std::unexpected(done.error());
  if (*done) co_await take_over_changes(service);
  co_return std::move(*done);
}

json::array queues_json(const TenantSettings& settings) {
  json::array out;
  for (const auto& queue : settings.queues) out.push_back(queue_json(queue));
  return out;
}

json::array codes_json(const std::vector<CodeRecord>& codes) {
  json::array out;
  for (const auto& code : codes)
    out.push_back(json::object{{"code", code.code}, {"name", views::local_text(code.name)}});
  return out;
}

/// The company's customer page as a phone on the same network reaches it; null where no other machine reaches us.
json::value customer_page(const Service& service, const std::string& key) {
  const auto& ports = service.ports();
  const auto base = ports.network_url ? ports.network_url() : ports.public_url;
  if (base.empty()) return nullptr;
  const auto url = base + "/?key=" + key;
  return json::object{{"url", url}, {"qr_svg", qr_svg(url)}};
}

Task<Response> get_config(Service& service, Request request) {
  const auto agent = agent_of(service, request);
  if (!agent) co_return problem(agent.error());
  const auto* settings = service.directory().tenant(agent->tenant_id);
  const auto* desk = service.desk(agent->tenant_id);
  if (!settings || !desk) co_return problem(404, "tenant_unknown", "Your company is not known any more.");
  json::object out{{"version", service.ports().version},
                   {"queues", queues_json(*settings)},
                   {"dispositions", codes_json(settings->dispositions)},
                   {"break_reasons", codes_json(settings->break_reasons)},
                   {"ring_s", desk->timings().ring.count()},
                   {"wrapup_s", desk->timings().wrapup.count()},
                   {"answer_goal_s", desk->timings().answer_goal.count()},
                   {"practice", static_cast<bool>(service.ports().start_bot)}};
  if (auto page = customer_page(service, settings->tenant.key); page.is_object())
    out["customer_page"] = std::move(page);
  co_return answer(200, out);
}

Task<Response> get_queues(Service& service, Request request) {
  const auto agent = agent_of(service, request);
  if (!agent) co_return problem(agent.error());
  const auto* settings = service.directory().tenant(agent->tenant_id);
  co_return answer(200, json::object{{"items", settings ? queues_json(*settings) : json::array{}}});
}

Task<Response> post_queue(Service& service, Request request) {
  const auto agent = agent_with_role(service, request, "admin");
  if (!agent) co_return problem(agent.error());
  auto queue = body_as(request, queue_body);
  if (!queue) co_return problem(queue.error());
  queue->id = new_uuid(service.now());
  queue->tenant_id = agent->tenant_id;
  const auto stored =
      co_await change<QueueRecord>(service, [queue = *queue](platform::DbSession& db) { return add_queue(db, queue); });
  if (!stored) co_return problem(stored.error());
  co_return answer(201, queue_json(*stored));
}

Task<Response> patch_queue(Service& service, Request request) {
  const auto agent = agent_with_role(service, request, "admin");
  if (!agent) co_return problem(agent.error());
  const auto body = body_object(request);
  if (!body) co_return problem(body.error());
  const auto stored = co_await change<QueueRecord>(
      service, [tenant_id = agent->tenant_id, id = std::string(request.param("id")),
                body = *body](platform::DbSession& db) { return change_queue(db, tenant_id, id, body); });
  if (!stored) co_return problem(stored.error());
  co_return answer(200, queue_json(*stored));
}

json::object company_json(const TenantRecord& tenant) {
  return {{"id", tenant.id},
          {"key", tenant.key},
          {"name", views::local_text(tenant.name)},
          {"utc_offset_min", tenant.utc_offset_min},
          {"purposes", views::strings(tenant.purposes)},
          {"allowed_origins", views::strings(tenant.allowed_origins)}};
}

Task<Response> get_company(Service& service, Request request) {
  const auto agent = agent_of(service, request);
  if (!agent) co_return problem(agent.error());
  const auto* settings = service.directory().tenant(agent->tenant_id);
  if (!settings) co_return problem(404, "tenant_unknown", "Your company is not known any more.");
  co_return answer(200, company_json(settings->tenant));
}

Task<Response> patch_company(Service& service, Request request) {
  const auto agent = agent_with_role(service, request, "admin");
  if (!agent) co_return problem(agent.error());
  const auto body = body_object(request);
  if (!body) co_return problem(body.error());
  const auto stored =
      co_await change<TenantRecord>(service, [tenant_id = agent->tenant_id, body = *body](platform::DbSession& db) {
        return change_company(db, tenant_id, body);
      });
  if (!stored) co_return problem(stored.error());
  co_return answer(200, company_json(*stored));
}

}  // namespace

void add_admin(http::Router& router, Service& service) {
  router.add("GET", "/v1/config", bind(service, get_config));
  router.add("GET", "/v1/queues", bind(service, get_queues));
  router.add("POST", "/v1/queues", bind(service, post_queue));
  router.add("PATCH", "/v1/queues/{id}", bind(service, patch_queue));
  router.add("GET", "/v1/company", bind(service, get_company));
  router.add("PATCH", "/v1/company", bind(service, patch_company));
}

}  // namespace visavis::center::rest
