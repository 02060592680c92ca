// SPDX-License-Identifier: Apache-2.0
#include "center/api/directory.hpp"

#include <algorithm>

#include "platform/crypto/crypto.hpp"

namespace visavis::center {
Result<Directory::Content> Directory::read(platform::Database& database) {
  return database.read([](platform::DbSession& db) {
    return Content{.tenants = load_tenants(db), .users = load_users(db), .api_keys = load_api_keys(db)};
  });
}

const TenantSettings* Directory::tenant(std::string_view id) const {
  const auto it = std::ranges::find_if(content_.tenants, [&](const auto& t) { return t.tenant.id == id; });
  return it == content_.tenants.end() ? nullptr : &*it;
}

const TenantSettings* Directory::tenant_by_key(std::string_view key) const {
  const auto it = std::ranges::find_if(content_.tenants, [&](const auto& t) { return t.tenant.key == key; });
  return it == content_.tenants.end() ? nullptr : &*it;
}

const UserRecord* Directory::user(std::string_view id) const {
  const auto it = std::ranges::find_if(content_.users, [&](const auto& u) { return u.id == id; });
  return it == content_.users.end() || it->disabled ? nullptr : &*it;
}

const ApiKey* Directory::api_key(std::string_view secret) const {
  const auto it = content_.api_keys.find(platform::sha256_hex(secret));
  return it == content_.api_keys.end() ? nullptr : &it->second;
}

bool Directory::allows_origin(std::string_view origin, std::string_view tenant_id) const {
  return std::ranges::any_of(content_.tenants, [&](const TenantSettings& t) {
    const auto& allowed = t.tenant.allowed_origins;
    return (tenant_id.empty() || t.tenant.id == tenant_id) &&
           std::ranges::any_of(allowed, [&](const std::string& a) { return a == "*" || a == origin; });
  });
}

}  // namespace visavis::center
