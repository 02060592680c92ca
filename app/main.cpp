// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <iostream>
#include <string>
#include <vector>

#include "app/bot/practice_bot.hpp"
#include "app/cli/cli.hpp"
#include "app/serve.hpp"

int main(int count, char** values) {
  using visavis::app::Programs;
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) environment.emplace_back(*variable);
  const Programs programs{
      .serve = visavis::app::serve,
      .practice_bot = [](const std::string& url, const std::string& token, const std::string& language) {
        return visavis::bot::run_practice_bot({url, token, language});
      }};
  return visavis::app::run({values + 1, values + count}, environment, programs,
                           {std::cin, std::cout, std::cerr, isatty(STDIN_FILENO) == 1});
}
