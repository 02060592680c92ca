// SPDX-License-Identifier: Apache-2.0
// Certificates for the web door.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace visavis::http {

struct TlsFiles {
  std::filesystem::path certificate;  // PEM, the chain
  std::filesystem::path key;          // PEM
};

/// A certificate of our own for `names` (host names and literal addresses) under `dir` ("tls.crt", "tls.key", 0600):
/// ECDSA P-256, valid for a year. Kept as long as it covers the names and has 30 days left, else made anew.
Result<TlsFiles> ensure_self_signed(const std::filesystem::path& dir, const std::vector<std::string>& names,
                                    UtcMillis now);

/// Literal addresses of this machine's interfaces that are up; link-local IPv6 left out, loopback last.
std::vector<std::string> local_addresses();

}  // namespace visavis::http
