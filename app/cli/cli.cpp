// SPDX-License-Identifier: Apache-2.0
#include "app/cli/cli.hpp"

#include <algorithm>
#include <chrono>
#include <ostream>

#include "app/cli/command.hpp"
#include "center/schema/schema.hpp"

namespace visavis::app {

ConfigFlags::ConfigFlags(CLI::App& command) {
  command.add_option("--config", *file_, "Settings as a TOML file")->type_name("FILE");
  add(command, "--data", "data.folder", "Folder of everything that is kept (default: data)", "DIR");
}

void ConfigFlags::add(CLI::App& command, const std::string& flag, const std::string& key, const std::string& help,
                      const std::string& value_name) {
  command
      .add_option_function<std::string>(
          flag, [given = given_, key](const std::string& value) { given->push_back({key, value}); }, help)
      ->type_name(value_name);
}

void ConfigFlags::add_switch(CLI::App& command, const std::string& flag, const std::string& key,
                             const std::string& help) {
  command.add_flag_callback(flag, [given = given_, key] { given->push_back({key, "true"}); }, help);
}

void ConfigFlags::add_serving(CLI::App& command) {
  add(command, "--listen", "server.listen", "Web address (default: 127.0.0.1:8080)", "IP:PORT");
  add(command, "--tls", "server.tls", "off, self-signed or two PEM files (default: off)", "CERT,KEY");
  add(command, "--media-ip", "media.ips", "Addresses that clients send media to", "IP,...");
  add(command, "--media-port", "media.port", "UDP and TCP; worker i takes N+i (default: 7000)", "N");
  add(command, "--workers", "media.workers", "Media threads (default: one per core)", "N");
  add(command, "--web", "server.web", "Folder of the built pages", "DIR");
  add(command, "--log-level", "log.level", "debug, info, warning or error", "LEVEL");
  add_switch(command, "--demo", "demo.seed", "Make the demo company where it is missing");
}

Result<platform::LoadedConfig> ConfigFlags::load(const std::vector<std::string>& environment) const {
  const auto file = file_->empty() ? std::nullopt : std::optional<std::filesystem::path>(*file_);
  return platform::load_config(file, environment, *given_);
}

Result<Opened> open_storage(const platform::Config& config, bool make) {
  auto data = make ? platform::DataFolder::open(config.data) : platform::DataFolder::open_existing(config.data);
  if (!data) return std::unexpected(data.error());
  if (const auto alone = data->check_database(config.database); !alone) return std::unexpected(alone.error());
  auto database = platform::Database::open({.url = config.database_url()});
  if (!database) return std::unexpected(database.error());
  if (const auto migrated = center::migrate_schema(**database, wall_clock()); !migrated) {
    return std::unexpected(migrated.error());
  }
  if (const auto known = data->remember_database(config.database); !known) return std::unexpected(known.error());
  return Opened{std::move(*data), std::move(*database)};
}

UtcMillis wall_clock() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<Millis>(since).count()};
}

int refuse(const Setting& setting, const Error& error) {
  setting.streams.err << "visavis: " << with_cause(error) << "\n";
  return 1;
}

namespace {

/// What was typed and is nothing we know, in its order and with the command it was typed for, or that a command is
/// missing; empty where the mistake is another.
std::string wrong_words(const CLI::App& app) {
  const CLI::App* command = &app;
  std::string path = app.get_name();
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().back();
    path += " " + command->get_name();
  }
  const auto words = command->remaining();
  const auto known = command->get_subcommands([](const CLI::App*) { return true; });
  if (words.empty() && known.empty()) return {};
  std::string said;
  if (!words.empty() && (known.empty() || words.front().starts_with('-'))) {
    said = path + " does not know";
    for (const auto& word : words) said += " " + word;
    said += ".";
  } else {
    said = path + (words.empty() ? " needs a command" : " has no command " + words.front()) + ". There are: ";
    for (const auto* other : known) said += (other == known.front() ? "" : ", ") + other->get_name();
    said += ".";
  }
  return said + " See: " + path + " --help\n";
}

}  // namespace

int run(std::vector<std::string> arguments, const std::vector<std::string>& environment, const Programs& programs,
        Streams streams) {
  Setting setting{environment, programs, streams};
  CLI::App app{"Visavis: talk to your customers face to face", "visavis"};
  app.set_version_flag("--version", "visavis " VISAVIS_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(28);
  add_serve(app, setting);
  add_token(app, setting);
  add_config(app, setting);
  add_user(app, setting);
  add_tenant(app, setting);
  add_migrate(app, setting);
  add_audit(app, setting);
  add_practice_bot(app, setting);
  try {
    std::ranges::reverse(arguments);  // as CLI11 wants them
    app.parse(std::move(arguments));
    return setting.status;
  } catch (const CLI::ParseError& stopped) {
    // --help and --version arrive here too, with status 0.
    if (const auto wrong = wrong_words(app); stopped.get_exit_code() != 0 && !wrong.empty()) {
      streams.err << wrong;
      return 2;
    }
    return app.exit(stopped, streams.out, streams.err) == 0 ? 0 : 2;
  }
}

}  // namespace visavis::app
