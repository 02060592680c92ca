// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <ostream>

#include "app/cli/command.hpp"
#include "app/secrets.hpp"
#include "center/audit/chain.hpp"
#include "center/tenant/tenant.hpp"

namespace visavis::app {
namespace {

using platform::DbSession;

/// True where every chain is whole.
Result<bool> verify(const platform::Config& config, std::ostream& out) {
  auto opened = open_storage(config);
  if (!opened) return std::unexpected(opened.error());
  const auto tenants = opened->database->read([](DbSession& db) { return center::load_tenants(db); });
  if (!tenants) return std::unexpected(tenants.error());
  if (tenants->empty())
    return fail(ErrorKind::kNotFound, "no_tenant", "There is no company, and so no log: check --data.");
  // Made at the first start. With a new one everything would look tampered with.
  const auto key = opened->data.existing_secret(kAuditHeadSecret);
  if (!key) return std::unexpected(key.error());
  std::ifstream file(opened->data.audit_heads());
  const auto noted = center::audit::heads_from_lines(std::string(std::istreambuf_iterator<char>(file), {}));
  bool whole = true;
  for (const auto& settings : *tenants) {
    const auto report = opened->database->read([&](DbSession& db) {
      auto found = center::audit::verify(db, *key, settings.tenant.id);
      for (auto& problem : center::audit::verify_heads(db, *key, settings.tenant.id, noted)) {
        found.problems.push_back(std::move(problem));
      }
      return found;
    });
    if (!report) return std::unexpected(report.error());
    out << settings.tenant.key << ": " << report->entries << " entries, " << report->erased << " erased, "
        << (report->whole() ? "whole" : "TAMPERED WITH") << ", head " << report->head_hash << "\n";
    for (const auto& problem : report->problems) out << "  entry " << problem.seq << ": " << problem.what << "\n";
    whole = whole && report->whole();
  }
  return whole;
}

}  // namespace

void add_audit(CLI::App& app, Setting& setting) {
  auto* audit = app.add_subcommand("audit", "The log of everything that happened");
  audit->require_subcommand(1);
  auto* command = audit->add_subcommand("verify", "Find entries that were edited, removed or moved");
  ConfigFlags flags(*command);
  command->callback([flags, &setting] {
    const auto loaded = flags.load(setting.environment);
    const auto whole =
        loaded ? verify(loaded->config, setting.streams.out) : Result<bool>(std::unexpected(loaded.error()));
    setting.status = !whole ? refuse(setting, whole.error()) : *whole ? 0 : 1;
  });
}

}  // namespace visavis::app
