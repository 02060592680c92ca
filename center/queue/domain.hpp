// SPDX-License-Identifier: Apache-2.0
// Who waits, in which order, and how long it will take.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "center/call/events.hpp"
#include "center/queue/events.hpp"

namespace visavis::center::queue {

struct Waiting {
  std::string contact_id;
  Entered entry;
  UtcMillis entered_at;
  static void fields(auto& self, auto&& f) {
    f("contact_id", self.contact_id);
    f("entry", self.entry);
    f("entered_at", self.entered_at);
  }
};

/// Strict order in a queue: contacts whose agent has gone, then priority, then time waited, then id.
bool before(const Waiting& a, const Waiting& b);

/// Contacts of one queue that any agent can serve equally well or not at all: whatever holds for the first of a bucket
/// (nobody is free for it) holds for the rest. Sorted by before().
struct BucketKey {
  std::string queue_id;
  bool call = false;
  std::string language;      // primary subtag
  std::string only_user_id;  // targeted contacts
  friend auto operator<=>(const BucketKey&, const BucketKey&) = default;
};
using Bucket = std::vector<const Waiting*>;

class WaitingList {
 public:
  void apply(const Meta& meta, const Entered& event);
  void apply(const Meta& meta, const Left& event);

  const Waiting* find(const std::string& contact_id) const;
  /// 1 for the next one; nothing where the contact does not wait. O(buckets of the queue × log n).
  std::optional<std::size_t> position(const std::string& contact_id) const;
  std::size_t size(const std::string& queue_id) const;
  std::size_t size() const { return waiting_.size(); }
  const std::map<BucketKey, Bucket>& buckets() const { return buckets_; }
  /// Everyone in serving order over all queues (queues are compared by the same rule).
  std::vector<const Waiting*> in_order() const;

 private:
  void take_out(const Waiting& waiting);
  std::map<std::string, Waiting> waiting_;
  std::map<BucketKey, Bucket> buckets_;
};

/// How long a contact keeps an agent, from joining to the end of wrap-up: mean of the last 20 per queue.
class HandlingTimes {
 public:
  void apply(const Meta& meta, const Entered& event);
  void apply(const Meta& meta, const call::AgentJoined& event);
  void apply(const Meta& meta, const call::WrapupDone& event);
  void forget(const std::string& contact_id);

  /// Nothing while no contact of the queue has been finished: better no estimate than an invented one.
  std::optional<Millis> mean(const std::string& queue_id) const;

 private:
  struct Handling {
    std::string queue_id;
    std::map<std::string, UtcMillis> joined_at;  // by user
  };
  std::map<std::string, Handling> open_;  // by contact
  std::map<std::string, std::deque<Millis>> samples_;
};

/// Expected wait of the `position`-th in line when `agents` serve the queue, each busy for `mean` per contact. Nothing
/// where it cannot be known (no agent, no experience).
std::optional<Seconds> estimate(std::size_t position, std::size_t agents, std::optional<Millis> mean);

}  // namespace visavis::center::queue
