// SPDX-License-Identifier: Apache-2.0
#include "platform/log/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <memory>

namespace visavis {
namespace {

std::shared_ptr<spdlog::logger> make_logger() {
  auto logger = std::make_shared<spdlog::logger>("visavis", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("time=%Y-%m-%dT%H:%M:%S.%eZ level=%l %v", spdlog::pattern_time_type::utc);
  logger->flush_on(spdlog::level::info);
  return logger;
}

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = make_logger();
  return *instance;
}

bool is_plain(unsigned char c) { return c > 0x20 && c != '"' && c != '=' && c != '\\' && c != 0x7f; }

void append_escaped(std::string& out, unsigned char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  if (c == '"' || c == '\\') {
    out += '\\';
    out += static_cast<char>(c);
  } else if (c < 0x20 || c == 0x7f) {
    out += "\\x";
    out += kHex[c >> 4];
    out += kHex[c & 15];
  } else {
    out += static_cast<char>(c);
  }
}

void append_value(std::string& out, std::string_view value) {
  if (!value.empty() && std::ranges::all_of(value, [](char c) { return is_plain(static_cast<unsigned char>(c)); })) {
    out += value;
    return;
  }
  out += '"';
  for (char c : value) append_escaped(out, static_cast<unsigned char>(c));
  out += '"';
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      return spdlog::level::off;
  }
  return spdlog::level::info;
}

void write(LogLevel level, std::string_view event, LogFields fields) {
  const auto at = to_spdlog(level);
  if (logger().should_log(at)) logger().log(at, "{}", format_log_line(event, fields));
}

}  // namespace

Result<LogLevel> parse_log_level(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, LogLevel>, 5> kNames{{{"debug", LogLevel::kDebug},
                                                                         {"info", LogLevel::kInfo},
                                                                         {"warning", LogLevel::kWarning},
                                                                         {"error", LogLevel::kError},
                                                                         {"off", LogLevel::kOff}}};
  for (const auto& [known, level] : kNames) {
    if (known == name) return level;
  }
  return fail(ErrorKind::kInvalid, "unknown_log_level", "Log level must be debug, info, warning, error or off.");
}

void log_setup(LogLevel level) { logger().set_level(to_spdlog(level)); }

void log_debug(std::string_view event, LogFields fields) { write(LogLevel::kDebug, event, fields); }
void log_info(std::string_view event, LogFields fields) { write(LogLevel::kInfo, event, fields); }
void log_warning(std::string_view event, LogFields fields) { write(LogLevel::kWarning, event, fields); }
void log_error(std::string_view event, LogFields fields) { write(LogLevel::kError, event, fields); }

std::string format_log_line(std::string_view event, LogFields fields) {
  std::string line = "event=";
  append_value(line, event);
  for (const auto& field : fields) {
    line += ' ';
    line += field.key;
    line += '=';
    append_value(line, field.value);
  }
  return line;
}

}  // namespace visavis
