// SPDX-License-Identifier: Apache-2.0
// Structured logs: one line per event, key=value. Values are ids, codes and numbers; never names, texts, addresses of
// people, tokens or anything else that says who somebody is.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace visavis {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError, kOff };

/// One key=value pair. The value is rendered at once, so the argument need not outlive the call.
struct LogField {
  std::string_view key;
  std::string value;

  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(v) {}
  LogField(std::string_view k, bool v) : key(k), value(v ? "true" : "false") {}
  LogField(std::string_view k, std::integral auto v) : key(k), value(std::to_string(v)) {}
  LogField(std::string_view k, std::floating_point auto v) : key(k), value(std::to_string(v)) {}
};

using LogFields = std::initializer_list<LogField>;

/// "debug", "info", "warning", "error" or "off".
Result<LogLevel> parse_log_level(std::string_view name);

/// Lines below `level` are dropped. Lines go to standard error. May be called again at any time.
void log_setup(LogLevel level);

void log_debug(std::string_view event, LogFields fields = {});
void log_info(std::string_view event, LogFields fields = {});
void log_warning(std::string_view event, LogFields fields = {});
void log_error(std::string_view event, LogFields fields = {});

/// `event=call_started contact=0190… reason="two words"`: what a line says after its time and level. Values with
/// blanks, quotes or control characters are quoted and escaped, so that nobody can forge a line or a field.
std::string format_log_line(std::string_view event, LogFields fields);

}  // namespace visavis
