// SPDX-License-Identifier: Apache-2.0
#include "center/routing/domain.hpp"

#include <algorithm>
#include <tuple>

namespace visavis::center::routing {
namespace {

bool speaks(const Agent& agent, std::string_view language) {
  return language.empty() || agent.profile.languages.empty() ||
         std::ranges::any_of(agent.profile.languages, [&](const std::string& tag) {
           return primary_language(tag) == primary_language(language);
         });
}

/// What others see of an agent: the call lies over the wrap-up, and that over the chosen state.
enum class Shown { kChosen, kWrapup, kCall };

Shown shown(const Agent& agent) {
  if (!agent.calls.empty()) return Shown::kCall;
  return agent.in_wrapup() ? Shown::kWrapup : Shown::kChosen;
}

/// The clock of what is shown begins when it is shown anew.
void follow_shown(Agent& agent, Shown before, UtcMillis now) {
  if (shown(agent) != before) agent.since_at = now;
}

std::tuple<std::size_t, UtcMillis> idle_order(const Agent& agent) { return {agent.load(), agent.idle_since_at}; }

}  // namespace

bool Agent::free_for(Channel channel) const {
  if (!enabled || !connected || chosen != AgentState::kReady || !wrapups.empty() || !ringing.empty()) return false;
  return is_call(channel) ? calls.empty() : chats.size() < static_cast<std::size_t>(std::max(profile.max_chats, 0));
}

void Roster::configure(const std::vector<AgentProfile>& profiles) {
  ++version_;
  for (auto& [id, agent] : agents_) agent.enabled = false;
  for (const AgentProfile& profile : profiles) {
    Agent& agent = touch(profile.user_id);
    agent.profile = profile;
    agent.enabled = true;
  }
  for (const auto& [id, agent] : agents_) refresh(id);
}

void Roster::set_connected(const std::string& user_id, bool connected) {
  ++version_;
  touch(user_id).connected = connected;
  refresh(user_id);
}

void Roster::apply(const Meta& meta, const StateSet& event) {
  ++version_;
  Agent& agent = touch(event.user_id);
  if (event.state == AgentState::kReady && agent.chosen != AgentState::kReady) agent.idle_since_at = meta.at;
  const Shown before = shown(agent);
  const bool other = agent.chosen != event.state || agent.reason != event.reason;
  agent.chosen = event.state;
  agent.reason = event.reason;
  follow_shown(agent, before, meta.at);
  if (other && shown(agent) == Shown::kChosen) agent.since_at = meta.at;
  refresh(event.user_id);
}

void Roster::apply(const Meta& meta, const Offered& event) {
  offers_[meta.contact_id] = {event.user_id,    event.kind,       event.channel, meta.at,
                              event.expires_at, event.by_user_id, event.note};
  touch(event.user_id).ringing = meta.contact_id;
  refresh(event.user_id);
}

void Roster::end_ring(const Meta& meta, const std::string& user_id) {
  const auto it = offers_.find(meta.contact_id);
  if (it != offers_.end() && it->second.user_id == user_id) offers_.erase(it);
  Agent& agent = touch(user_id);
  if (agent.ringing == meta.contact_id) agent.ringing.clear();
  refresh(user_id);
}

void Roster::apply(const Meta& meta, const Accepted& event) {
  // Only now: who declines was handed nothing, and what the colleague before had written stays.
  const auto it = offers_.find(meta.contact_id);
  if (it != offers_.end() && it->second.kind == OfferKind::kTransfer) {
    hand_overs_[meta.contact_id] = {it->second.by_user_id, it->second.note, meta.at};
  }
  end_ring(meta, event.user_id);
}

void Roster::apply(const Meta& meta, const Refused& event) {
  end_ring(meta, event.user_id);
  if (event.kind == OfferKind::kNew) refusals_[meta.contact_id][event.user_id] = meta.at;
}

void Roster::apply(const Meta& meta, const Withdrawn& event) { end_ring(meta, event.user_id); }

void Roster::apply(const Meta& meta, const queue::Entered& event) {
  if (!event.by_user_id.empty()) hand_overs_[meta.contact_id] = {event.by_user_id, event.note, meta.at};
  const auto before = refusals_.extract(meta.contact_id);
  for (const std::string& user_id : event.excluded) {
    const bool known = !before.empty() && before.mapped().contains(user_id);
    refusals_[meta.contact_id][user_id] = known ? before.mapped().at(user_id) : meta.at;
  }
}

void Roster::apply(const Meta& meta, const queue::Left&) { refusals_.erase(meta.contact_id); }

void Roster::apply(const Meta& meta, const call::AgentJoined& event) {
  Agent& agent = touch(event.user_id);
  const Shown before = shown(agent);
  (is_call(event.channel) ? agent.calls : agent.chats).insert(meta.contact_id);
  follow_shown(agent, before, meta.at);
  refresh(event.user_id);
}

void Roster::apply(const Meta& meta, const call::AgentLeft& event) {
  Agent& agent = touch(event.user_id);
  const Shown before = shown(agent);
  agent.calls.erase(meta.contact_id);
  agent.chats.erase(meta.contact_id);
  agent.idle_since_at = meta.at;
  if (event.wrapup_until_at > UtcMillis{}) agent.wrapups.insert(meta.contact_id);
  follow_shown(agent, before, meta.at);
  refresh(event.user_id);
}

void Roster::apply(const Meta& meta, const call::RaiseAnswered& event) {
  if (!event.accepted || !is_call(event.channel)) return;
  for (auto& [id, agent] : agents_) {
    const Shown before = shown(agent);
    if (agent.chats.erase(meta.contact_id) == 0) continue;
    agent.calls.insert(meta.contact_id);
    follow_shown(agent, before, meta.at);
    refresh(id);
  }
}

void Roster::apply(const Meta& meta, const call::WrapupDone& event) {
  Agent& agent = touch(event.user_id);
  const Shown before = shown(agent);
  if (agent.wrapups.erase(meta.contact_id) > 0 && agent.wrapups.empty()) agent.idle_since_at = meta.at;
  follow_shown(agent, before, meta.at);
  refresh(event.user_id);
}

void Roster::forget(const std::string& contact_id) {
  refusals_.erase(contact_id);
  hand_overs_.erase(contact_id);
}

const HandOver* Roster::hand_over(const std::string& contact_id) const {
  const auto it = hand_overs_.find(contact_id);
  return it == hand_overs_.end() ? nullptr : &it->second;
}

const Agent* Roster::find(const std::string& user_id) const {
  const auto it = agents_.find(user_id);
  return it == agents_.end() ? nullptr : &it->second;
}

const Offer* Roster::offer(const std::string& contact_id) const {
  const auto it = offers_.find(contact_id);
  return it == offers_.end() ? nullptr : &it->second;
}

void Roster::refresh(const std::string& user_id) {
  const Agent& agent = agents_.at(user_id);
  if (agent.free_for(Channel::kChat) || agent.free_for(Channel::kVideo)) {
    free_.insert(user_id);
  } else {
    free_.erase(user_id);
  }
}

bool Roster::skilled(const Agent& agent, const std::set<std::string>* skills) {
  return !skills || std::ranges::includes(agent.profile.skills, *skills);
}

std::size_t Roster::serving(const std::set<std::string>* skills) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      agents_, [&](const auto& entry) { return entry.second.serving() && skilled(entry.second, skills); }));
}

bool Roster::language_matters(const Need& need) const {
  return std::ranges::any_of(agents_, [&](const auto& entry) {
    const Agent& agent = entry.second;
    return agent.enabled && agent.connected && agent.chosen != AgentState::kOffline && skilled(agent, need.skills) &&
           speaks(agent, need.language);
  });
}

bool Roster::fits(const std::string& user_id, const Agent& agent, const Need& need, bool language) const {
  if (!need.only_user_id.empty()) return user_id == need.only_user_id;
  return skilled(agent, need.skills) && (!language || speaks(agent, need.language));
}

const Agent* Roster::pick(const Need& need, UtcMillis now, Millis pause) const {
  const bool language = language_matters(need);
  const auto it = refusals_.find(need.contact_id);
  const auto* refused = it == refusals_.end() ? nullptr : &it->second;
  const Agent* best = nullptr;
  const Agent* again = nullptr;
  UtcMillis again_at;
  for (const std::string& id : free_) {
    const Agent& agent = agents_.at(id);
    if (!agent.free_for(need.channel) || !fits(id, agent, need, language)) continue;
    if (refused && refused->contains(id)) {
      const UtcMillis at = refused->at(id);
      if (at + pause <= now && (!again || at < again_at)) {
        again = &agent;
        again_at = at;
      }
    } else if (!best || idle_order(agent) < idle_order(*best)) {
      best = &agent;
    }
  }
  if (best || !again) return best;
  // Somebody who has not refused it and is free again within a ring or a wrap-up comes before those who have.
  for (const auto& [id, agent] : agents_) {
    const bool soon = agent.serving() && (!agent.wrapups.empty() || !agent.ringing.empty()) &&
                      (!is_call(need.channel) || agent.calls.empty());
    if (soon && !refused->contains(id) && fits(id, agent, need, language)) return nullptr;
  }
  return again;
}

std::vector<std::string> Roster::refused_by(const std::string& contact_id) const {
  std::vector<std::string> out;
  if (const auto it = refusals_.find(contact_id); it != refusals_.end()) {
    for (const auto& [user_id, at] : it->second) out.push_back(user_id);
  }
  return out;
}

std::optional<UtcMillis> Roster::pause_ends(const std::string& contact_id, UtcMillis now, Millis pause) const {
  const auto it = refusals_.find(contact_id);
  if (it == refusals_.end()) return std::nullopt;
  std::optional<UtcMillis> next;
  for (const auto& [id, at] : it->second) {
    const UtcMillis end = at + pause;
    if (end > now && (!next || end < *next)) next = end;
  }
  return next;
}

}  // namespace visavis::center::routing
