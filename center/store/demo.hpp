// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"
#include "platform/db/database.hpp"

namespace visavis::center {

/// The demo company: tenant key "demo"; agent1 (accounts, support) and agent2 (support) with password demo-agent, lead
/// (demo-lead), admin (demo-admin); two topics. Does nothing where the tenant is there already. The new API key, which
/// is shown this once. Blocks (passwords are hashed: about half a second).
Result<std::optional<std::string>> seed_demo(platform::Database& database, UtcMillis now);

}  // namespace visavis::center
