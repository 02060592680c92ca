// SPDX-License-Identifier: Apache-2.0
#include "platform/config/config.hpp"

#include <arpa/inet.h>
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>

namespace visavis::platform {
namespace {

namespace fs = std::filesystem;

struct Setting {
  std::string_view key;
  std::function<Result<void>(Config&, const std::string&)> set;
  std::function<std::string(const Config&)> get;
  bool secret = false;
};

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorKind::kInvalid, "config_value", std::move(message));
}

bool is_address(const std::string& text) {
  in6_addr buffer{};
  return inet_pton(AF_INET, text.c_str(), &buffer) == 1 || inet_pton(AF_INET6, text.c_str(), &buffer) == 1;
}

template <class T>
Result<void> set_number(T& target, const std::string& text, T low, T high) {
  T value{};
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong != std::errc{} || end != text.data() + text.size() || value < low || value > high) {
    return bad("needs a number from " + std::to_string(low) + " to " + std::to_string(high));
  }
  target = value;
  return {};
}

Result<void> set_boolean(bool& target, const std::string& text) {
  if (text != "true" && text != "false") return bad("needs true or false");
  target = text == "true";
  return {};
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto comma = text.find(',');
    auto part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return parts;
}

std::string join(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ",") + part;
  return text;
}

Result<void> set_addresses(std::vector<std::string>& target, const std::string& text) {
  auto parts = split(text);
  for (const auto& part : parts) {
    if (!is_address(part)) return bad("\"" + part + "\" is not an IP address");
  }
  target = std::move(parts);
  return {};
}

Result<void> set_tls(Tls& tls, const std::string& text) {
  if (text == "off") {
    tls = {};
  } else if (text == "self-signed") {
    tls = {Tls::Mode::kSelfSigned, {}, {}};
  } else {
    const auto comma = text.find(',');
    if (comma == std::string::npos || comma == 0 || comma + 1 == text.size()) {
      return bad("needs off, self-signed or CERT,KEY (two PEM files)");
    }
    tls = {Tls::Mode::kFiles, text.substr(0, comma), text.substr(comma + 1)};
  }
  return {};
}

std::string tls_text(const Tls& tls) {
  if (tls.mode == Tls::Mode::kOff) return "off";
  return tls.mode == Tls::Mode::kSelfSigned ? "self-signed" : tls.certificate + "," + tls.key;
}

Result<void> set_level(std::string& target, const std::string& text) {
  constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warning", "error"};
  if (std::ranges::find(kLevels, text) == kLevels.end()) return bad("needs debug, info, warning or error");
  target = text;
  return {};
}

Result<void> set_database(std::string& target, const std::string& text) {
  if (!text.starts_with("sqlite:") && !text.starts_with("postgresql:")) {
    return bad("needs sqlite:PATH or postgresql:host=… dbname=…");
  }
  target = text;
  return {};
}

Result<void> set_public_url(std::string& target, std::string text) {
  if (!text.starts_with("http://") && !text.starts_with("https://"))
    return bad("needs an address like https://call.example");
  while (text.ends_with('/')) text.pop_back();
  target = std::move(text);
  return {};
}

Result<void> set_listen(Config& config, const std::string& text) {
  const auto endpoint = parse_endpoint(text);
  if (!endpoint) return std::unexpected(endpoint.error());
  config.listen_address = endpoint->first;
  config.listen_port = endpoint->second;
  return {};
}

std::string listen_text(const Config& config) {
  const bool v6 = config.listen_address.contains(':');
  return (v6 ? "[" + config.listen_address + "]" : config.listen_address) + ":" + std::to_string(config.listen_port);
}

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all{
      {"server.listen", set_listen, listen_text},
      {"server.tls", [](Config& c, const std::string& v) { return set_tls(c.tls, v); },
       [](const Config& c) { return tls_text(c.tls); }},
      {"server.public_url", [](Config& c, const std::string& v) { return set_public_url(c.public_url, v); },
       [](const Config& c) { return c.public_url; }},
      {"server.trusted_proxies", [](Config& c, const std::string& v) { return set_addresses(c.trusted_proxies, v); },
       [](const Config& c) { return join(c.trusted_proxies); }},
      {"server.web",
       [](Config& c, const std::string& v) {
         c.web = v;
         return Result<void>{};
       },
       [](const Config& c) { return c.web.string(); }},
      {"data.folder",
       [](Config& c, const std::string& v) {
         c.data = v;
         return Result<void>{};
       },
       [](const Config& c) { return c.data.string(); }},
      {"data.database", [](Config& c, const std::string& v) { return set_database(c.database, v); },
       [](const Config& c) { return c.database; }, true},
      {"media.ips", [](Config& c, const std::string& v) { return set_addresses(c.media_ips, v); },
       [](const Config& c) { return join(c.media_ips); }},
      {"media.port",
       [](Config& c, const std::string& v) { return set_number<std::uint16_t>(c.media_port, v, 1, 65535); },
       [](const Config& c) { return std::to_string(c.media_port); }},
      {"media.workers", [](Config& c, const std::string& v) { return set_number(c.media_workers, v, 0U, 256U); },
       [](const Config& c) { return std::to_string(c.media_workers); }},
      {"center.ring_s", [](Config& c, const std::string& v) { return set_number(c.ring_s, v, 5U, 300U); },
       [](const Config& c) { return std::to_string(c.ring_s); }},
      {"center.grace_s", [](Config& c, const std::string& v) { return set_number(c.grace_s, v, 3U, 3600U); },
       [](const Config& c) { return std::to_string(c.grace_s); }},
      {"log.level", [](Config& c, const std::string& v) { return set_level(c.log_level, v); },
       [](const Config& c) { return c.log_level; }},
      {"demo.seed", [](Config& c, const std::string& v) { return set_boolean(c.demo, v); },
       [](const Config& c) { return std::string(c.demo ? "true" : "false"); }},
  };
  return all;
}

const Setting* find_setting(std::string_view key) {
  const auto found = std::ranges::find(settings(), key, &Setting::key);
  return found == settings().end() ? nullptr : &*found;
}

/// The line of the first character beyond ASCII that stands neither in quotes nor in a comment, 0 where there is none:
/// toml++ 3.3 asks by undefined behaviour whether it is a blank.
std::size_t line_of_stray_character(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::size_t line = 1;
  std::string_view end;  // of the quoted text or comment that we are in
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto rest = text.substr(i);
    if (text[i] == '\n') ++line;
    if (end.empty()) {
      if ((static_cast<unsigned char>(text[i]) & 0x80) != 0) return line;
      for (const std::string_view begin : {"\"\"\"", "'''", "\"", "'", "#"}) {
        if (!rest.starts_with(begin)) continue;
        end = begin == "#" ? "\n" : begin;
        i += begin.size() - 1;
        break;
      }
    } else if (text[i] == '\\' && end[0] == '"') {
      ++i;
    } else if (rest.starts_with(end)) {
      i += end.size() - 1;
      // Up to two quotes before the closing ones belong to the text.
      for (int more = 0; more < 2 && end.size() == 3 && i + 1 < text.size() && text[i + 1] == end[0]; ++more) ++i;
      end = {};
    } else if (text[i] == '\n' && end.size() == 1) {
      end = {};  // not closed: toml++ says so
    }
  }
  return 0;
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string unknown_key(const std::string& key) {
  std::string best;
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (const auto& setting : settings()) {
    // "port" alone, too, should lead to "media.port".
    const auto last = setting.key.substr(setting.key.find('.') + 1);
    const auto d = std::min(distance(key, setting.key), distance(key.substr(key.rfind('.') + 1), last) + 1);
    if (d < least) {
      least = d;
      best = setting.key;
    }
  }
  return "unknown setting \"" + key + "\"" +
         (least <= 4 ? ", did you mean \"" + best + "\"?" : "; see the documentation");
}

class Loader {
 public:
  void assign(std::string key, std::string value, const std::string& source) {
    constexpr std::string_view kFile = "_file";
    const auto* setting = find_setting(key);
    if (setting == nullptr && key.ends_with(kFile)) {
      const auto* secret = find_setting(std::string_view(key).substr(0, key.size() - kFile.size()));
      if (secret != nullptr && secret->secret) {
        std::ifstream file(value);
        std::string content;
        if (!std::getline(file, content)) {
          problems_.push_back(source + ": " + key + " names \"" + value + "\", which cannot be read");
          return;
        }
        key.resize(key.size() - kFile.size());
        value = content;
        setting = secret;
      }
    }
    if (setting == nullptr) {
      problems_.push_back(source + ": " + unknown_key(key));
      return;
    }
    if (const auto set = setting->set(loaded_.config, value); !set) {
      problems_.push_back(source + ": " + key + " " + set.error().message);
      return;
    }
    loaded_.sources[std::string(setting->key)] = source;
  }

  void read_file(const fs::path& path) {
    std::error_code none;
    std::ifstream in(path, std::ios::binary);
    if (!in || fs::is_directory(path, none)) {
      problems_.push_back(path.string() + ": cannot be read; check its name and rights");
      return;
    }
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (const auto line = line_of_stray_character(text); line > 0) {
      problems_.push_back(path.string() + ":" + std::to_string(line) +
                          ": has a character beyond ASCII outside of quotes and comments; remove it");
      return;
    }
    try {
      const auto table = toml::parse(text, path.string());
      walk(table, "");
    } catch (const toml::parse_error& wrong) {
      const auto line = wrong.source().begin.line;
      problems_.push_back(path.string() + (line > 0 ? ":" + std::to_string(line) : "") + ": " +
                          std::string(wrong.description()));
    }
  }

  void read_environment(const std::vector<std::string>& environment) {
    constexpr std::string_view kPrefix = "VISAVIS__";
    for (const auto& variable : environment) {
      if (!variable.starts_with(kPrefix)) continue;
      const auto equals = variable.find('=');
      if (equals == std::string::npos) continue;
      std::string key;
      for (auto name = std::string_view(variable).substr(kPrefix.size(), equals - kPrefix.size()); !name.empty();) {
        const bool dot = name.starts_with("__");
        key += dot ? '.' : static_cast<char>(std::tolower(static_cast<unsigned char>(name[0])));
        name.remove_prefix(dot ? 2 : 1);
      }
      assign(key, variable.substr(equals + 1), "environment");
    }
  }

  Result<LoadedConfig> finish() {
    if (!problems_.empty()) {
      std::string text;
      for (const auto& problem : problems_) text += (text.empty() ? "" : "\n") + problem;
      return fail(ErrorKind::kInvalid, "config_invalid", text);
    }
    for (const auto& setting : settings()) loaded_.sources.emplace(setting.key, "default");
    return std::move(loaded_);
  }

 private:
  void walk(const toml::table& table, const std::string& prefix) {
    for (const auto& [name, node] : table) {
      const auto key = prefix + std::string(name.str());
      if (const auto* inner = node.as_table()) {
        walk(*inner, key + ".");
      } else if (const auto* list = node.as_array()) {
        std::vector<std::string> parts;
        for (const auto& item : *list) parts.push_back(item.value_or(std::string{}));
        assign(key, join(parts), "file");
      } else if (const auto text = node.value_exact<std::string>()) {
        assign(key, *text, "file");
      } else if (const auto number = node.value_exact<std::int64_t>()) {
        assign(key, std::to_string(*number), "file");
      } else if (const auto truth = node.value_exact<bool>()) {
        assign(key, *truth ? "true" : "false", "file");
      } else {
        problems_.push_back("file: " + key + " needs a text, a number, true, false or a list of texts");
      }
    }
  }

  LoadedConfig loaded_;
  std::vector<std::string> problems_;
};

}  // namespace

std::string Config::database_url() const {
  return database.empty() ? "sqlite:" + (data / "visavis.db").string() : database;
}

Result<std::pair<std::string, std::uint16_t>> parse_endpoint(std::string_view text) {
  const auto colon = text.rfind(':');
  std::string host(text.substr(0, colon));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  if (colon == std::string_view::npos || !is_address(host) || (host.contains(':') && text[0] != '[') ||
      !set_number<std::uint16_t>(port, std::string(text.substr(colon + 1)), 0, 65535)) {
    return bad("needs IP:PORT, like 0.0.0.0:8080 or [::]:8080");
  }
  return std::pair{host, port};
}

Result<LoadedConfig> load_config(const std::optional<fs::path>& file, const std::vector<std::string>& environment,
                                 const std::vector<Assignment>& flags) {
  Loader loader;
  if (file) loader.read_file(*file);
  loader.read_environment(environment);
  for (const auto& flag : flags) loader.assign(flag.key, flag.value, "flag");
  return loader.finish();
}

std::string describe(const LoadedConfig& loaded) {
  std::string text;
  std::string section;
  for (const auto& setting : settings()) {
    const auto dot = setting.key.find('.');
    const std::string its_section(setting.key.substr(0, dot));
    if (its_section != section) text += (section.empty() ? "[" : "\n[") + its_section + "]\n";
    section = its_section;
    auto value = setting.get(loaded.config);
    if (setting.secret && !value.empty()) value = "***";
    text += std::string(setting.key.substr(dot + 1)) + " = \"" + value + "\"  # " +
            loaded.sources.at(std::string(setting.key)) + "\n";
  }
  return text;
}

}  // namespace visavis::platform
