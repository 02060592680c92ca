// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <ostream>

#include "app/cli/command.hpp"
#include "base/ids.hpp"
#include "center/tenant/origin.hpp"
#include "center/tenant/tenant.hpp"

namespace visavis::app {
namespace {

using platform::DbSession;

struct NewTenant {
  std::string key;
  std::string name_zh;
  std::string name_en;
  std::vector<std::string> origins;
  bool init = false;
};

Result<void> check(const NewTenant& wanted) {
  const bool plain = std::ranges::all_of(
      wanted.key, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  if (wanted.key.empty() || wanted.key.size() > 40 || !plain) {
    return fail(ErrorKind::kInvalid, "key_invalid", "The key needs 1 to 40 of a-z, 0-9 and -.");
  }
  return {};
}

/// The company with one open topic and the usual texts; returns the API key.
Result<std::string> add(const platform::Config& config, const NewTenant& wanted) {
  if (const auto fine = check(wanted); !fine) return std::unexpected(fine.error());
  const auto origins = center::plain_origins(wanted.origins);
  if (!origins) return std::unexpected(origins.error());
  auto opened = open_storage(config, wanted.init);
  if (!opened) return std::unexpected(opened.error());
  const auto now = wall_clock();
  const auto id = new_uuid(now);
  auto api_key = center::new_api_key();
  const auto added = opened->database->write([&](DbSession& db) {
    center::insert_tenant(db, {.id = id,
                               .key = wanted.key,
                               .name = {{"zh-CN", wanted.name_zh}, {"en", wanted.name_en}},
                               .allowed_origins = *origins,
                               .languages = {"zh-CN", "en"},
                               .created_at = now});
    center::insert_queue(db, {.id = new_uuid(now),
                              .tenant_id = id,
                              .name = {{"zh-CN", "客户服务"}, {"en", "Customer service"}},
                              .skills = {},
                              .priority = 0,
                              .channels = {"video", "audio", "chat"},
                              .max_wait = Seconds{1800},
                              .required_purposes = {},
                              .open = true,
                              .place = 1});
    for (const auto& text : center::default_consent_texts()) center::insert_consent_text(db, id, text, now);
    for (const auto& reason : center::default_break_reasons()) center::insert_break_reason(db, id, reason);
    for (const auto& disposition : center::default_dispositions()) center::insert_disposition(db, id, disposition);
    center::insert_api_key(db, {.id = new_uuid(now), .tenant_id = id, .name = "first"}, api_key, now);
  });
  if (!added && added.error().code == "storage_conflict") {
    return fail(ErrorKind::kConflict, "key_taken", "A company with the key " + wanted.key + " exists already.");
  }
  if (!added) return std::unexpected(added.error());
  return api_key;
}

}  // namespace

void add_tenant(CLI::App& app, Setting& setting) {
  auto* tenant = app.add_subcommand("tenant", "Companies");
  tenant->require_subcommand(1);
  auto* command = tenant->add_subcommand("add", "Add a company; prints its API key");
  ConfigFlags flags(*command);
  auto wanted = std::make_shared<NewTenant>();
  command->add_option("--key", wanted->key, "Stands in its pages: a-z, 0-9 and -")->type_name("KEY")->required();
  command->add_option("--name-zh", wanted->name_zh, "Name in Chinese")->type_name("NAME")->required();
  command->add_option("--name-en", wanted->name_en, "Name in English")->type_name("NAME")->required();
  command->add_option("--origin", wanted->origins, "Web sites that may embed the widget")
      ->type_name("URL,...")
      ->delimiter(',');
  command->add_flag("--init", wanted->init, "Make the data folder, before the first start");
  command->callback([flags, wanted, &setting] {
    const auto loaded = flags.load(setting.environment);
    const auto key = loaded ? add(loaded->config, *wanted) : Result<std::string>(std::unexpected(loaded.error()));
    if (!key) {
      setting.status = refuse(setting, key.error());
      return;
    }
    setting.streams.out << "API key, shown only now: " << *key << "\n"
                        << "A running server knows the company from its next start on.\n";
  });
}

}  // namespace visavis::app
