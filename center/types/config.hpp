// SPDX-License-Identifier: Apache-2.0
// What the tenant's administrators have set, as the domain needs it. It is pushed in by Center::configure and is not
// part of the event log: events carry whatever they decided from it.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "center/types/types.hpp"

namespace visavis::center {

struct QueueConfig {
  std::string id;
  std::map<std::string, std::string> name;  // by language tag: "zh-CN", "en"
  std::set<std::string> skills;             // an agent needs all of them
  int priority = 0;                         // higher first
  std::set<Channel> channels{Channel::kChat, Channel::kAudio, Channel::kVideo};
  Seconds max_wait{0};  // 0: no limit
  std::set<Purpose> required_purposes;
  std::string overflow_queue_id;  // where a contact goes that has waited max_wait; empty: it ends
  bool open = true;               // new contacts are let in
};

struct AgentProfile {
  std::string user_id;
  std::string name;
  std::set<std::string> skills;
  std::set<std::string> languages;  // empty: any
  int max_chats = 4;
};

struct Timings {
  Seconds ring{20};              // an offer unanswered that long is taken away
  Seconds grace{60};             // without connection: customer's contact ends, agent's contact returns to the queue
  Seconds first_connection{15};  // a customer who has opened a contact and has never come is given up after this
  Millis unseen{2'000};          // without connection: shown as gone
  Seconds wrapup{60};            // first length, and what each extension adds
  Seconds wrapup_limit{600};     // longest wrap-up with extensions
  Seconds offer_again{10};       // pause before the same agent is rung again by the same contact
  Seconds keep_closed{86'400};   // a closed contact can be rated and shown to its customer that long
  Seconds keep_unanswered{600};  // and one that nobody has answered; what came with it is erased then
  Seconds answer_goal{20};       // service level: answered within
  Seconds short_abandon{5};      // given up sooner than this does not count as abandoned
};

struct TenantConfig {
  std::string tenant_id;
  std::vector<QueueConfig> queues;
  std::vector<AgentProfile> agents;
  std::map<Purpose, int> consent_versions;  // current version of each text; a purpose not named cannot be granted
  std::set<std::string> dispositions;       // codes; empty: any
  std::set<std::string> break_reasons{"lunch", "training", "meeting", "other"};
  int utc_offset_min = 0;  // where the tenant's day begins
  Timings timings;
};

}  // namespace visavis::center
