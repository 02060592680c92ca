// SPDX-License-Identifier: Apache-2.0
#include "center/core/stats.hpp"

namespace visavis::center {

std::optional<double> DayCounts::service_level() const {
  const std::size_t all = answered + abandoned;
  if (all == 0) return std::nullopt;
  return static_cast<double>(answered_in_time) / static_cast<double>(all);
}

void DayStats::configure(int utc_offset_min, const Timings& timings) {
  offset_min_ = utc_offset_min;
  timings_ = timings;
}

std::int64_t DayStats::day(UtcMillis at) const {
  constexpr std::int64_t kDay = 86'400'000;
  return (at.value + std::int64_t{offset_min_} * 60'000) / kDay;
}

DayCounts& DayStats::at_day(UtcMillis at) {
  DayCounts& counts = days_[day(at)];
  while (days_.size() > 2) days_.erase(days_.begin());
  return counts;
}

void DayStats::answered(const call::Contact& contact, UtcMillis at) {
  if (contact.practice) return;
  const bool in_time = at - contact.created_at <= timings_.answer_goal;
  DayCounts& counts = at_day(at);
  ++counts.answered;
  if (in_time) ++counts.answered_in_time;
}

void DayStats::ended(const call::Contact& contact, UtcMillis at) {
  const bool never_answered = contact.answered_at == UtcMillis{};
  if (contact.practice || !never_answered || at - contact.created_at < timings_.short_abandon) return;
  ++at_day(at).abandoned;
}

DayCounts DayStats::of_day(UtcMillis now) const {
  const auto it = days_.find(day(now));
  return it == days_.end() ? DayCounts{} : it->second;
}

}  // namespace visavis::center
