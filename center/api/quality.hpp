// SPDX-License-Identifier: Apache-2.0
// The media server's figures in the words and numbers that people are shown.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "media/gateway/messages.hpp"

namespace visavis::center::quality {

/// "good", "weak" or "bad". Bounds follow what listeners notice (ITU-T G.114 for delay; loss as it remains to be
/// repaired).
std::string_view word(const gateway::SessionStats& stats);

/// MediaQuality of api/asyncapi.yaml: `up` is what the client sends, `down` what it gets.
boost::json::object view(const std::string& contact_id, const gateway::SessionStats& stats);

}  // namespace visavis::center::quality
