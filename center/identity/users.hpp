// SPDX-License-Identifier: Apache-2.0
// The people who work for a tenant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/db/database.hpp"

namespace visavis::center {

struct UserRecord {
  std::string id{};
  std::string tenant_id{};
  std::string login{};  // lower case, unique in the tenant
  std::string name{};
  std::vector<std::string> roles{};  // agent, supervisor, admin
  std::vector<std::string> skills{};
  std::vector<std::string> languages{};  // language tags; empty: any
  UtcMillis created_at{};
  bool disabled = false;
  int max_chats = 4;  // at once

  bool has_role(std::string_view role) const;
};

/// 1–64 letters, digits, . _ - @ in any case and script-neutral; kept in lower case. Error login_invalid.
Result<std::string> normalize_login(std::string_view login);
/// Non-empty, known, no repeats. Error role_unknown.
Result<void> check_roles(const std::vector<std::string>& roles);

/// `password` as hash_password() gives it.
void insert_user(platform::DbSession& db, const UserRecord& user, const std::string& password);
/// Everything but login, tenant and password; false where there is no such user in the tenant.
bool update_user(platform::DbSession& db, const UserRecord& user, UtcMillis now);
bool set_password(platform::DbSession& db, std::string_view tenant_id, std::string_view user_id,
                  const std::string& password);
std::vector<UserRecord> load_users(platform::DbSession& db);

struct UserWithPassword {
  UserRecord user;
  std::string password;
};
std::optional<UserWithPassword> find_user(platform::DbSession& db, std::string_view tenant_id, std::string_view login);
std::optional<UserRecord> user_by_id(platform::DbSession& db, std::string_view tenant_id, std::string_view user_id);
/// The same, to be changed: others who ask so wait until the write transaction ends.
std::optional<UserRecord> user_to_change(platform::DbSession& db, std::string_view tenant_id, std::string_view user_id);

}  // namespace visavis::center
