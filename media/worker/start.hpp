// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/result.hpp"
#include "media/gateway/messages.hpp"

namespace visavis::media {

/// Binds the ports and starts the workers' threads. Errors: a port that is taken, an address that is none, no entropy;
/// the message says what to do. Destroying the service ends every session and joins the threads.
Result<std::unique_ptr<gateway::MediaService>> start_media(const gateway::MediaConfig& config);

}  // namespace visavis::media
