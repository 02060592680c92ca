// SPDX-License-Identifier: Apache-2.0
// What a worker has to tell the control thread: a bounded queue, and what waits while nobody empties it.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <tuple>

#include "base/spsc_queue.hpp"
#include "media/gateway/messages.hpp"

namespace visavis::media {

class EventOutbox {
 public:
  /// Worker. What matters arrives, in order; what comes again (statistics, requests) may be lost while nobody reads,
  /// and of a state that changes to and fro (flows, reachable) only the last arrives then. So nothing that a client can
  /// cause again and again grows without an end.
  void put(gateway::Event event);
  /// Worker: hands on what found no place before.
  void flush();
  /// Worker: something still finds no place.
  bool waits() const { return !overflow_.empty() || !states_.empty(); }
  /// Control thread. False where there is nothing.
  bool take(gateway::Event& event) { return queue_.pop(event); }

 private:
  /// A session, which kind of event, and of which m-line.
  using Subject = std::tuple<gateway::SessionId, std::size_t, std::string>;
  void wait(gateway::Event event);

  SpscQueue<gateway::Event> queue_{8192};
  std::deque<gateway::Event> overflow_;       // in order
  std::map<Subject, gateway::Event> states_;  // told after the others: the last of each
};

}  // namespace visavis::media
