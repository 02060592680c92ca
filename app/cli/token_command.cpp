// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command.hpp"
#include "app/secrets.hpp"
#include "center/identity/media_token.hpp"

namespace visavis::app {
namespace {

struct Wanted {
  std::string room;
  std::string as;
  std::string role = "pubsub";
  int ttl_s = 3600;
};

Result<std::string> make(const platform::Config& config, const Wanted& wanted) {
  const auto role = center::media_role_from(wanted.role);
  if (!role) return std::unexpected(role.error());
  for (const auto* name : {&wanted.room, &wanted.as}) {
    if (name->empty() || name->size() > 64) {
      return fail(ErrorKind::kInvalid, "name_invalid", "Room and participant need 1 to 64 bytes each.");
    }
  }
  const auto data = platform::DataFolder::open_existing(config.data);
  if (!data) return std::unexpected(data.error());
  const auto key = data->secret(kMediaTokenSecret);
  if (!key) return std::unexpected(key.error());
  const auto now = wall_clock();
  return center::sign_media_token(*key, {wanted.room, wanted.as, *role, now + Seconds{wanted.ttl_s}}, now);
}

}  // namespace

void add_token(CLI::App& app, Setting& setting) {
  auto* command = app.add_subcommand("token", "Print a bearer token for WHIP and WHEP clients");
  ConfigFlags flags(*command);
  auto wanted = std::make_shared<Wanted>();
  command->add_option("--room", wanted->room, "Room to enter")->type_name("R")->required();
  command->add_option("--as", wanted->as, "Name of the participant")->type_name("NAME")->required();
  command->add_option("--role", wanted->role, "pub, sub or pubsub (default: pubsub)")->type_name("ROLE");
  command->add_option("--ttl", wanted->ttl_s, "Lifetime in seconds (default: 3600)")
      ->type_name("S")
      ->check(CLI::Range(1, 30 * 86'400));
  command->callback([flags, wanted, &setting] {
    const auto loaded = flags.load(setting.environment);
    const auto token = loaded ? make(loaded->config, *wanted) : Result<std::string>(std::unexpected(loaded.error()));
    if (!token) {
      setting.status = refuse(setting, token.error());
      return;
    }
    setting.streams.out << *token << "\n";
  });
}

}  // namespace visavis::app
