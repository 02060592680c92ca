// SPDX-License-Identifier: Apache-2.0
// What administrators have set, and who works here, at hand on the control thread. The store holds the truth; load()
// reads it, and whoever changes it there calls load() again.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "center/identity/users.hpp"
#include "center/tenant/tenant.hpp"
#include "platform/db/database.hpp"

namespace visavis::center {

class Directory {
 public:
  struct Content {
    std::vector<TenantSettings> tenants;
    std::vector<UserRecord> users;
    std::map<std::string, ApiKey> api_keys;  // by SHA-256
  };
  /// Blocks: start-up and task threads only.
  static Result<Content> read(platform::Database& database);
  void set(Content content) { content_ = std::move(content); }

  const std::vector<TenantSettings>& tenants() const { return content_.tenants; }
  const TenantSettings* tenant(std::string_view id) const;
  const TenantSettings* tenant_by_key(std::string_view key) const;
  /// The only tenant, where there is one.
  const TenantSettings* sole_tenant() const {
    return content_.tenants.size() == 1 ? &content_.tenants.front() : nullptr;
  }
  const std::vector<UserRecord>& users() const { return content_.users; }
  const UserRecord* user(std::string_view id) const;
  /// The key's tenant, by the secret itself.
  const ApiKey* api_key(std::string_view secret) const;
  /// Whether any tenant (or this one) lets pages of `origin` embed and call it.
  bool allows_origin(std::string_view origin, std::string_view tenant_id = {}) const;

 private:
  Content content_;
};

}  // namespace visavis::center
