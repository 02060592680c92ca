// SPDX-License-Identifier: Apache-2.0
#include "center/api/metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>

namespace visavis::center {
namespace {

std::string number(double value) {
  std::array<char, 32> text{};
  const auto [end, ec] = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end};
}

std::string escaped(std::string_view value) {
  std::string out;
  for (char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

void MetricsText::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = "visavis_" + std::string(name);
  if (name.starts_with("process_")) name_ = name;
  text_.append("# HELP ")
      .append(name_)
      .append(" ")
      .append(help)
      .append("\n# TYPE ")
      .append(name_)
      .append(" ")
      .append(type)
      .append("\n");
}

void MetricsText::sample(double value, Labels labels) {
  text_ += name_;
  if (labels.size() > 0) {
    char separator = '{';
    for (const auto& [key, label] : labels) {
      text_ += separator;
      text_.append(key).append("=\"").append(escaped(label)).append("\"");
      separator = ',';
    }
    text_ += '}';
  }
  text_.append(" ").append(number(value)).append("\n");
}

void MetricsText::counter(std::string_view name, std::string_view help, double value) {
  family(name, "counter", help);
  sample(value);
}

void MetricsText::gauge(std::string_view name, std::string_view help, double value) {
  family(name, "gauge", help);
  sample(value);
}

void add_process_metrics(MetricsText& out) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  out.counter("process_cpu_seconds_total", "User and system CPU time.",
              seconds(usage.ru_utime) + seconds(usage.ru_stime));
  std::ifstream statm("/proc/self/statm");
  double pages = 0;
  double resident = 0;
  statm >> pages >> resident;
  out.gauge("process_resident_memory_bytes", "Resident memory.",
            resident * static_cast<double>(::sysconf(_SC_PAGESIZE)));
  std::error_code ec;
  double descriptors = 0;
  for (std::filesystem::directory_iterator i("/proc/self/fd", ec), end; !ec && i != end; i.increment(ec)) ++descriptors;
  out.gauge("process_open_fds", "Open file descriptors.", descriptors);
}

}  // namespace visavis::center
