// SPDX-License-Identifier: Apache-2.0
#include <ostream>

#include "app/cli/command.hpp"
#include "center/schema/schema.hpp"

namespace visavis::app {

void add_migrate(CLI::App& app, Setting& setting) {
  auto* command = app.add_subcommand("migrate", "Bring the database to this version's schema");
  ConfigFlags flags(*command);
  command->callback([flags, &setting] {
    const auto loaded = flags.load(setting.environment);
    const auto opened = loaded ? open_storage(loaded->config) : Result<Opened>(std::unexpected(loaded.error()));
    const auto version =
        opened ? platform::schema_version(*opened->database) : Result<int>(std::unexpected(opened.error()));
    if (!version) {
      setting.status = refuse(setting, version.error());
      return;
    }
    setting.streams.out << "The database is at version " << *version << ".\n";
  });
}

}  // namespace visavis::app
