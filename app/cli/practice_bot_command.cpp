// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "app/cli/command.hpp"

namespace visavis::app {
namespace {

// Not a flag: other users of the machine can read a process's arguments.
constexpr std::string_view kTokenVariable = "VISAVIS_CONTACT_TOKEN=";

}  // namespace

void add_practice_bot(CLI::App& app, Setting& setting) {
  auto* command = app.add_subcommand("practice-bot", "Play a customer (the server starts it itself)");
  auto url = std::make_shared<std::string>();
  auto language = std::make_shared<std::string>("zh-CN");
  command->add_option("--url", *url, "Address of the server")->type_name("URL")->required();
  command->add_option("--language", *language, "zh-CN or en (default: zh-CN)")->type_name("TAG");
  command->footer("The contact token is read from the variable VISAVIS_CONTACT_TOKEN.");
  command->callback([url, language, &setting] {
    for (const auto& variable : setting.environment) {
      if (!variable.starts_with(kTokenVariable)) continue;
      setting.status = setting.programs.practice_bot(*url, variable.substr(kTokenVariable.size()), *language);
      return;
    }
    setting.status = refuse(setting, {ErrorKind::kInvalid, "token_missing", "VISAVIS_CONTACT_TOKEN is not set."});
  });
}

}  // namespace visavis::app
