// SPDX-License-Identifier: Apache-2.0
// The Prometheus text format (version 0.0.4), as far as it is needed: base units, names ending in _total for counters.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace visavis::center {

class MetricsText {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;
  /// Begins a family; its samples follow.
  void family(std::string_view name, std::string_view type, std::string_view help);
  void sample(double value, Labels labels = {});
  /// A family of one sample.
  void counter(std::string_view name, std::string_view help, double value);
  void gauge(std::string_view name, std::string_view help, double value);
  std::string take() { return std::move(text_); }

 private:
  std::string name_;
  std::string text_;
};

/// Resident memory, CPU time, open descriptors of this process, as Prometheus client libraries name them.
void add_process_metrics(MetricsText& out);

}  // namespace visavis::center
