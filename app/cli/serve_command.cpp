// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.hpp"

namespace visavis::app {

void add_serve(CLI::App& app, Setting& setting) {
  auto* command = app.add_subcommand("serve", "Serve customers and agents until stopped");
  ConfigFlags flags(*command);
  flags.add_serving(*command);
  command->callback([flags, &setting] {
    const auto loaded = flags.load(setting.environment);
    setting.status = loaded ? setting.programs.serve(loaded.value()) : refuse(setting, loaded.error());
  });
}

}  // namespace visavis::app
