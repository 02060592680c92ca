// SPDX-License-Identifier: Apache-2.0
// Which built web files lie at which address.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"
#include "center/api/directory.hpp"
#include "platform/http/router.hpp"

namespace visavis::app {

/// Where the built pages are: as configured (error web_folder where that is no folder), else beside the program (build
/// tree, then installation). Empty: nowhere.
Result<std::filesystem::path> find_web(const std::filesystem::path& configured);

/// Mounts what is there: / and /c/, /agent/, /widget/ and /widget.js, /demo/, /api/. The addresses that
/// are missing, in one line; empty: none is.
std::string mount_pages(http::Router& router, const std::filesystem::path& web, const center::Directory& directory);

/// 404 for people: a small page in their language, without scripts, with the way to the customer page.
http::Response nothing_here(const http::Request& request);

}  // namespace visavis::app
