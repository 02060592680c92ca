// SPDX-License-Identifier: Apache-2.0
// The composition root: knows every concrete type, wires them, runs them, ends them in order.
#pragma once

#include "base/result.hpp"
#include "platform/config/config.hpp"

namespace visavis::app {

/// Serves until SIGTERM or SIGINT. The error is a sentence for the person who started it.
Result<void> run_server(const platform::Config& config);

}  // namespace visavis::app
