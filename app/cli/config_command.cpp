// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "app/cli/command.hpp"

namespace visavis::app {
namespace {

/// What no setting says by itself, and what would keep the server from starting.
Result<void> check_files(const platform::Config& config) {
  if (config.tls.mode != platform::Tls::Mode::kFiles) return {};
  for (const std::string& file : {config.tls.certificate, config.tls.key}) {
    if (!std::ifstream(file))
      return fail(ErrorKind::kInvalid, "config_invalid",
                  "server.tls names " + file + ", which cannot be read; check its name and rights");
  }
  return {};
}

}  // namespace

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
    if (const auto files = check_files(loaded->config); !files) setting.status = refuse(setting, files.error());
  });
}

}  // namespace visavis::app
