// SPDX-License-Identifier: Apache-2.0
// The console's settings, and what administrators may see and add: queues and people.
#include <boost/json.hpp>

#include "base/ids.hpp"
#include "center/api/qr.hpp"
#include "center/api/rest.hpp"
#include "center/api/views.hpp"
#include "center/identity/password.hpp"

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
          {"open", queue.open}};
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

Task<Response> get_users(Service& service, Request request) {
  const auto agent = agent_of(service, request);
  if (!agent) co_return problem(agent.error());
  if (!agent->user->has_role("admin") && !agent->user->has_role("supervisor")) {
    co_return problem(403, "role_missing", "This needs the role supervisor or admin. Ask an administrator.");
  }
  json::array items;
  for (const auto* user : service.directory().users_of(agent->tenant_id)) items.push_back(views::user(*user));
  co_return answer(200, json::object{{"items", std::move(items)}});
}

/// Reads everything anew after a change; the change holds even if this fails.
Task<Result<Directory::Content>> reread(Service& service) {
  auto* database = service.ports().database;
  co_return co_await http::offloaded<Result<Directory::Content>>(*service.ports().loop,
                                                                 [database] { return Directory::read(*database); });
}

Task<Response> post_queue(Service& service, Request request) {
  const auto agent = agent_with_role(service, request, "admin");
  if (!agent) co_return problem(agent.error());
  auto queue = body_as(request, queue_body);
  if (!queue) co_return problem(queue.error());
  const auto* settings = service.directory().tenant(agent->tenant_id);
  queue->id = new_uuid(service.now());
  queue->tenant_id = agent->tenant_id;
  queue->place = settings ? static_cast<int>(settings->queues.size()) + 1 : 1;
  const auto stored =
      co_await record(service, {[queue = *queue](platform::DbSession& db) { insert_queue(db, queue); }});
  if (!stored) co_return problem(stored.error());
  auto content = co_await reread(service);
  if (content) service.set_directory(std::move(*content));
  co_return answer(201, queue_json(*queue));
}

struct NewUser {
  UserRecord record;
  std::string password;
};

Result<NewUser> user_of(Service& service, const std::string& tenant_id, UserBody body) {
  auto login = normalize_login(body.login);
  if (!login) return std::unexpected(login.error());
  if (const auto good = check_roles(body.roles); !good) return std::unexpected(good.error());
  if (const auto good = check_new_password(body.password); !good) return std::unexpected(good.error());
  return NewUser{{.id = new_uuid(service.now()),
                  .tenant_id = tenant_id,
                  .login = std::move(*login),
                  .name = std::move(body.name),
                  .roles = std::move(body.roles),
                  .skills = std::move(body.skills),
                  .languages = std::move(body.languages),
                  .created_at = service.now(),
                  .disabled = false},
                 std::move(body.password)};
}

/// Not through Control: a login that is taken must not count as a failed commit of the contact centre.
Task<Response> post_user(Service& service, Request request) {
  const auto agent = agent_with_role(service, request, "admin");
  if (!agent) co_return problem(agent.error());
  auto body = body_as(request, user_body);
  if (!body) co_return problem(body.error());
  const auto user = user_of(service, agent->tenant_id, std::move(*body));
  if (!user) co_return problem(user.error());
  const auto hashed = co_await http::offloaded<Result<std::string>>(*service.ports().loop,
                                                                    [p = user->password] { return hash_password(p); });
  if (!hashed) co_return problem(hashed.error());
  const auto stored =
      co_await write<bool>(service, [record = user->record, password = *hashed](platform::DbSession& db) {
        if (find_user(db, record.tenant_id, record.login)) return false;
        insert_user(db, record, password);
        return true;
      });
  if (!stored) co_return problem(stored.error());
  if (!*stored) co_return problem(409, "login_taken", "Somebody has this login already. Choose another.");
  auto content = co_await reread(service);
  if (content) service.set_directory(std::move(*content));
  co_return answer(201, views::user(user->record));
}

}  // namespace

void add_admin(http::Router& router, Service& service) {
  router.add("GET", "/v1/config", bind(service, get_config));
  router.add("GET", "/v1/queues", bind(service, get_queues));
  router.add("POST", "/v1/queues", bind(service, post_queue));
  router.add("GET", "/v1/users", bind(service, get_users));
  router.add("POST", "/v1/users", bind(service, post_user));
}

}  // namespace visavis::center::rest
