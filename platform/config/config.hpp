// SPDX-License-Identifier: Apache-2.0
// Settings: defaults < TOML file < environment (VISAVIS__SERVER__LISTEN) < flags. A key that does not exist is an error
// wherever it comes from. A secret may be given as a file: database_file = "/run/secrets/db",
// VISAVIS__DATA__DATABASE_FILE.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace visavis::platform {

struct Tls {
  enum class Mode { kOff, kSelfSigned, kFiles };
  Mode mode = Mode::kOff;
  std::string certificate;  // PEM files, kFiles only
  std::string key;
};

struct Config {
  std::string listen_address = "127.0.0.1";  // literal IPv4 or IPv6
  std::uint16_t listen_port = 8080;          // 0: any free one
  Tls tls;
  std::string public_url;                    // "https://call.example"; empty: made from the listening address
  std::vector<std::string> trusted_proxies;  // addresses and networks whose X-Forwarded-For is believed
  // Who may read /metrics: addresses and networks; empty: nobody. At first this machine and private networks (RFC 1918,
  // RFC 4193, link-local).
  std::vector<std::string> metrics_from{"127.0.0.0/8",    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
                                        "169.254.0.0/16", "::1",        "fc00::/7",      "fe80::/10"};
  std::filesystem::path web;  // built pages; empty: beside the program
  std::filesystem::path data = "data";
  std::string database;                // "sqlite:PATH" or "postgresql:…"; empty: sqlite in the data folder
  std::vector<std::string> media_ips;  // advertised; empty: those of this machine that can be reached
  std::uint16_t media_port = 7000;     // worker i: UDP and TCP port + i
  unsigned media_workers = 0;          // 0: one per core
  unsigned ring_s = 20;                // an agent has that long to answer before the next one is asked
  unsigned grace_s = 60;               // a call waits that long for somebody whose connection is lost
  std::string log_level = "info";      // debug, info, warning, error
  bool demo = false;                   // seed the demo company

  /// `database`, or its default.
  std::string database_url() const;
};

struct Assignment {
  std::string key;  // "server.listen"
  std::string value;
};

struct LoadedConfig {
  Config config;
  std::map<std::string, std::string> sources;  // key → "default", "file", "environment", "flag"
};

/// `environment`: all variables of the process, as NAME=value. The error lists everything that is wrong, a line each.
Result<LoadedConfig> load_config(const std::optional<std::filesystem::path>& file,
                                 const std::vector<std::string>& environment, const std::vector<Assignment>& flags);

/// What holds, as a TOML file that load_config() reads again, with the source of each value behind it; without secrets.
std::string describe(const LoadedConfig& loaded);

/// "127.0.0.1:8080", "[::1]:8080".
Result<std::pair<std::string, std::uint16_t>> parse_endpoint(std::string_view text);

}  // namespace visavis::platform
