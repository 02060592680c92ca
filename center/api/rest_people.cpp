// SPDX-License-Identifier: Apache-2.0
// The people of a company, as its administrators add, change and disable them.
#include <algorithm>
#include <boost/json.hpp>

#include "base/ids.hpp"
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

Task<Response> get_users(Service& service, Request request) {
  const auto agent = agent_of(service, request);
  if (!agent) co_return problem(agent.error());
  if (!agent->user->has_role("admin") && !agent->user->has_role("supervisor")) {
    co_return problem(403, "role_missing", "This needs the role supervisor or admin. Ask an administrator.");
  }
  const bool all = agent->user->has_role("admin");  // who is disabled is theirs to let in again
  json::array items;
  for (const auto& user : service.directory().users()) {
    if (user.tenant_id == agent->tenant_id && (all || !user.disabled)) items.push_back(views::user(user));
  }
  co_return answer(200, json::object{{"items", std::move(items)}});
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
                  .disabled = false,
                  .max_chats = body.max_chats},
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
  co_await take_over_changes(service);
  co_return answer(201, views::user(user->record));
}

Result<void> check_change(const UserChange& change, bool own_account) {
  if (change.roles) {
    if (auto good = check_roles(*change.roles); !good) return good;
  }
  if (change.password) {
    if (auto good = check_new_password(*change.password); !good) return good;
  }
  const bool no_admin = change.roles && std::ranges::find(*change.roles, "admin") == change.roles->end();
  if (own_account && (no_admin || change.disabled.value_or(false))) {
    return fail(ErrorKind::kConflict, "own_account",
                "You cannot lock yourself out. Ask another administrator to do it.");
  }
  return {};
}

UserRecord changed(UserRecord user, const UserChange& change) {
  user.name = change.name.value_or(user.name);
  user.roles = change.roles.value_or(user.roles);
  user.skills = change.skills.value_or(user.skills);
  user.languages = change.languages.value_or(user.languages);
  user.max_chats = change.max_chats.value_or(user.max_chats);
  user.disabled = change.disabled.value_or(user.disabled);
  return user;
}

/// What is known as of now, changed, so that two administrators at once do not undo each other's work; nothing where
/// the company has no such person.
Task<Result<std::optional<UserRecord>>> store_change(Service& service, std::string tenant_id, std::string user_id,
                                                     UserChange change) {
  std::string hashed;
  if (change.password) {
    auto made = co_await http::offloaded<Result<std::string>>(*service.ports().loop,
                                                              [p = *change.password] { return hash_password(p); });
    if (!made) co_return std::unexpected(made.error());
    hashed = std::move(*made);
  }
  co_return co_await write<std::optional<UserRecord>>(
      service,
      [tenant_id, user_id, change, hashed, now = service.now()](platform::DbSession& db) -> std::optional<UserRecord> {
        const auto known = user_to_change(db, tenant_id, user_id);
        if (!known) return std::nullopt;
        auto user = changed(*known, change);
        update_user(db, user, now);
        if (!hashed.empty()) set_password(db, tenant_id, user_id, hashed);
        if (user.disabled || !hashed.empty()) {
          db.run("DELETE FROM login_session WHERE user_id = :user", {{"user", user_id}});
        }
        return user;
      });
}

/// Whoever is disabled, or has been given another password, is out at once: pages, WebSocket, sound and picture.
void send_away(Service& service, const UserRecord& user) {
  service.ports().sessions->end_all_of(user.id, [](const Result<void>&) {});
  const auto who = Recipient::agent(user.id);
  if (const auto* desk = service.desk(user.tenant_id); desk && user.disabled) {
    for (const auto& contact_id : desk->contacts_of(user.id)) service.media().close(contact_id, who);
    // Should it not be stored, their customers wait for the time of grace.
    service.control().run({.tenant_id = user.tenant_id, .actor = Actor::system(), .command = AgentDismissed{user.id}},
                          [](const Result<std::string>&) {});
  }
  service.streams().close(who, kCloseInvalid, user.disabled ? "account disabled" : "password changed");
}

Task<Response> patch_user(Service& service, Request request) {
  const auto agent = agent_with_role(service, request, "admin");
  if (!agent) co_return problem(agent.error());
  const auto change = body_as(request, user_change);
  if (!change) co_return problem(change.error());
  const std::string id(request.param("id"));
  if (const auto good = check_change(*change, id == agent->user->id); !good) co_return problem(good.error());
  const auto stored = co_await store_change(service, agent->tenant_id, id, *change);
  if (!stored) co_return problem(stored.error());
  if (!*stored) co_return problem(404, "user_unknown", "There is nobody like that in your company.");
  if ((*stored)->disabled || change->password) send_away(service, **stored);
  co_await take_over_changes(service);
  co_return answer(200, views::user(**stored));
}

}  // namespace

void add_people(http::Router& router, Service& service) {
  router.add("GET", "/v1/users", bind(service, get_users));
  router.add("POST", "/v1/users", bind(service, post_user));
  router.add("PATCH", "/v1/users/{id}", bind(service, patch_user));
}

}  // namespace visavis::center::rest
