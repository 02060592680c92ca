// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.hpp"

namespace visavis::app {

void add_config(CLI::App& app, Setting& setting) {
  auto* config = app.add_subcommand("config", "Settings");
  config->require_subcommand(1);
  auto* check = config->add_subcommand("check", "Check all settings; print what holds and why");
  ConfigFlags flags(*check);
  flags.add_serving(*check);  // checked as serve would take them
  check->callback([flags, &setting] {
    const auto loaded = flags.load(setting.environment);
    if (!loaded) {
      setting.status = refuse(setting, loaded.error());
      return;
    }
    setting.streams.out << platform::describe(*loaded);
  });
}

}  // namespace visavis::app
