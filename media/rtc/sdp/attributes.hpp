// SPDX-License-Identifier: Apache-2.0
// Reading of single `a=` lines into the model. Private to this folder.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "media/rtc/sdp/sdp.hpp"

namespace visavis::rtc {

/// What is wrong with a line, without its number: "a=mid …". Whoever reads the lines adds the number.
using LineResult = std::expected<void, std::string>;

/// `name` and `value` of "a=name:value". Unknown names are fine.
LineResult read_session_attribute(Sdp& sdp, std::string_view name, std::string_view value);
LineResult read_media_attribute(SdpMedia& media, std::string_view name, std::string_view value);
/// ice-ufrag, ice-pwd, fingerprint, setup: valid on both levels.
LineResult read_ice_attribute(SdpIce& ice, std::string_view name, std::string_view value);

std::expected<SdpCandidate, std::string> read_candidate(std::string_view text);

}  // namespace visavis::rtc
