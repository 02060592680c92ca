// SPDX-License-Identifier: Apache-2.0
// What the subcommands share. CLI11 is heavy: included by these files only.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/cli.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/db/database.hpp"
#include "platform/files/data_folder.hpp"

namespace visavis::app {

/// What a run has to work with; outlives the parsing.
struct Setting {
  const std::vector<std::string>& environment;
  const Programs& programs;
  Streams streams;
  int status = 0;  // what the subcommand came to
};

/// --config, --data and whatever else a subcommand maps to settings.
class ConfigFlags {
 public:
  /// Adds --config and --data.
  explicit ConfigFlags(CLI::App& command);
  /// A flag whose value goes to the setting `key`.
  void add(CLI::App& command, const std::string& flag, const std::string& key, const std::string& help,
           const std::string& value_name);
  void add_switch(CLI::App& command, const std::string& flag, const std::string& key, const std::string& help);
  /// Those of `serve` that set something.
  void add_serving(CLI::App& command);
  Result<platform::LoadedConfig> load(const std::vector<std::string>& environment) const;

 private:
  std::shared_ptr<std::string> file_ = std::make_shared<std::string>();
  std::shared_ptr<std::vector<platform::Assignment>> given_ = std::make_shared<std::vector<platform::Assignment>>();
};

/// The data folder and the database at its newest version.
struct Opened {
  platform::DataFolder data;
  std::unique_ptr<platform::Database> database;
};
/// A folder without data is a typing mistake, and nothing is made there, unless `make` is set. Error no_data.
Result<Opened> open_storage(const platform::Config& config, bool make = false);

UtcMillis wall_clock();

/// Prints the error's sentence; the exit status 1.
int refuse(const Setting& setting, const Error& error);

void add_serve(CLI::App& app, Setting& setting);
void add_token(CLI::App& app, Setting& setting);
void add_config(CLI::App& app, Setting& setting);
void add_user(CLI::App& app, Setting& setting);
void add_tenant(CLI::App& app, Setting& setting);
void add_migrate(CLI::App& app, Setting& setting);
void add_audit(CLI::App& app, Setting& setting);
void add_practice_bot(CLI::App& app, Setting& setting);

}  // namespace visavis::app
