// SPDX-License-Identifier: Apache-2.0
// Who can serve what: agents with their states, skills and load, the offers that ring, and who has refused whom.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "center/call/events.hpp"
#include "center/queue/events.hpp"
#include "center/routing/events.hpp"
#include "center/types/config.hpp"

namespace visavis::center::routing {

struct Agent {
  AgentState chosen = AgentState::kOffline;
  std::string reason;
  UtcMillis since_at;           // of the state that is shown
  UtcMillis idle_since_at;      // last time work ended or the agent became ready: the longest idle is asked first
  std::set<std::string> calls;  // contacts the agent is in, by what slot they take
  std::set<std::string> chats;
  std::set<std::string> wrapups;
  std::string ringing;  // contact of the pending offer, or empty
  static void fields(auto& self, auto&& f) {
    f("chosen", self.chosen);
    f("reason", self.reason);
    f("since_at", self.since_at);
    f("idle_since_at", self.idle_since_at);
    f("calls", self.calls);
    f("chats", self.chats);
    f("wrapups", self.wrapups);
    f("ringing", self.ringing);
  }

  // Not from events: configuration and connection.
  AgentProfile profile;
  bool enabled = false;
  bool connected = false;

  bool in_wrapup() const { return chosen != AgentState::kOffline && !wrapups.empty(); }
  /// Could take a contact of this kind now, were its skills asked for.
  bool free_for(Channel channel) const;
  /// Works at the moment, if perhaps not free.
  bool serving() const { return enabled && connected && chosen == AgentState::kReady; }
  std::size_t load() const { return calls.size() + chats.size(); }
};

struct Offer {
  std::string user_id;
  OfferKind kind = OfferKind::kNew;
  Channel channel = Channel::kChat;
  UtcMillis offered_at;
  UtcMillis expires_at;
  std::string by_user_id;
  std::string note;
  static void fields(auto& self, auto&& f) {
    f("user_id", self.user_id);
    f("kind", self.kind);
    f("channel", self.channel);
    f("offered_at", self.offered_at);
    f("expires_at", self.expires_at);
    f("by_user_id", self.by_user_id);
    f("note", self.note);
  }
};

/// Who gave a contact to another agent or topic last, and what they said about it.
struct HandOver {
  std::string by_user_id;
  std::string note;
  UtcMillis at;
};

/// What a waiting contact needs.
struct Need {
  std::string contact_id;
  const std::set<std::string>* skills = nullptr;  // all of them; null: none
  Channel channel = Channel::kChat;
  std::string_view language;
  std::string_view only_user_id;
};

class Roster {
 public:
  void configure(const std::vector<AgentProfile>& profiles);
  void set_connected(const std::string& user_id, bool connected);

  void apply(const Meta& meta, const StateSet& event);
  void apply(const Meta& meta, const Offered& event);
  void apply(const Meta& meta, const Accepted& event);
  void apply(const Meta& meta, const Refused& event);
  void apply(const Meta& meta, const Withdrawn& event);
  void apply(const Meta& meta, const queue::Entered& event);
  void apply(const Meta& meta, const queue::Left& event);
  void apply(const Meta& meta, const call::AgentJoined& event);
  void apply(const Meta& meta, const call::AgentLeft& event);
  void apply(const Meta& meta, const call::RaiseAnswered& event);
  void apply(const Meta& meta, const call::WrapupDone& event);
  void forget(const std::string& contact_id);

  const Agent* find(const std::string& user_id) const;
  const std::map<std::string, Agent>& agents() const { return agents_; }
  const Offer* offer(const std::string& contact_id) const;
  const std::map<std::string, Offer>& offers() const { return offers_; }
  /// Null where nobody has.
  const HandOver* hand_over(const std::string& contact_id) const;
  bool anyone_free() const { return !free_.empty(); }

  /// The agent to ring, or null: has the skills, speaks the language (unless nobody signed in does), is free and has
  /// not refused this contact; fewest contacts first, then longest idle. Agents who refused come again only when no
  /// other could serve it within a ring or a wrap-up, and `pause` after their refusal; the longest ago first.
  const Agent* pick(const Need& need, UtcMillis now, Millis pause) const;
  /// When pick may find someone by time alone: the next end of a pause after `now`; nothing if there is none.
  std::optional<UtcMillis> pause_ends(const std::string& contact_id, UtcMillis now, Millis pause) const;
  bool has_refusals(const std::string& contact_id) const { return refusals_.contains(contact_id); }

  bool has_refused(const std::string& contact_id, const std::string& user_id) const {
    const auto it = refusals_.find(contact_id);
    return it != refusals_.end() && it->second.contains(user_id);
  }

  /// Who has refused it in the present wait.
  std::vector<std::string> refused_by(const std::string& contact_id) const;

  static bool skilled(const Agent& agent, const std::set<std::string>* skills);
  /// Agents who have chosen ready, are connected and have the skills: busy or not, they serve the queue.
  std::size_t serving(const std::set<std::string>* skills) const;
  /// Grows with whatever may change serving().
  std::uint64_t version() const { return version_; }

 private:
  Agent& touch(const std::string& user_id) { return agents_[user_id]; }
  void refresh(const std::string& user_id);
  void end_ring(const Meta& meta, const std::string& user_id);
  bool language_matters(const Need& need) const;
  bool fits(const std::string& user_id, const Agent& agent, const Need& need, bool language) const;

  std::uint64_t version_ = 1;
  std::map<std::string, Agent> agents_;
  std::set<std::string> free_;                                        // agents who could get something now
  std::map<std::string, Offer> offers_;                               // by contact: one at most
  std::map<std::string, HandOver> hand_overs_;                        // by contact
  std::map<std::string, std::map<std::string, UtcMillis>> refusals_;  // by contact: who, when; of the present wait
};

}  // namespace visavis::center::routing
