// SPDX-License-Identifier: Apache-2.0
// The contact centre of one tenant: composes the slices. Deciding code lives in desk_*.cpp, one file per matter.
// Everything const here is for views; pointers and references are valid until the next call that is not const.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/allowance.hpp"
#include "base/result.hpp"
#include "center/call/domain.hpp"
#include "center/chat/domain.hpp"
#include "center/consent/domain.hpp"
#include "center/core/commands.hpp"
#include "center/core/events.hpp"
#include "center/core/stats.hpp"
#include "center/core/timers.hpp"
#include "center/queue/domain.hpp"
#include "center/routing/domain.hpp"
#include "center/types/config.hpp"
#include "center/types/limits.hpp"

namespace visavis::center {

/// Place of a waiting contact as its customer is told.
struct Place {
  std::size_t position = 0;         // 1: next
  std::optional<Seconds> estimate;  // nothing: not known
  std::optional<Seconds> max_wait;
  bool staffed = false;  // somebody who may answer it works at the moment, if perhaps not free
  queue::EnterReason because = queue::EnterReason::kNew;
};

class Desk {
 public:
  explicit Desk(std::string tenant_id) : tenant_id_(std::move(tenant_id)) {}

  void configure(const TenantConfig& config);
  Result<std::vector<Event>> handle(const Command& command, const Context& context);
  void apply(const Event& event);
  std::vector<Event> restarted(UtcMillis now, IdSource& ids);
  UtcMillis deadline() const { return timers_.next(); }
  std::vector<Event> on_deadline(UtcMillis now, IdSource& ids);

  // ---- what views need
  const std::string& tenant_id() const { return tenant_id_; }
  const Timings& timings() const { return config_.timings; }
  const std::map<std::string, QueueConfig>& queues() const { return queues_; }
  const QueueConfig* queue(const std::string& queue_id) const;
  const call::Contact* contact(std::string_view contact_id) const { return contacts_.find(contact_id); }
  const std::map<std::string, call::Contact, std::less<>>& contacts() const { return contacts_.all(); }
  /// Contacts the agent is in or has wrap-up work of.
  const std::set<std::string>& contacts_of(std::string_view user_id) const { return contacts_.of_user(user_id); }
  const routing::Agent* agent(const std::string& user_id) const { return roster_.find(user_id); }
  const std::map<std::string, routing::Agent>& agents() const { return roster_.agents(); }
  /// The offer that rings for this contact; null where none. An agent's own is under agent()->ringing.
  const routing::Offer* offer(const std::string& contact_id) const { return roster_.offer(contact_id); }
  /// Who handed it over last; null where nobody has.
  const routing::HandOver* hand_over(const std::string& contact_id) const { return roster_.hand_over(contact_id); }
  const queue::Waiting* waiting(const std::string& contact_id) const { return waiting_.find(contact_id); }
  std::vector<const queue::Waiting*> waiting_in_order() const { return waiting_.in_order(); }
  std::size_t waiting_count(const std::string& queue_id) const { return waiting_.size(queue_id); }
  std::size_t waiting_count() const { return waiting_.size(); }
  std::optional<Place> place(const std::string& contact_id) const;
  /// For the entry page: expected wait of somebody who came now; 0 where an agent is free.
  std::optional<Seconds> expected_wait(const std::string& queue_id, Channel channel) const;
  /// Has this agent refused the contact in its present wait?
  bool has_refused(const std::string& contact_id, const std::string& user_id) const {
    return roster_.has_refused(contact_id, user_id);
  }
  /// May this agent see and take this waiting contact by hand (skills, target)?
  bool may_serve(const std::string& user_id, const queue::Waiting& waiting) const;
  std::span<const chat::Message> messages(const std::string& contact_id) const { return chat_.messages(contact_id); }
  const consent::Book& consents() const { return consents_; }
  DayCounts day_counts(UtcMillis now) const { return stats_.of_day(now); }
  /// At start: contacts that were given up at about `at` and are no longer among the events.
  void count_abandoned(UtcMillis at, std::size_t contacts) { stats_.abandoned(at, contacts); }
  /// How long this contact is kept once it is closed.
  Seconds keep(const call::Contact& contact) const {
    return contact.answered() ? config_.timings.keep_closed : config_.timings.keep_unanswered;
  }
  /// When the grace time of whoever is gone from the contact ends (the earliest); nothing while all are there.
  std::optional<UtcMillis> grace_until(const call::Contact& contact) const;

 private:
  struct Deciding;  // one handle or on_deadline: context and the events so far (desk_deciding.hpp)

  // One overload per command. They check everything before the first event, so that an error changes nothing.
  Result<void> on(Deciding& d, const OpenContact& c);
  Result<void> on(Deciding& d, const CustomerConnected& c);
  Result<void> on(Deciding& d, const CustomerLost& c);
  Result<void> on(Deciding& d, const AgentConnected& c);
  Result<void> on(Deciding& d, const AgentLost& c);
  Result<void> on(Deciding& d, const AgentDismissed& c);
  Result<void> on(Deciding& d, const StoreCheck& c);
  Result<void> on(Deciding& d, const SetAgentState& c);
  Result<void> on(Deciding& d, const AcceptOffer& c);
  Result<void> on(Deciding& d, const DeclineOffer& c);
  Result<void> on(Deciding& d, const CancelOffer& c);
  Result<void> on(Deciding& d, const TakeContact& c);
  Result<void> on(Deciding& d, const SetHold& c);
  Result<void> on(Deciding& d, const TransferContact& c);
  Result<void> on(Deciding& d, const AddPerson& c);
  Result<void> on(Deciding& d, const EndContact& c);
  Result<void> on(Deciding& d, const LeaveContact& c);
  Result<void> on(Deciding& d, const RaiseChannel& c);
  Result<void> on(Deciding& d, const AnswerRaise& c);
  Result<void> on(Deciding& d, const SetMedia& c);
  Result<void> on(Deciding& d, const SendChat& c);
  Result<void> on(Deciding& d, const RateContact& c);
  Result<void> on(Deciding& d, const SetConsent& c);
  Result<void> on(Deciding& d, const ExtendWrapup& c);
  Result<void> on(Deciding& d, const CompleteWrapup& c);

  // Lookups that refuse with a reason.
  Result<const call::Contact*> known(const std::string& contact_id) const;
  struct Acting {
    const call::Contact* contact;
    const call::Participant* who;
  };
  Result<Acting> acting(const Deciding& d, const std::string& contact_id) const;
  Result<const routing::Agent*> acting_agent(const Deciding& d) const;
  /// Whoever is in the conversation on our side, also if no contact can be given to them any more.
  Result<Acting> acting_agent_in(const Deciding& d, const std::string& contact_id) const;
  Result<void> check_open(const OpenContact& c) const;
  static Result<void> check_topic(const OpenContact& c, const QueueConfig& queue);
  Result<void> check_capacity_for(const call::Contact& contact, Channel channel) const;
  Result<void> check_ring(const call::Contact& contact, const std::string& user_id) const;
  Result<void> transfer_to_queue(Deciding& d, const Acting& a, const TransferContact& c);
  Result<void> transfer_to_agent(Deciding& d, const Acting& a, const TransferContact& c);
  void raised(Deciding& d, const call::Contact& contact, Channel channel);
  void change_waiting_channel(Deciding& d, const queue::Waiting& waiting, Channel channel);

  Result<void> check_texts(const OpenContact& c) const;
  /// Takes one change of the actor in this contact. Error too_many_changes.
  Result<void> take_change(const Deciding& d, const std::string& contact_id);

  // Pieces that several commands and timers share; all emit events.
  template <class E>
  void emit(Deciding& d, const std::string& contact_id, E data);
  void system_line(Deciding& d, const std::string& contact_id, std::string code, std::string name);
  void enter_queue(Deciding& d, const std::string& contact_id, queue::Entered entry);
  void leave_queue(Deciding& d, const std::string& contact_id, queue::LeaveReason reason);
  void withdraw_offer(Deciding& d, const std::string& contact_id, routing::WithdrawReason reason);
  void join(Deciding& d, const std::string& contact_id, const std::string& user_id, call::Role role);
  void part(Deciding& d, const std::string& contact_id, const call::Participant& who, call::PartReason reason);
  void end(Deciding& d, const std::string& contact_id, call::EndReason reason, std::string by);
  void close_if_done(Deciding& d, const std::string& contact_id);
  void agent_gone(Deciding& d, const std::string& contact_id, const std::string& participant_id);
  void refused(Deciding& d, const std::string& contact_id, routing::RefuseReason reason, std::string detail);
  void waited_long_enough(Deciding& d, const std::string& contact_id);
  void lose_target(Deciding& d, const std::string& contact_id, queue::EnterReason reason);

  // Time and routing.
  void route(Deciding& d);
  /// False where nobody is free for it, nor for any other of its bucket.
  bool ring_somebody(Deciding& d, const queue::Waiting& waiting);
  routing::Need need_of(const queue::Waiting& waiting) const;
  void contact_due(Deciding& d, const std::string& contact_id);
  void people_due(Deciding& d, const std::string& contact_id);
  UtcMillis given_up_at(const call::Contact& contact, const call::Participant& participant) const;
  void restart_wrapups(Deciding& d);
  void agent_due(Deciding& d, const std::string& user_id);
  void rearm_contact(const std::string& contact_id, UtcMillis now);
  void rearm_agent(const std::string& user_id);
  std::size_t serving(const std::string& queue_id) const;
  UtcMillis contact_deadline(const call::Contact& contact, UtcMillis now) const;
  void forget(const std::string& contact_id);
  void forget_surplus();

  std::string tenant_id_;
  TenantConfig config_;
  std::map<std::string, QueueConfig> queues_;

  call::Contacts contacts_;
  queue::WaitingList waiting_;
  queue::HandlingTimes handling_;
  routing::Roster roster_;
  chat::Log chat_;
  consent::Book consents_;
  DayStats stats_;

  std::size_t waiting_bytes_ = 0;                                  // that those hold who were never answered
  std::set<std::pair<UtcMillis, std::string>> unanswered_closed_;  // by when they were closed

  struct Unseen {
    UtcMillis since_at;
    bool noticed = false;  // shown as gone, ring withdrawn
  };
  using ChangeAllowance = Allowance<UtcMillis>;
  struct Serving {
    std::uint64_t version;
    std::size_t agents;
  };
  // Connections are not events: after a restart there are none. Since when nobody has been seen:
  std::map<std::string, UtcMillis> customers_unseen_;                      // by contact
  std::set<std::string> never_came_;                                       // contacts opened since the start
  std::map<std::string, Unseen> agents_unseen_;                            // by user
  std::map<std::string, std::map<std::string, ChangeAllowance>> changes_;  // by contact, by user (customers: empty)
  Timers timers_;                                                          // keys "c:<contact>" and "a:<user>"
  mutable std::map<std::string, Serving> serving_;  // agents serving a queue, as of a roster version
};

}  // namespace visavis::center
