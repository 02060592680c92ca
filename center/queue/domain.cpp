// SPDX-License-Identifier: Apache-2.0
#include "center/queue/domain.hpp"

#include <algorithm>
#include <numeric>

namespace visavis::center::queue {
namespace {

constexpr std::size_t kSamples = 20;

BucketKey key_of(const Entered& e) {
  return {e.queue_id, is_call(e.channel), std::string{primary_language(e.language)}, e.only_user_id};
}

bool pointers_before(const Waiting* a, const Waiting* b) { return before(*a, *b); }

}  // namespace

bool before(const Waiting& a, const Waiting& b) {
  const auto rank = [](const Waiting& w) {
    return std::tuple{!w.entry.head, -std::int64_t{w.entry.priority}, w.entry.since_at};
  };
  const auto ra = rank(a);
  const auto rb = rank(b);
  return ra != rb ? ra < rb : a.contact_id < b.contact_id;
}

void WaitingList::apply(const Meta& meta, const Entered& event) {
  if (const Waiting* old = find(meta.contact_id)) take_out(*old);
  Waiting& waiting = waiting_[meta.contact_id];
  waiting = {meta.contact_id, event, meta.at};
  Bucket& bucket = buckets_[key_of(event)];
  bucket.insert(std::ranges::upper_bound(bucket, &waiting, pointers_before), &waiting);
}

void WaitingList::apply(const Meta& meta, const Left&) {
  const auto it = waiting_.find(meta.contact_id);
  if (it == waiting_.end()) return;
  take_out(it->second);
  waiting_.erase(it);
}

void WaitingList::take_out(const Waiting& waiting) {
  const auto it = buckets_.find(key_of(waiting.entry));
  if (it == buckets_.end()) return;
  Bucket& bucket = it->second;
  const auto at = std::ranges::lower_bound(bucket, &waiting, pointers_before);
  if (at != bucket.end() && *at == &waiting) bucket.erase(at);
  if (bucket.empty()) buckets_.erase(it);
}

const Waiting* WaitingList::find(const std::string& contact_id) const {
  const auto it = waiting_.find(contact_id);
  return it == waiting_.end() ? nullptr : &it->second;
}

std::optional<std::size_t> WaitingList::position(const std::string& contact_id) const {
  const Waiting* me = find(contact_id);
  if (!me) return std::nullopt;
  std::size_t ahead = 0;
  const std::string& queue_id = me->entry.queue_id;
  for (auto it = buckets_.lower_bound({queue_id, false, {}, {}});
       it != buckets_.end() && it->first.queue_id == queue_id; ++it) {
    ahead += static_cast<std::size_t>(std::ranges::lower_bound(it->second, me, pointers_before) - it->second.begin());
  }
  return ahead + 1;
}

std::size_t WaitingList::size(const std::string& queue_id) const {
  std::size_t n = 0;
  for (auto it = buckets_.lower_bound({queue_id, false, {}, {}});
       it != buckets_.end() && it->first.queue_id == queue_id; ++it) {
    n += it->second.size();
  }
  return n;
}

std::vector<const Waiting*> WaitingList::in_order() const {
  std::vector<const Waiting*> all;
  all.reserve(waiting_.size());
  for (const auto& [id, waiting] : waiting_) all.push_back(&waiting);
  std::ranges::sort(all, pointers_before);
  return all;
}

void HandlingTimes::apply(const Meta& meta, const Entered& event) { open_[meta.contact_id].queue_id = event.queue_id; }

void HandlingTimes::apply(const Meta& meta, const call::AgentJoined& event) {
  open_[meta.contact_id].joined_at[event.user_id] = meta.at;
}

void HandlingTimes::apply(const Meta& meta, const call::WrapupDone& event) {
  const auto it = open_.find(meta.contact_id);
  if (it == open_.end()) return;
  const auto joined = it->second.joined_at.find(event.user_id);
  if (joined == it->second.joined_at.end()) return;
  auto& samples = samples_[it->second.queue_id];
  samples.push_back(meta.at - joined->second);
  if (samples.size() > kSamples) samples.pop_front();
  it->second.joined_at.erase(joined);
}

void HandlingTimes::forget(const std::string& contact_id) { open_.erase(contact_id); }

std::optional<Millis> HandlingTimes::mean(const std::string& queue_id) const {
  const auto it = samples_.find(queue_id);
  if (it == samples_.end() || it->second.empty()) return std::nullopt;
  const Millis sum = std::accumulate(it->second.begin(), it->second.end(), Millis{0});
  return sum / static_cast<std::int64_t>(it->second.size());
}

std::optional<Seconds> estimate(std::size_t position, std::size_t agents, std::optional<Millis> mean) {
  if (agents == 0 || !mean || position == 0) return std::nullopt;
  const auto total = mean->count() * static_cast<std::int64_t>(position) / static_cast<std::int64_t>(agents);
  return std::chrono::duration_cast<Seconds>(Millis{total});
}

}  // namespace visavis::center::queue
