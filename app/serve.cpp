// SPDX-License-Identifier: Apache-2.0
#include "app/serve.hpp"

#include <iostream>

#include "app/server/server.hpp"

namespace visavis::app {

int serve(const platform::LoadedConfig& loaded) {
  const auto done = run_server(loaded.config);
  if (done) return 0;
  std::cerr << "visavis: " << with_cause(done.error()) << "\n";
  return 1;
}

}  // namespace visavis::app
