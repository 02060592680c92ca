// SPDX-License-Identifier: Apache-2.0
// The command line, stable: other tools drive it. One file per subcommand; the long-running programs come from outside,
// so that all of this can be tested without a server.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "platform/config/config.hpp"

namespace visavis::app {

struct Programs {
  std::function<int(const platform::LoadedConfig&)> serve;
  std::function<int(const std::string& url, const std::string& token, const std::string& language)> practice_bot;
};

struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool prompts = false;  // somebody types: questions are printed
};

/// `arguments` without the program's name; `environment` as NAME=value. The exit status: 0 fine, 1 refused, 2 misused.
int run(std::vector<std::string> arguments, const std::vector<std::string>& environment, const Programs& programs,
        Streams streams);

}  // namespace visavis::app
