// SPDX-License-Identifier: Apache-2.0
#include "media/worker/event_outbox.hpp"

namespace visavis::media {
namespace {

constexpr std::size_t kMostRequests = 65'536;  // that wait for a place

}  // namespace

void EventOutbox::put(gateway::Event event) {
  if (!waits() && queue_.push(std::move(event))) return;
  wait(std::move(event));
}

void EventOutbox::wait(gateway::Event event) {
  if (std::holds_alternative<gateway::SessionStats>(event)) return;  // come again in a second
  if (std::holds_alternative<gateway::CodecSwitchNeeded>(event) && overflow_.size() >= kMostRequests) return;
  if (const auto* flow = std::get_if<gateway::TrackFlow>(&event)) {
    Subject subject{flow->session, event.index(), flow->mid};
    states_.insert_or_assign(std::move(subject), std::move(event));
    return;
  }
  if (const auto* reachable = std::get_if<gateway::SessionReachable>(&event)) {
    Subject subject{reachable->session, event.index(), {}};
    states_.insert_or_assign(std::move(subject), std::move(event));
    return;
  }
  // Nobody is told of the state of what has ended.
  if (const auto* closed = std::get_if<gateway::SessionClosed>(&event))
    states_.erase(states_.lower_bound({closed->session, 0, {}}),
                  states_.lower_bound({{closed->session.value + 1}, 0, {}}));
  overflow_.push_back(std::move(event));
}

void EventOutbox::flush() {
  while (!overflow_.empty() && queue_.push(std::move(overflow_.front()))) overflow_.pop_front();
  if (!overflow_.empty()) return;
  while (!states_.empty() && queue_.push(std::move(states_.begin()->second))) states_.erase(states_.begin());
}

}  // namespace visavis::media
