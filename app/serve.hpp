// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "platform/config/config.hpp"

namespace visavis::app {

/// Runs the server until SIGTERM or SIGINT; the exit status. What goes wrong at start is said in one sentence on
/// standard error.
int serve(const platform::LoadedConfig& loaded);

}  // namespace visavis::app
