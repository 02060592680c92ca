// SPDX-License-Identifier: Apache-2.0
#include "center/identity/users.hpp"

#include <algorithm>
#include <array>

#include "center/tenant/tenant.hpp"

namespace visavis::center {
namespace {

using platform::DbRow;
using platform::DbSession;

UserRecord user_of(const DbRow& row) {
  return {.id = row.text("id"),
          .tenant_id = row.text("tenant_id"),
          .login = row.text("login"),
          .name = row.text("name"),
          .roles = list_from_json(row.text("roles")),
          .skills = list_from_json(row.text("skills")),
          .languages = list_from_json(row.text("languages")),
          .created_at = row.time("created_at"),
          .disabled = !row.is_null("disabled_at"),
          .max_chats = static_cast<int>(row.integer("max_chats"))};
}

std::optional<UserRecord> one_user(DbSession& db, std::string_view tenant_id, std::string_view user_id,
                                   const std::string& lock) {
  const auto rows = db.query("SELECT * FROM app_user WHERE tenant_id = :tenant AND id = :id" + lock,
                             {{"tenant", tenant_id}, {"id", user_id}});
  return rows.empty() ? std::nullopt : std::optional(user_of(rows[0]));
}

}  // namespace

bool UserRecord::has_role(std::string_view role) const { return std::ranges::find(roles, role) != roles.end(); }

Result<std::string> normalize_login(std::string_view login) {
  std::string lower;
  for (const char c : login) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-' && c != '@') break;
    lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (lower.empty() || lower.size() != login.size() || lower.size() > 64) {
    return fail(ErrorKind::kInvalid, "login_invalid", "A login has 1 to 64 letters, digits or the characters . _ - @.");
  }
  return lower;
}

Result<void> check_roles(const std::vector<std::string>& roles) {
  constexpr std::array<std::string_view, 3> kKnown{"agent", "supervisor", "admin"};
  for (auto role = roles.begin(); role != roles.end(); ++role) {
    if (std::ranges::find(kKnown, *role) == kKnown.end() || std::find(roles.begin(), role, *role) != role) {
      return fail(ErrorKind::kInvalid, "role_unknown", "Roles are agent, supervisor and admin, each at most once.");
    }
  }
  if (roles.empty())
    return fail(ErrorKind::kInvalid, "role_unknown", "A user needs a role: agent, supervisor or admin.");
  return {};
}

void insert_user(DbSession& db, const UserRecord& user, const std::string& password) {
  db.run(
      "INSERT INTO app_user (id, tenant_id, login, name, password, roles, skills, languages, created_at, max_chats) "
      "VALUES (:id, :tenant, :login, :name, :password, :roles, :skills, :languages, :at, :chats)",
      {{"id", user.id},
       {"tenant", user.tenant_id},
       {"login", user.login},
       {"name", user.name},
       {"password", password},
       {"roles", list_to_json(user.roles)},
       {"skills", list_to_json(user.skills)},
       {"languages", list_to_json(user.languages)},
       {"at", user.created_at},
       {"chats", user.max_chats}});
}

bool update_user(DbSession& db, const UserRecord& user, UtcMillis now) {
  const auto disabled_at = user.disabled ? std::optional<std::int64_t>{now.value} : std::nullopt;
  return db.run(
             "UPDATE app_user SET name = :name, roles = :roles, skills = :skills, languages = :languages, "
             "max_chats = :chats, disabled_at = :disabled WHERE id = :id AND tenant_id = :tenant",
             {{"name", user.name},
              {"roles", list_to_json(user.roles)},
              {"skills", list_to_json(user.skills)},
              {"languages", list_to_json(user.languages)},
              {"chats", user.max_chats},
              {"disabled", disabled_at},
              {"id", user.id},
              {"tenant", user.tenant_id}}) == 1;
}

bool set_password(DbSession& db, std::string_view tenant_id, std::string_view user_id, const std::string& password) {
  return db.run("UPDATE app_user SET password = :password WHERE id = :id AND tenant_id = :tenant",
                {{"password", password}, {"id", user_id}, {"tenant", tenant_id}}) == 1;
}

std::vector<UserRecord> load_users(DbSession& db) {
  std::vector<UserRecord> users;
  for (const auto& row : db.query("SELECT * FROM app_user ORDER BY tenant_id, login")) users.push_back(user_of(row));
  return users;
}

std::optional<UserWithPassword> find_user(DbSession& db, std::string_view tenant_id, std::string_view login) {
  const auto rows = db.query("SELECT * FROM app_user WHERE tenant_id = :tenant AND login = :login",
                             {{"tenant", tenant_id}, {"login", login}});
  if (rows.empty()) return std::nullopt;
  return UserWithPassword{user_of(rows[0]), rows[0].text("password")};
}

std::optional<UserRecord> user_by_id(DbSession& db, std::string_view tenant_id, std::string_view user_id) {
  return one_user(db, tenant_id, user_id, {});
}

std::optional<UserRecord> user_to_change(DbSession& db, std::string_view tenant_id, std::string_view user_id) {
  // SQLite has one writer anyway.
  const bool lock = db.engine() == platform::DbEngine::kPostgres;
  return one_user(db, tenant_id, user_id, lock ? " FOR UPDATE" : "");
}

}  // namespace visavis::center
