// SPDX-License-Identifier: Apache-2.0
// Counts of the tenant's present day for the supervisor's wall, folded from events. Practice is not counted.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "center/call/domain.hpp"

namespace visavis::center {

struct DayCounts {
  std::size_t answered = 0;
  std::size_t answered_in_time = 0;  // within Timings::answer_goal of opening
  std::size_t abandoned = 0;         // gave up, was lost, or waited in vain, longer than Timings::short_abandon
  /// In time ÷ (answered + abandoned); nothing on an empty day.
  std::optional<double> service_level() const;
};

class DayStats {
 public:
  void configure(int utc_offset_min, const Timings& timings);
  /// Called after the event was folded into the contact.
  void answered(const call::Contact& contact, UtcMillis at);
  void ended(const call::Contact& contact, UtcMillis at);
  /// At start: contacts that were given up and are known only by their number.
  void abandoned(UtcMillis at, std::size_t contacts) { at_day(at).abandoned += contacts; }
  DayCounts of_day(UtcMillis now) const;

 private:
  std::int64_t day(UtcMillis at) const;
  DayCounts& at_day(UtcMillis at);
  int offset_min_ = 0;
  Timings timings_;
  std::map<std::int64_t, DayCounts> days_;  // the last two
};

}  // namespace visavis::center
