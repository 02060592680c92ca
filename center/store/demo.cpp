// SPDX-License-Identifier: Apache-2.0
#include "center/store/demo.hpp"

#include <array>
#include <vector>

#include "base/ids.hpp"
#include "center/identity/password.hpp"
#include "center/identity/users.hpp"
#include "center/tenant/tenant.hpp"

namespace visavis::center {
namespace {

using platform::DbSession;

struct DemoUser {
  std::string login;
  std::string name;
  std::string password;
  std::vector<std::string> roles;
  std::vector<std::string> skills;
};

const std::array<DemoUser, 4>& demo_users() {
  static const std::array<DemoUser, 4> users{{
      {"agent1", "林小雨 Lin", "demo-agent", {"agent"}, {"accounts", "support"}},
      {"agent2", "Alex Weber", "demo-agent", {"agent"}, {"support"}},
      {"lead", "王组长 Wang", "demo-lead", {"supervisor", "agent"}, {"accounts", "support"}},
      {"admin", "Admin", "demo-admin", {"admin"}, {}},
  }};
  return users;
}

void insert_settings(DbSession& db, const std::string& tenant_id, UtcMillis now) {
  insert_tenant(db, {.id = tenant_id,
                     .key = "demo",
                     .name = {{"zh-CN", "演示公司"}, {"en", "Demo Company"}},
                     .allowed_origins = {"*"},
                     .languages = {"zh-CN", "en"},
                     .created_at = now});
  insert_queue(db, {.id = new_uuid(now),
                    .tenant_id = tenant_id,
                    .name = {{"zh-CN", "账户与银行卡"}, {"en", "Accounts and cards"}},
                    .skills = {"accounts"},
                    .priority = 0,
                    .channels = {"video", "audio", "chat"},
                    .max_wait = Seconds{1800},
                    .required_purposes = {},
                    .open = true,
                    .place = 1});
  insert_queue(db, {.id = new_uuid(now),
                    .tenant_id = tenant_id,
                    .name = {{"zh-CN", "理赔与技术支持"}, {"en", "Claims and technical support"}},
                    .skills = {"support"},
                    .priority = 0,
                    .channels = {"video", "audio", "chat"},
                    .max_wait = Seconds{1800},
                    .required_purposes = {},
                    .open = true,
                    .place = 2});
  for (const auto& text : default_consent_texts()) insert_consent_text(db, tenant_id, text, now);
  for (const auto& reason : default_break_reasons()) insert_break_reason(db, tenant_id, reason);
  for (const auto& disposition : default_dispositions()) insert_disposition(db, tenant_id, disposition);
}

}  // namespace

Result<std::optional<std::string>> seed_demo(platform::Database& database, UtcMillis now) {
  const auto there =
      database.read([](DbSession& db) { return !db.query("SELECT id FROM tenant WHERE public_key = 'demo'").empty(); });
  if (!there) return std::unexpected(there.error());
  if (*there) return std::nullopt;
  std::vector<std::string> passwords;
  for (const auto& user : demo_users()) {
    auto hashed = hash_password(user.password);
    if (!hashed) return std::unexpected(hashed.error());
    passwords.push_back(std::move(*hashed));
  }
  auto api_key = new_api_key();
  const auto done = database.write([&](DbSession& db) {
    const auto tenant_id = new_uuid(now);
    insert_settings(db, tenant_id, now);
    for (std::size_t i = 0; i < demo_users().size(); ++i) {
      const auto& user = demo_users()[i];
      insert_user(db,
                  {.id = new_uuid(now),
                   .tenant_id = tenant_id,
                   .login = user.login,
                   .name = user.name,
                   .roles = user.roles,
                   .skills = user.skills,
                   .languages = {},
                   .created_at = now},
                  passwords[i]);
    }
    insert_api_key(db, {.id = new_uuid(now), .tenant_id = tenant_id, .name = "Demo"}, api_key, now);
  });
  if (!done) return std::unexpected(done.error());
  return api_key;
}

}  // namespace visavis::center
