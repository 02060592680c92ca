// SPDX-License-Identifier: Apache-2.0
#include <istream>
#include <ostream>

#include "app/cli/command.hpp"
#include "base/ids.hpp"
#include "center/identity/password.hpp"
#include "center/identity/users.hpp"
#include "center/tenant/tenant.hpp"

namespace visavis::app {
namespace {

using platform::DbSession;

struct NewUser {
  std::string tenant;
  std::string login;
  std::string name;
  std::vector<std::string> roles{"agent"};
  std::vector<std::string> skills;
  std::vector<std::string> languages;
};

Result<std::string> tenant_id(platform::Database& database, const std::string& key) {
  const auto tenants = database.read([](DbSession& db) { return center::load_tenants(db); });
  if (!tenants) return std::unexpected(tenants.error());
  if (tenants->empty()) {
    return fail(ErrorKind::kNotFound, "no_tenant", "There is no company yet. Make one with: visavis tenant add");
  }
  if (key.empty() && tenants->size() == 1) return tenants->front().tenant.id;
  std::string keys;
  for (const auto& settings : *tenants) {
    if (settings.tenant.key == key) return settings.tenant.id;
    keys += (keys.empty() ? "" : ", ") + settings.tenant.key;
  }
  return fail(ErrorKind::kNotFound, "tenant_unknown", "Name the company with --tenant; there are: " + keys + ".");
}

std::unexpected<Error> taken(const std::string& login) {
  return fail(ErrorKind::kConflict, "login_taken", "The login " + login + " exists already. Choose another.");
}

Result<std::string> new_password(const std::string& login, const Streams& streams) {
  if (streams.prompts) {
    streams.err << "Password for " << login << ", at least " << center::kShortestPassword
                << " characters: " << std::flush;
  }
  std::string password;
  std::getline(streams.in, password);
  if (const auto good = center::check_new_password(password); !good) return std::unexpected(good.error());
  return center::hash_password(password);
}

Result<void> add(const platform::Config& config, const NewUser& wanted, const Streams& streams) {
  const auto login = center::normalize_login(wanted.login);
  if (!login) return std::unexpected(login.error());
  if (const auto roles = center::check_roles(wanted.roles); !roles) return roles;
  auto opened = open_storage(config);
  if (!opened) return std::unexpected(opened.error());
  const auto tenant = tenant_id(*opened->database, wanted.tenant);
  if (!tenant) return std::unexpected(tenant.error());
  const auto there =
      opened->database->read([&](DbSession& db) { return center::find_user(db, *tenant, *login).has_value(); });
  if (!there) return std::unexpected(there.error());
  if (*there) return taken(*login);  // before anybody thinks of a password
  const auto hashed = new_password(*login, streams);
  if (!hashed) return std::unexpected(hashed.error());
  const auto now = wall_clock();
  const auto added = opened->database->write([&](DbSession& db) {
    center::insert_user(db,
                        {.id = new_uuid(now),
                         .tenant_id = *tenant,
                         .login = *login,
                         .name = wanted.name.empty() ? *login : wanted.name,
                         .roles = wanted.roles,
                         .skills = wanted.skills,
                         .languages = wanted.languages,
                         .created_at = now},
                        *hashed);
  });
  if (!added && added.error().code == "storage_conflict") return taken(*login);
  return added;
}

}  // namespace

void add_user(CLI::App& app, Setting& setting) {
  auto* user = app.add_subcommand("user", "People who work here");
  user->require_subcommand(1);
  auto* command = user->add_subcommand("add", "Add a person; password on standard input");
  ConfigFlags flags(*command);
  auto wanted = std::make_shared<NewUser>();
  command->add_option("--login", wanted->login, "Letters, digits and . _ - @")->type_name("LOGIN")->required();
  command->add_option("--name", wanted->name, "As customers see it (default: the login)")->type_name("NAME");
  command->add_option("--role", wanted->roles, "agent, supervisor, admin (default: agent)")
      ->type_name("ROLE,...")
      ->delimiter(',');
  command->add_option("--skill", wanted->skills, "What the person can help with")
      ->type_name("SKILL,...")
      ->delimiter(',');
  command->add_option("--language", wanted->languages, "Spoken (default: any)")->type_name("TAG,...")->delimiter(',');
  command->add_option("--tenant", wanted->tenant, "Key of the company, if there are several")->type_name("KEY");
  command->callback([flags, wanted, &setting] {
    const auto loaded = flags.load(setting.environment);
    const auto added =
        loaded ? add(loaded->config, *wanted, setting.streams) : Result<void>(std::unexpected(loaded.error()));
    if (!added) {
      setting.status = refuse(setting, added.error());
      return;
    }
    setting.streams.out
        << "Added. The person can sign in now; a server that runs gives them contacts from its next start on.\n";
  });
}

}  // namespace visavis::app
